//! The floor's tables, with the same driver, pools and durability that Keystead has.

use std::{
    str::FromStr as _,
    time::{SystemTime, UNIX_EPOCH},
};

use sqlx::{
    AssertSqlSafe, ConnectOptions as _, MySqlPool, QueryBuilder, SqlitePool,
    mysql::{MySqlConnectOptions, MySqlPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

/// A row that a login reads and updates.
pub(crate) struct Row {
    pub(crate) id: Vec<u8>,
    pub(crate) public_key: Vec<u8>,
}

/// The tables, on one engine or the other.
pub(crate) enum Database {
    /// One writer, several readers.
    Sqlite { reads: SqlitePool, writes: SqlitePool },
    /// One pool.
    Mysql(MySqlPool),
}

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS credential (id VARBINARY(64) PRIMARY KEY, public_key VARBINARY(128) NOT NULL,
        sign_count BIGINT NOT NULL, last_used_at BIGINT);
    CREATE TABLE IF NOT EXISTS outcome (id BINARY(16) PRIMARY KEY, verdict SMALLINT NOT NULL, at BIGINT NOT NULL);
    CREATE TABLE IF NOT EXISTS event (id BINARY(16) PRIMARY KEY, kind VARBINARY(64) NOT NULL, at BIGINT NOT NULL);
";
const READ: &str = "SELECT public_key FROM credential WHERE id = ?";
const UPDATE: &str = "UPDATE credential SET sign_count = sign_count + 1, last_used_at = ? WHERE id = ?";
const OUTCOME: &str = "INSERT INTO outcome (id, verdict, at) VALUES (?, 1, ?)";
const EVENT: &str = "INSERT INTO event (id, kind, at) VALUES (?, 'authentication.finished', ?)";

impl Database {
    /// Opens it, and makes the tables where there are none.
    pub(crate) async fn open(url: &str) -> Self {
        if url.starts_with("sqlite:") {
            let file = SqliteConnectOptions::from_str(url)
                .expect("a URL")
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .disable_statement_logging();
            let writes = SqlitePoolOptions::new().max_connections(1).connect_with(file.clone()).await;
            let writes = writes.expect("opened");
            sqlx::raw_sql(TABLES).execute(&writes).await.expect("the tables are made");
            let reads = SqlitePoolOptions::new()
                .max_connections(8)
                .test_before_acquire(false)
                .connect_with(file.pragma("query_only", "ON"))
                .await
                .expect("opened");
            return Self::Sqlite { reads, writes };
        }
        let options = MySqlConnectOptions::from_str(url).expect("a URL").disable_statement_logging();
        let pool = MySqlPoolOptions::new()
            .max_connections(16)
            .test_before_acquire(false)
            .connect_with(options)
            .await
            .expect("connected");
        sqlx::raw_sql(TABLES).execute(&pool).await.expect("the tables are made");
        Self::Mysql(pool)
    }

    /// Inserts these rows in one statement: at most 10,000, for SQLite takes 32,766 parameters.
    pub(crate) async fn insert(&self, rows: Vec<Row>) {
        if rows.is_empty() {
            return;
        }
        macro_rules! insert {
            ($pool:expr, $database:ty) => {{
                let mut insert =
                    QueryBuilder::<$database>::new("INSERT INTO credential (id, public_key, sign_count) ");
                insert.push_values(rows, |mut values, row| {
                    values.push_bind(row.id).push_bind(row.public_key).push_bind(0_i64);
                });
                insert.build().persistent(false).execute($pool).await.expect("inserted");
            }};
        }
        match self {
            Self::Sqlite { writes, .. } => insert!(writes, sqlx::Sqlite),
            Self::Mysql(pool) => insert!(pool, sqlx::MySql),
        }
    }

    pub(crate) async fn public_key(&self, id: &[u8]) -> Vec<u8> {
        let read = match self {
            Self::Sqlite { reads, .. } => sqlx::query_scalar(READ).bind(id).fetch_one(reads).await,
            Self::Mysql(pool) => sqlx::query_scalar(READ).bind(id).fetch_one(pool).await,
        };
        read.expect("a credential")
    }

    pub(crate) async fn record_login(&self, id: &[u8], outcome: [u8; 16], event: [u8; 16]) {
        let at = now();
        macro_rules! record {
            ($tx:expr) => {{
                let mut tx = $tx.await.expect("begun");
                sqlx::query(UPDATE).bind(at).bind(id).execute(&mut *tx).await.expect("updated");
                sqlx::query(OUTCOME).bind(&outcome[..]).bind(at).execute(&mut *tx).await.expect("inserted");
                sqlx::query(EVENT).bind(&event[..]).bind(at).execute(&mut *tx).await.expect("inserted");
                tx.commit().await.expect("committed");
            }};
        }
        match self {
            Self::Sqlite { writes, .. } => {
                record!(writes.begin_with(AssertSqlSafe("BEGIN IMMEDIATE".to_owned())));
            }
            Self::Mysql(pool) => record!(pool.begin()),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a tool of its own, with no clock to be handed")]
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    i64::try_from(since.as_micros()).expect("a date of these centuries")
}
