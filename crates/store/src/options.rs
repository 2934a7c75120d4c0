//! Where the database is.

use std::{fmt, time::Duration};

/// How to connect.
#[derive(Clone)]
pub struct Options {
    /// `sqlite://PATH?mode=rwc`, `sqlite::memory:` or `mysql://USER:PASSWORD@HOST:PORT/DATABASE` (MariaDB too).
    pub url: String,
    /// Most connections of this process to MySQL or MariaDB. SQLite has a fixed number: 8 readers and 1 writer, in memory
    /// a single connection.
    pub max_connections: u32,
    /// How long a request waits for a connection before it is answered with [`Error::Unavailable`](crate::Error), and on
    /// SQLite for another process's transaction before it is [`Error::Busy`](crate::Error).
    pub acquire_timeout: Duration,
    /// How many transactions that wait for SQLite's one writer are committed together, 1 to 64; with 1 each commits alone.
    /// MySQL and MariaDB group their commits themselves.
    pub most_per_commit: u32,
}

impl Options {
    /// The options that suit most: 16 connections, 2 seconds, 32 transactions.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            max_connections: 16,
            acquire_timeout: Duration::from_secs(2),
            most_per_commit: 32,
        }
    }

    /// The engine the URL names; `None` where it names another.
    #[must_use]
    pub fn engine(&self) -> Option<Engine> {
        match self.url.split_once(':')?.0 {
            "sqlite" => Some(Engine::Sqlite),
            "mysql" | "mariadb" => Some(Engine::MySql),
            _ => None,
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("url", &"[redacted]")
            .field("max_connections", &self.max_connections)
            .field("acquire_timeout", &self.acquire_timeout)
            .field("most_per_commit", &self.most_per_commit)
            .finish()
    }
}

/// What kind of database it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// `SQLite`, in a file or in memory.
    Sqlite,
    /// Whatever speaks MySQL's protocol: MySQL, MariaDB.
    MySql,
}
