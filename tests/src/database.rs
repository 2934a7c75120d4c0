//! A fresh, empty database for each test, on every engine.

use std::collections::hash_map::RandomState;
use std::env::{self, VarError};
use std::fmt;
use std::hash::{BuildHasher, Hasher};
use std::str::FromStr;

use sqlx::mysql::MySqlConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};
use tempfile::TempDir;
use tokio::runtime;
use url::Url;

/// Names the database servers of a run: their URLs, with a user who may create databases, separated by commas.
const SERVERS: &str = "KEYSTEAD_TEST_DATABASES";

/// A storage engine that Keystead supports.
#[derive(Clone, Debug)]
pub enum Engine {
    /// `SQLite`, in a file of its own.
    Sqlite,
    /// A `MySQL` or `MariaDB` server.
    Server(Url),
}

impl Engine {
    /// `SQLite`, and every server that `KEYSTEAD_TEST_DATABASES` names.
    ///
    /// # Panics
    /// When the variable is missing, empty or not a list of URLs: a suite that quietly ran on fewer engines would be
    /// worth nothing.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let servers = match env::var(SERVERS) {
            Ok(servers) if !servers.trim().is_empty() => servers,
            Ok(_) | Err(VarError::NotPresent) => {
                panic!("{SERVERS} is missing: use tests/run, or name servers (mysql://root@127.0.0.1:3306/)")
            }
            Err(error) => panic!("{SERVERS}: {error}"),
        };
        let servers = servers.split(',').map(|server| match Url::parse(server.trim()) {
            Ok(url) => Self::Server(url),
            Err(error) => panic!("{SERVERS}: {server:?} is no URL: {error}"),
        });
        [Self::Sqlite].into_iter().chain(servers).collect()
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite => f.write_str("SQLite"),
            Self::Server(url) => {
                let (host, port) = (url.host_str().unwrap_or("?"), url.port().unwrap_or(3306));
                write!(f, "{} at {host}:{port}", url.scheme())
            }
        }
    }
}

/// An empty database that is gone when this is dropped. Nothing is migrated: that is the server's affair.
#[derive(Debug)]
pub struct Database {
    url: String,
    home: Home,
}

#[derive(Debug)]
enum Home {
    Directory(#[expect(dead_code, reason = "held for its Drop, which removes the files")] TempDir),
    Server { server: Url, name: String },
}

impl Database {
    /// Makes an empty database.
    ///
    /// # Panics
    /// When the engine is away or refuses.
    pub async fn create(engine: &Engine) -> Self {
        match engine {
            Engine::Sqlite => Self::in_file(),
            Engine::Server(server) => Self::on_server(server).await,
        }
    }

    /// The URL under which the server under test reaches it; it carries the password, if there is one.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    fn in_file() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let url = format!("sqlite://{}?mode=rwc", directory.path().join("keystead.db").display());
        Self { url, home: Home::Directory(directory) }
    }

    async fn on_server(server: &Url) -> Self {
        // A fresh RandomState hashes nothing to a random number: the one die that std has.
        let name = format!("keystead_test_{:016x}", RandomState::new().build_hasher().finish());
        // No collation is given: what depends on one has to say so itself.
        execute(server, format!("CREATE DATABASE {name}")).await.unwrap_or_else(|error| panic!("{error}"));
        let mut url = server.clone();
        url.set_path(&name);
        Self { url: url.into(), home: Home::Server { server: server.clone(), name } }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let Home::Server { server, name } = &self.home else { return };
        // On a thread of its own: the runtime of the test that ends here cannot be blocked on.
        let dropped = std::thread::scope(|scope| {
            // A test that failed may have left a transaction open; the default patience with that is a day.
            let statement = format!("SET lock_wait_timeout = 10; DROP DATABASE IF EXISTS {name}");
            scope
                .spawn(|| {
                    let runtime = runtime::Builder::new_current_thread().enable_all().build();
                    runtime.expect("a runtime").block_on(execute(server, statement))
                })
                .join()
        });
        if !matches!(dropped, Ok(Ok(()))) {
            eprintln!("{name} is left behind: {dropped:?}");
        }
    }
}

async fn execute(server: &Url, statement: String) -> Result<(), sqlx::Error> {
    let mut connection = MySqlConnectOptions::from_str(server.as_str())?.connect().await?;
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await?;
    connection.close().await
}

/// Tells `story` once for each engine, in turn, with a fresh database.
pub async fn on_every_engine(story: impl AsyncFn(Database)) {
    for engine in Engine::all() {
        // Shown when the story fails: the engine is half of the explanation.
        eprintln!("on {engine}");
        story(Database::create(&engine).await).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_database_on_a_server_is_gone_after_its_test() {
        for engine in Engine::all() {
            let Engine::Server(server) = &engine else { continue };
            let database = Database::create(&engine).await;
            let url = Url::parse(database.url()).unwrap();
            execute(&url, "CREATE TABLE present (id INT)".to_owned()).await.unwrap();
            drop(database);
            let error = execute(&url, "SELECT 1".to_owned()).await.unwrap_err();
            assert!(error.to_string().contains("Unknown database"), "{error}");
            execute(server, "SELECT 1".to_owned()).await.unwrap();
        }
    }

    #[tokio::test]
    async fn two_databases_are_never_the_same() {
        for engine in Engine::all() {
            let (one, other) = (Database::create(&engine).await, Database::create(&engine).await);
            assert_ne!(one.url(), other.url());
        }
    }
}
