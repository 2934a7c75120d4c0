//! MySQL and MariaDB: one pool.

use std::{str::FromStr, sync::Arc, time::Duration};

use sea_orm::SqlxMySqlConnector;
use sqlx::{
    ConnectOptions, Connection, Executor, MySqlConnection, MySqlPool,
    mysql::{MySqlConnectOptions, MySqlPoolOptions},
};

use super::Pools;
use crate::{Error, Options};

/// More than there are statements: one that misses the driver's cache costs 40 ms, because sqlx 0.9.0 leaves Nagle's
/// algorithm on.
const STATEMENT_CACHE: usize = 256;
/// A connection that was idle this long is tried before it is used; asking every time would cost a tenth of the reads.
const TRUSTED_IDLE: Duration = Duration::from_secs(30);

pub(crate) async fn pools(options: &Options) -> Result<Pools, Error> {
    let pool = MySqlPoolOptions::new()
        .max_connections(options.max_connections)
        .acquire_timeout(options.acquire_timeout)
        .test_before_acquire(false)
        .before_acquire(|connection, state| {
            Box::pin(async move {
                if state.idle_for >= TRUSTED_IDLE {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .after_connect(|connection, _| Box::pin(set_up(connection)))
        .connect_with(connect_options(options)?)
        .await?;
    let both = Arc::new(SqlxMySqlConnector::from_sqlx_mysql_pool(pool));
    Ok(Pools { reads: Arc::clone(&both), writes: both, line: None })
}

/// A pool of one connection that is never replaced: what holds a lock of the database while the schema changes. A change
/// that waits for a reader makes every later query wait for it, so it gives up after a minute instead of the default day.
pub(crate) async fn single(options: &Options) -> Result<MySqlPool, Error> {
    let pool = MySqlPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(options.acquire_timeout)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
        .after_connect(|connection, _| {
            Box::pin(async move {
                connection.execute("SET SESSION lock_wait_timeout = 60").await?;
                Ok(())
            })
        })
        .connect_with(connect_options(options)?)
        .await?;
    Ok(pool)
}

fn connect_options(options: &Options) -> Result<MySqlConnectOptions, Error> {
    let given =
        MySqlConnectOptions::from_str(&options.url).map_err(|error| Error::Options(error.to_string()))?;
    Ok(given.statement_cache_capacity(STATEMENT_CACHE).disable_statement_logging())
}

/// READ COMMITTED: no gap locks, and a statement sees what was committed before it. Lock waits end after five seconds
/// instead of fifty. Strict: a value that does not fit is an error and never cut, whatever the server's default.
async fn set_up(connection: &mut MySqlConnection) -> Result<(), sqlx::Error> {
    connection.execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED").await?;
    connection
        .execute(
            "SET SESSION innodb_lock_wait_timeout = 5, sql_mode = CONCAT(@@sql_mode, ',STRICT_TRANS_TABLES')",
        )
        .await?;
    Ok(())
}
