//! A MariaDB server of this tool's own, and what it says about itself.

use std::{
    collections::HashMap,
    fs,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use keystead_tests::{Process, port};
use sqlx::{ConnectOptions as _, Connection as _, MySqlConnection, Row as _, mysql::MySqlConnectOptions};
use tokio::time::{Instant, sleep};

use crate::machine::Pid;

/// How long it may take to write to disk what is in memory.
const PATIENCE: Duration = Duration::from_mins(5);
/// Pages that some background task or other always has in hand.
const SETTLED: u64 = 100;

/// A running server.
pub(crate) struct Server {
    process: Process,
    port: u16,
}

/// Statements of a server so far.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counted {
    /// All that did something: executions of prepared ones, BEGIN and COMMIT.
    pub(crate) statements: u64,
    /// COMMIT; a statement that commits by itself is none.
    pub(crate) commits: u64,
    /// Preparations of statements.
    pub(crate) prepares: u64,
}

impl Server {
    /// Starts one that lives in this directory.
    pub(crate) async fn start(home: &Path) -> Self {
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

    pub(crate) fn pid(&self) -> Pid {
        Pid(self.process.id())
    }

    /// The URL of a database.
    pub(crate) fn url(&self, database: &str) -> String {
        format!("mysql://root@127.0.0.1:{}/{database}", self.port)
    }

    pub(crate) async fn connect(&self) -> MySqlConnection {
        let options = MySqlConnectOptions::new().host("127.0.0.1").port(self.port).username("root");
        for _ in 0..100 {
            if let Ok(connection) = options.connect().await {
                return connection;
            }
            sleep(Duration::from_millis(100)).await;
        }
        panic!("MariaDB does not answer:\n{}", self.process.lines().join("\n"))
    }

    pub(crate) async fn counted(&self) -> Counted {
        let mut connection = self.connect().await;
        let status = status(&mut connection).await;
        connection.close().await.expect("closed");
        let commits = status["Com_commit"];
        Counted {
            statements: status["Com_stmt_execute"] + status["Com_begin"] + commits,
            commits,
            prepares: status["Com_stmt_prepare"],
        }
    }

    /// Has the pages written that are so far only in memory and in the log.
    pub(crate) async fn settle(&self) {
        let mut connection = self.connect().await;
        set_dirty_pages(&mut connection, "0").await;
        let begun = Instant::now();
        while status(&mut connection).await["Innodb_buffer_pool_pages_dirty"] > SETTLED {
            assert!(begun.elapsed() < PATIENCE, "MariaDB does not come to rest");
            sleep(Duration::from_millis(100)).await;
        }
        set_dirty_pages(&mut connection, "DEFAULT").await;
        connection.close().await.expect("closed");
    }
}

/// The share of pages, in percent, that may wait to be written.
async fn set_dirty_pages(connection: &mut MySqlConnection, percent: &'static str) {
    let statement = format!("SET GLOBAL innodb_max_dirty_pages_pct = {percent}");
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(connection).await.expect("set");
}

/// Every counter of the server. Asked as plain text: a prepared statement would count itself.
async fn status(connection: &mut MySqlConnection) -> HashMap<String, u64> {
    let rows = sqlx::raw_sql("SHOW GLOBAL STATUS").fetch_all(connection).await.expect("the server counts");
    let counter = |row: &sqlx::mysql::MySqlRow| {
        let (name, value): (String, String) = (row.get(0), row.get(1));
        Some((name, value.parse().ok()?))
    };
    rows.iter().filter_map(counter).collect()
}

fn whoami() -> String {
    let passwd = fs::read_to_string("/etc/passwd").expect("/etc/passwd");
    let uid = fs::metadata("/proc/self").map(|metadata| std::os::unix::fs::MetadataExt::uid(&metadata));
    let uid = uid.expect("/proc/self").to_string();
    let entry = passwd.lines().map(|line| line.split(':').collect::<Vec<_>>());
    let mut entry = entry.filter(|fields| fields.get(2) == Some(&uid.as_str()));
    entry.next().expect("an entry of one's own")[0].to_owned()
}
