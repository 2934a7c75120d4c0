//! The database as the rest of the program holds it.

use std::{
    fmt, mem,
    sync::{Arc, PoisonError, RwLock, atomic::AtomicU32},
};

use crate::{
    Engine, Error, Options, Session,
    connect::{self, Pools},
    ready::Silence,
};

/// A connected database. Clones share the connections.
#[derive(Clone)]
pub struct Store {
    pub(crate) engine: Engine,
    pub(crate) options: Arc<Options>,
    /// Exchanged where their connections never answer: [`ready`](Self::ready).
    pools: Arc<RwLock<Arc<Pools>>>,
    pub(crate) silence: Arc<Silence>,
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
        let pools = match engine {
            Engine::Sqlite => connect::sqlite::pools(options).await?,
            Engine::MySql => connect::mysql::pools(options).await?,
        };
        Ok(Self {
            engine,
            options: Arc::new(options.clone()),
            pools: Arc::new(RwLock::new(Arc::new(pools))),
            silence: Arc::default(),
            pauses: Arc::default(),
        })
    }

    /// What kind of database it is.
    #[must_use]
    pub const fn engine(&self) -> Engine {
        self.engine
    }

    /// Single statements that read.
    #[must_use]
    pub fn reader(&self) -> Session {
        Session::over(Arc::clone(&self.pools().reads))
    }

    /// The pools that serve requests now.
    pub(crate) fn pools(&self) -> Arc<Pools> {
        Arc::clone(&self.pools.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts pools in the place of old ones and answers those that are not used: the old ones, or the fresh ones where
    /// somebody else was faster.
    pub(crate) fn exchange(&self, old: &Arc<Pools>, fresh: Arc<Pools>) -> Arc<Pools> {
        let mut current = self.pools.write().unwrap_or_else(PoisonError::into_inner);
        if Arc::ptr_eq(&current, old) { mem::replace(&mut current, fresh) } else { fresh }
    }

    /// Closes the connections once their transactions are over.
    ///
    /// # Errors
    /// The database did not close in order.
    pub async fn close(self) -> Result<(), Error> {
        self.pools().close().await
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("engine", &self.engine).finish_non_exhaustive()
    }
}
