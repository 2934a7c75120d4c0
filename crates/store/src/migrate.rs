//! Migrating under a lock of the database, so that any number of processes may start at once.

use std::time::Duration;

use keystead_migrations::{pending, up};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, SqlxMySqlConnector, Statement, TransactionTrait,
};
use tokio::time::Instant;

use crate::{Engine, Error, Store, connect, transact};

/// How long to wait for another process's migration; on MySQL the same stands in [`LOCK`].
const LONGEST_WAIT: Duration = Duration::from_mins(1);
/// The lock has a name of at most 64 characters in the server, not in the database.
const LOCK: &str =
    "SELECT GET_LOCK(CONCAT('keystead.migrate.', LEFT(SHA2(DATABASE(), 256), 40)), 60) AS locked";

impl Store {
    /// Brings the schema up to date and says how many steps that took. What died half way is taken up where it ended; where
    /// another process is at it, this one waits. A database that a newer release migrated further is left as it is.
    ///
    /// # Errors
    /// [`Error::Busy`] where another process holds the lock for a minute; whatever the database refuses.
    pub async fn migrate(&self) -> Result<usize, Error> {
        // The common start takes no lock, and may come from a user without DDL rights.
        if self.pending_migrations().await? == 0 {
            return Ok(0);
        }
        match self.engine {
            Engine::Sqlite => self.migrate_in_transaction().await,
            Engine::MySql => self.migrate_under_lock().await,
        }
    }

    /// How many steps the schema lacks. Only reads.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn pending_migrations(&self) -> Result<usize, Error> {
        Ok(pending(&*self.pools().reads).await?)
    }

    /// SQLite's DDL is transactional and its write lock is the database's: one transaction is both the lock and the way back.
    async fn migrate_in_transaction(&self) -> Result<usize, Error> {
        let transaction = self.begin_waiting().await?;
        let missing = pending(&transaction).await?;
        up(&transaction).await?;
        transaction.commit().await.map_err(Error::of_commit)?;
        Ok(missing)
    }

    async fn begin_waiting(&self) -> Result<DatabaseTransaction, Error> {
        let deadline = Instant::now() + LONGEST_WAIT;
        loop {
            match self.pools().writes.begin_with_options(transact::IMMEDIATE).await.map_err(Error::from) {
                // The driver has waited already.
                Err(Error::Busy) if Instant::now() < deadline => {}
                answer => return answer,
            }
        }
    }

    /// MySQL and MariaDB commit DDL at once. The lock belongs to a connection, and the steps run on the same one: should it
    /// be lost, they end with the lock.
    async fn migrate_under_lock(&self) -> Result<usize, Error> {
        let pool = connect::mysql::single(&self.options).await?;
        let db = SqlxMySqlConnector::from_sqlx_mysql_pool(pool);
        let steps = match lock(&db).await {
            Ok(()) => climb(&db).await,
            Err(error) => Err(error),
        };
        // Closing gives the lock back.
        db.close().await?;
        steps
    }
}

async fn lock(db: &DatabaseConnection) -> Result<(), Error> {
    let answer = db.query_one_raw(Statement::from_string(db.get_database_backend(), LOCK)).await?;
    match answer.map(|row| row.try_get_by_index::<Option<i64>>(0)).transpose()? {
        Some(Some(1)) => Ok(()),
        _ => Err(Error::Busy),
    }
}

/// On Galera the lock is the node's alone: a process at another node may take the same step first, and then this one's
/// record of it meets the primary key, or certification refuses it. As long as somebody gets on, going on is right.
async fn climb(db: &DatabaseConnection) -> Result<usize, Error> {
    let missing = pending(db).await?;
    let mut left = missing;
    loop {
        match up(db).await.map_err(Error::from) {
            Ok(()) => return Ok(missing),
            Err(met @ (Error::Conflict | Error::Busy)) => match pending(db).await? {
                fewer if fewer < left => left = fewer,
                _ => return Err(met),
            },
            Err(error) => return Err(error),
        }
    }
}
