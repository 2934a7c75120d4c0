//! Whether the database answers; and other connections where those of a pool never will.
//!
//! A server that dies without closing its connections leaves each of them waiting for an answer for ever, for the driver sets
//! neither a keepalive nor a time limit on its sockets: the pool has none left then, although a new connection would be
//! answered. Whoever asks [`Store::ready`] again and again gets the store out of this.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sea_orm::{ConnAcquireErr, ConnectionTrait, DatabaseConnection, DbErr, Statement};
use tokio::time::{Instant, timeout};

use crate::{
    Engine, Error, Session, Store,
    connect::{self, Pools},
    to_the_end::LETTING_GO,
};

/// For how many times [`Options::acquire_timeout`](crate::Options) a pool must have been silent to be replaced.
const PATIENCE: u32 = 5;
/// How many times that lie between two replacements.
const REST: u32 = 15;
/// Connections that are in order come back within this; the others have been let go of before.
const CLOSING_TIME: Duration = LETTING_GO.saturating_mul(2);

/// MariaDB and MySQL write the variable as a number or, where it has more than two values, as a word.
const IS_WRITABLE: &str = "SELECT CAST(@@global.read_only AS CHAR) IN ('0', 'OFF')";

impl Store {
    /// Takes a connection from each pool that serves requests and asks the database something; a MySQL or MariaDB server,
    /// whether it can be written to.
    ///
    /// Where no connection was answered for five times the acquire timeout of the options, and a new one is, this replaces
    /// the pool, at most once in fifteen times that timeout.
    ///
    /// # Errors
    /// [`Error::Unavailable`] where no connection was free, no answer came in time, or the server is read-only: requests fare
    /// no better.
    pub async fn ready(&self) -> Result<(), Error> {
        let pools = self.pools();
        let silent = match self.ask_all(&pools).await {
            Err(error) if error.is_timeout() => error,
            answer => {
                self.silence.end();
                return answer;
            }
        };
        if self.engine == Engine::Sqlite || !self.silence.is_too_long(self.options.acquire_timeout) {
            return Err(silent);
        }
        let Ok(fresh) = connect::mysql::pools(&self.options).await else { return Err(silent) };
        self.silence.end_by_replacement();
        tracing::warn!("the database's connections do not answer; new ones take their place");
        self.retire(&pools, fresh);
        self.ask_all(&self.pools()).await
    }

    async fn ask_all(&self, pools: &Pools) -> Result<(), Error> {
        match self.engine {
            Engine::Sqlite => {
                self.ask(&pools.reads, "SELECT 1").await?;
                self.ask(&pools.writes, "SELECT 1").await
            }
            Engine::MySql => self.ask(&pools.writes, IS_WRITABLE).await,
        }
    }

    /// Waiting for the connection is bounded by the pool, waiting for the answer here.
    async fn ask(&self, pool: &Arc<DatabaseConnection>, question: &str) -> Result<(), Error> {
        let session = Session::over(Arc::clone(pool));
        let question = Statement::from_string(session.get_database_backend(), question);
        let asked = timeout(self.options.acquire_timeout * 2, session.query_one_raw(question)).await;
        let answer = asked.unwrap_or(Err(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)))?;
        match answer.map(|row| row.try_get_by_index::<i64>(0)).transpose()? {
            Some(1) => Ok(()),
            _ => Err(Error::read_only()),
        }
    }

    /// Puts a pool in another's place. Statements under way on the old one's connections may end.
    fn retire(&self, old: &Arc<Pools>, fresh: Pools) {
        let retired = self.exchange(old, Arc::new(fresh));
        tokio::spawn(async move { timeout(CLOSING_TIME, retired.close()).await });
    }
}

/// Since when nothing answers.
#[derive(Debug, Default)]
pub(crate) struct Silence(Mutex<Seen>);

#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    silent_since: Option<Instant>,
    replaced_at: Option<Instant>,
}

impl Silence {
    fn end(&self) {
        self.change(|seen| seen.silent_since = None);
    }

    fn end_by_replacement(&self) {
        self.change(|seen| *seen = Seen { silent_since: None, replaced_at: Some(Instant::now()) });
    }

    /// Notes that nothing answered, and says whether this has to end.
    fn is_too_long(&self, acquire_timeout: Duration) -> bool {
        let now = Instant::now();
        self.change(|seen| {
            let silent_since = *seen.silent_since.get_or_insert(now);
            now - silent_since >= acquire_timeout * PATIENCE
                && seen.replaced_at.is_none_or(|at| now - at >= acquire_timeout * REST)
        })
    }

    fn change<T>(&self, change: impl FnOnce(&mut Seen) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn silence_ends_after_a_while_and_not_too_often() {
        let (silence, unit) = (Silence::default(), Duration::from_secs(2));
        assert!(!silence.is_too_long(unit));
        tokio::time::advance(unit * PATIENCE).await;
        assert!(silence.is_too_long(unit));
        silence.end();
        assert!(!silence.is_too_long(unit));
        tokio::time::advance(unit * PATIENCE).await;
        silence.end_by_replacement();
        assert!(!silence.is_too_long(unit));
        tokio::time::advance(unit * PATIENCE).await;
        assert!(!silence.is_too_long(unit), "it was replaced lately");
        tokio::time::advance(unit * REST).await;
        assert!(silence.is_too_long(unit));
    }
}
