//! A database of its own for each server: a file, or a database on a MariaDB that is started here and ends with the tool.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use keystead_tests::{Process, port};
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, MySqlConnection, mysql::MySqlConnectOptions,
};
use tempfile::TempDir;

use crate::{arguments, machine::Pid};

/// The engine, running.
pub(crate) enum Engine {
    /// Files in this directory.
    Sqlite(TempDir),
    /// A server, and the directory it lives in.
    Mariadb { server: Server, _home: TempDir },
}

/// A MariaDB server of this tool's own.
pub(crate) struct Server {
    process: Process,
    port: u16,
}

impl Engine {
    /// Starts what is needed.
    pub(crate) async fn start(engine: arguments::Engine) -> Self {
        let home = tempfile::tempdir().expect("a temporary directory");
        match engine {
            arguments::Engine::Sqlite => Self::Sqlite(home),
            arguments::Engine::Mariadb => {
                let server = Server::start(home.path()).await;
                Self::Mariadb { server, _home: home }
            }
        }
    }

    /// The URL of an empty database of this name.
    pub(crate) async fn database(&self, name: &str) -> String {
        match self {
            Self::Sqlite(home) => format!("sqlite://{}?mode=rwc", home.path().join(name).display()),
            Self::Mariadb { server, .. } => {
                let mut connection = server.connect().await;
                let statement = format!("CREATE DATABASE {name}");
                sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await.expect("created");
                format!("mysql://root@127.0.0.1:{}/{name}", server.port)
            }
        }
    }

    /// The database's own process, where it has one.
    pub(crate) fn pid(&self) -> Option<Pid> {
        match self {
            Self::Sqlite(_) => None,
            Self::Mariadb { server, .. } => Some(Pid(server.process.id())),
        }
    }

    /// What the database says it has done so far, where it counts.
    pub(crate) async fn counted(&self) -> Option<Counted> {
        match self {
            Self::Sqlite(_) => None,
            Self::Mariadb { server, .. } => Some(server.counted().await),
        }
    }
}

/// Statements of a MariaDB server so far.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counted {
    /// All that did something: executions of prepared ones, BEGIN and COMMIT.
    pub(crate) statements: u64,
    /// COMMIT.
    pub(crate) commits: u64,
    /// Preparations of statements.
    pub(crate) prepares: u64,
}

impl Server {
    async fn start(home: &Path) -> Self {
        let data = home.join("data");
        let installed = Command::new("mariadb-install-db")
            .arg("--auth-root-authentication-method=normal")
            .arg(format!("--datadir={}", data.display()))
            .stdout(Stdio::null())
            .status()
            .expect("mariadb-install-db runs: tests/run installs it");
        assert!(installed.success(), "mariadb-install-db failed");
        let port = port::unused();
        // Everything as it is by default, but for room for connections and for the data.
        let process = Process::start(
            Command::new("mariadbd")
                .args(["--no-defaults", "--bind-address=127.0.0.1", "--max-connections=400"])
                .args(["--innodb-buffer-pool-size=2G", "--skip-log-bin"])
                .arg(format!("--user={}", whoami()))
                .arg(format!("--port={port}"))
                .arg(format!("--datadir={}", data.display()))
                .arg(format!("--socket={}", home.join("socket").display()))
                .arg(format!("--pid-file={}", home.join("pid").display())),
        );
        process.find(|line| line.contains("ready for connections").then_some(())).await;
        Self { process, port }
    }

    async fn connect(&self) -> MySqlConnection {
        let options = MySqlConnectOptions::new().host("127.0.0.1").port(self.port).username("root");
        for _ in 0..100 {
            if let Ok(connection) = options.connect().await {
                return connection;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("MariaDB does not answer:\n{}", self.process.lines().join("\n"))
    }

    async fn counted(&self) -> Counted {
        let mut connection = self.connect().await;
        let rows: Vec<(String, String)> = sqlx::query_as("SHOW GLOBAL STATUS LIKE 'Com\\_%'")
            .fetch_all(&mut connection)
            .await
            .expect("the server counts");
        connection.close().await.expect("closed");
        let value = |name: &str| -> u64 {
            let row = rows.iter().find(|(variable, _)| variable == name);
            row.unwrap_or_else(|| panic!("{name}")).1.parse().expect("a number")
        };
        let commits = value("Com_commit");
        Counted {
            statements: value("Com_stmt_execute") + value("Com_begin") + commits,
            commits,
            prepares: value("Com_stmt_prepare"),
        }
    }
}

fn whoami() -> String {
    let passwd = fs::read_to_string("/etc/passwd").expect("/etc/passwd");
    let uid = fs::metadata("/proc/self").map(|metadata| std::os::unix::fs::MetadataExt::uid(&metadata));
    let uid = uid.expect("/proc/self").to_string();
    let entry = passwd.lines().map(|line| line.split(':').collect::<Vec<_>>());
    let mut entry = entry.filter(|fields| fields.get(2) == Some(&uid.as_str()));
    entry.next().expect("an entry of one's own")[0].to_owned()
}
