//! SQLite: one writer, several readers.

use std::{fs::OpenOptions, future, path::Path, str::FromStr, sync::Arc, time::Duration};

use sea_orm::SqlxSqliteConnector;
use sqlx::{
    ConnectOptions, Connection, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::time::Instant;

use super::Pools;
use crate::{Error, Options, transact::Line};

/// Readers of a file; more gain nothing on few cores.
const READERS: u32 = 8;
/// How long a start may wait for other processes that start.
const LONGEST_START: Duration = Duration::from_secs(10);
const START_PAUSE: Duration = Duration::from_millis(20);

pub(crate) async fn pools(options: &Options) -> Result<Pools, Error> {
    let given = SqliteConnectOptions::from_str(&options.url)
        .map_err(|error| Error::Options(error.to_string()))?
        .busy_timeout(options.acquire_timeout)
        .foreign_keys(true)
        .disable_statement_logging();
    if is_in_memory(&options.url) {
        return in_memory(options, given).await;
    }
    if options.url.contains("mode=rwc") {
        make_private(given.get_filename());
    }
    // FULL: an acknowledged login survives a power cut.
    let file = given.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full);
    // The writer first: it makes the file. There is one, because the file has one write lock.
    let writes = opened(writer(options), file.clone()).await?;
    let readers = file.create_if_missing(false).pragma("query_only", "ON");
    let reads = opened(pool(options, READERS), readers).await?;
    Ok(Pools {
        reads: Arc::new(SqlxSqliteConnector::from_sqlx_sqlite_pool(reads)),
        writes: Arc::new(SqlxSqliteConnector::from_sqlx_sqlite_pool(writes)),
        line: line(options),
    })
}

fn line(options: &Options) -> Option<Arc<Line>> {
    (options.most_per_commit > 1).then(|| Line::new(options.most_per_commit))
}

fn is_in_memory(url: &str) -> bool {
    url.contains(":memory:") || url.contains("mode=memory")
}

/// Makes the file, for SQLite would make it readable to whomever the process's mask allows. Its log and its shared memory take
/// the mode of the file. A file that exists stays as it is; where none can be made, opening it says why.
fn make_private(file: &Path) {
    let mut new = OpenOptions::new();
    new.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut new, 0o600);
    let _ = new.open(file);
}

/// The database lives as long as its one connection, so that connection is never given up.
async fn in_memory(options: &Options, given: SqliteConnectOptions) -> Result<Pools, Error> {
    let pool = pool(options, 1).connect_with(given).await?;
    let both = Arc::new(SqlxSqliteConnector::from_sqlx_sqlite_pool(pool));
    Ok(Pools { reads: Arc::clone(&both), writes: both, line: line(options) })
}

/// Of processes that start at once on a new file, one switches it to WAL, and SQLite does not let the others wait for that.
async fn opened(pool: SqlitePoolOptions, connect: SqliteConnectOptions) -> Result<SqlitePool, Error> {
    let deadline = Instant::now() + LONGEST_START;
    loop {
        match pool.clone().connect_with(connect.clone()).await.map_err(Error::from) {
            Err(Error::Busy) if Instant::now() < deadline => tokio::time::sleep(START_PAUSE).await,
            answer => return answer,
        }
    }
}

/// A full disk may make SQLite roll a transaction back by itself. The driver goes on counting it as open, would begin the next
/// one as a savepoint, and commit nothing ever after: such a connection is given up.
fn writer(options: &Options) -> SqlitePoolOptions {
    pool(options, 1)
        .before_acquire(|connection, _| Box::pin(future::ready(Ok(!connection.is_in_transaction()))))
}

fn pool(options: &Options, most: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(most)
        .acquire_timeout(options.acquire_timeout)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
}
