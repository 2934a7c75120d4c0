//! A database of its own for each server: a file, or a database on a MariaDB that is started here and ends with the tool.

mod mariadb;

use sqlx::AssertSqlSafe;
use tempfile::TempDir;

pub(crate) use self::mariadb::Counted;
use self::mariadb::Server;
use crate::{arguments, machine::Pid};

/// The engine, running.
pub(crate) enum Engine {
    /// Files in this directory.
    Sqlite(TempDir),
    /// A server, and the directory it lives in.
    Mariadb { server: Server, _home: TempDir },
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
                server.url(name)
            }
        }
    }

    /// The database's own process, where it has one.
    pub(crate) fn pid(&self) -> Option<Pid> {
        match self {
            Self::Sqlite(_) => None,
            Self::Mariadb { server, .. } => Some(server.pid()),
        }
    }

    /// How many transactions at a time fill a table fastest.
    pub(crate) const fn writers(&self) -> u64 {
        match self {
            Self::Sqlite(_) => 1,
            Self::Mariadb { .. } => 4,
        }
    }

    /// What the database says it has done so far, where it counts.
    pub(crate) async fn counted(&self) -> Option<Counted> {
        match self {
            Self::Sqlite(_) => None,
            Self::Mariadb { server, .. } => Some(server.counted().await),
        }
    }

    /// Waits until the database has done the work that filling it left behind: the logins after it do not pay for it.
    pub(crate) async fn settle(&self) {
        if let Self::Mariadb { server, .. } = self {
            server.settle().await;
        }
    }
}
