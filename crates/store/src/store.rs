//! The database as the rest of the program holds it.

use std::{
    fmt,
    sync::{Arc, atomic::AtomicU32},
};

use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};

use crate::{Engine, Error, Options, Session, connect};

/// A connected database. Clones share the connections.
#[derive(Clone)]
pub struct Store {
    pub(crate) engine: Engine,
    pub(crate) options: Arc<Options>,
    pub(crate) reads: Arc<DatabaseConnection>,
    pub(crate) writes: Arc<DatabaseConnection>,
    /// Counts retries: [`transact`](Self::transact) spreads its pauses by it.
    pub(crate) pauses: Arc<AtomicU32>,
}

impl Store {
    /// Connects; the schema may still be missing.
    ///
    /// # Errors
    /// [`Error::Options`], [`Error::Unavailable`], or [`Error::Driver`] where the database refuses.
    pub async fn connect(options: &Options) -> Result<Self, Error> {
        let engine = options.engine().ok_or_else(|| {
            Error::Options("it must start with `sqlite:`, `mysql:` or `mariadb:`".to_owned())
        })?;
        let connect::Pools { reads, writes } = match engine {
            Engine::Sqlite => connect::sqlite::pools(options).await?,
            Engine::MySql => connect::mysql::pools(options).await?,
        };
        Ok(Self { engine, options: Arc::new(options.clone()), reads, writes, pauses: Arc::default() })
    }

    /// What kind of database it is.
    #[must_use]
    pub const fn engine(&self) -> Engine {
        self.engine
    }

    /// Single statements that read.
    #[must_use]
    pub const fn reader(&self) -> Session<'_> {
        Session::over(&self.reads)
    }

    /// Takes a connection from each pool that serves requests and asks the database something.
    ///
    /// # Errors
    /// [`Error::Unavailable`] where none was free or no answer came in time: requests fare no better.
    pub async fn ready(&self) -> Result<(), Error> {
        self.ask(&self.reads).await?;
        if self.engine == Engine::Sqlite {
            self.ask(&self.writes).await?;
        }
        Ok(())
    }

    /// Waiting for the connection is bounded by the pool, waiting for the answer here.
    async fn ask(&self, pool: &Arc<DatabaseConnection>) -> Result<(), Error> {
        let session = Session::over(pool);
        let question = Statement::from_string(session.get_database_backend(), "SELECT 1");
        match tokio::time::timeout(self.options.acquire_timeout * 2, session.query_one_raw(question)).await {
            Ok(answer) => Ok(answer.map(|_| ())?),
            Err(_) => Err(sqlx::Error::PoolTimedOut.into()),
        }
    }

    /// Closes the connections once their transactions are over.
    ///
    /// # Errors
    /// The database did not close in order.
    pub async fn close(self) -> Result<(), Error> {
        self.reads.close_by_ref().await?;
        Ok(self.writes.close_by_ref().await?)
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("engine", &self.engine).finish_non_exhaustive()
    }
}
