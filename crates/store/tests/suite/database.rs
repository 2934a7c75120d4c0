//! Fresh databases.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    thread,
    time::Duration,
};

use keystead_store::{Options, Store};
use sqlx::{Connection, Executor, MySqlConnection};

/// A database that is dropped with this value.
pub(crate) struct Database {
    pub(crate) store: Store,
    pub(crate) options: Options,
    place: Place,
}

enum Place {
    Memory,
    File(#[expect(dead_code, reason = "holds the directory")] tempfile::TempDir),
    Server { base: String, name: String },
}

impl Database {
    /// A migrated database on each engine.
    pub(crate) async fn on_every_engine() -> Vec<Self> {
        let mut databases = Self::unmigrated_on_every_engine().await;
        for database in &mut databases {
            database.store.migrate().await.unwrap();
        }
        databases
    }

    /// A migrated database of SQLite in memory and in a file, for what servers do themselves.
    pub(crate) async fn on_sqlite() -> Vec<Self> {
        let databases = Self::unmigrated_on_sqlite().await;
        for database in &databases {
            database.store.migrate().await.unwrap();
        }
        databases
    }

    async fn unmigrated_on_sqlite() -> Vec<Self> {
        vec![Self::open(Place::Memory, "sqlite::memory:".to_owned()).await, Self::file().await]
    }

    pub(crate) async fn unmigrated_on_every_engine() -> Vec<Self> {
        let mut databases = Self::unmigrated_on_sqlite().await;
        databases.extend(Self::unmigrated_servers().await);
        databases
    }

    async fn file() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}?mode=rwc", directory.path().join("keystead.db").display());
        Self::open(Place::File(directory), url).await
    }

    /// A migrated database on each server, for what SQLite has nothing of.
    pub(crate) async fn on_every_server() -> Vec<Self> {
        let databases = Self::unmigrated_servers().await;
        for database in &databases {
            database.store.migrate().await.unwrap();
        }
        databases
    }

    async fn unmigrated_servers() -> Vec<Self> {
        let mut databases = Vec::new();
        let bases = std::env::var("KEYSTEAD_TEST_DATABASES").unwrap_or_default();
        for base in bases.split(',').map(str::trim).filter(|base| !base.is_empty()) {
            let base = base.trim_end_matches('/').to_owned();
            let name = format!("keystead_{:016x}", random());
            administer(&base, &format!("CREATE DATABASE {name}")).await;
            let url = format!("{base}/{name}");
            databases.push(Self::open(Place::Server { base, name }, url).await);
        }
        databases
    }

    async fn open(place: Place, url: String) -> Self {
        let options = Options::new(url);
        let store = Store::connect(&options).await.unwrap();
        Self { store, options, place }
    }

    /// Another process's view: connections of its own. `None` in memory, where nobody else can connect.
    pub(crate) async fn connect_again(&self, change: impl FnOnce(&mut Options)) -> Option<Store> {
        if self.is_in_memory() {
            return None;
        }
        let mut options = self.options.clone();
        change(&mut options);
        Some(Store::connect(&options).await.unwrap())
    }

    pub(crate) fn is_in_memory(&self) -> bool {
        matches!(self.place, Place::Memory)
    }

    /// A connection past the store, to a database of a server.
    pub(crate) async fn administrator(&self) -> MySqlConnection {
        MySqlConnection::connect(&self.options.url).await.unwrap()
    }
}

impl Drop for Database {
    /// On a thread of its own, for tests drop it wherever they end, in a panic too.
    fn drop(&mut self) {
        let Place::Server { base, name } = &self.place else { return };
        let (base, name) = (base.clone(), name.clone());
        let drop_it = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(drop_database(&base, &name));
        };
        let _ = thread::spawn(drop_it).join();
    }
}

/// Without its connections first: a transaction that a failed test left open would be waited for.
async fn drop_database(base: &str, name: &str) {
    let mut connection = MySqlConnection::connect(base).await.unwrap();
    let open: Vec<(i64,)> =
        sqlx::query_as("SELECT CAST(id AS SIGNED) FROM information_schema.processlist WHERE db = ?")
            .bind(name)
            .fetch_all(&mut connection)
            .await
            .unwrap();
    for (id,) in open {
        let _ = connection.execute(sqlx::AssertSqlSafe(format!("KILL {id}"))).await;
    }
    administer(base, &format!("DROP DATABASE IF EXISTS {name}")).await;
}

async fn administer(base: &str, statement: &str) {
    let mut connection = MySqlConnection::connect(base).await.unwrap();
    connection.execute(sqlx::AssertSqlSafe(statement.to_owned())).await.unwrap();
    connection.close().await.unwrap();
}

/// The standard library seeds its hashers at random.
pub(crate) fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// Fails a test that would wait for ever.
pub(crate) async fn bounded<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(Duration::from_mins(1), future).await.expect("no answer within a minute")
}
