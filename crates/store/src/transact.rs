//! Transactions whose whole closure runs again where another transaction was in the way.

mod line;
mod turn;
mod verdict;

use std::{pin::Pin, sync::atomic::Ordering, time::Duration};

use sea_orm::{DbErr, SqliteTransactionMode, TransactionOptions};

use self::line::Pass;
pub(crate) use self::{
    line::{Lead, Line},
    turn::Turn,
};
use crate::{Error, Store, Tx, error::is_lost};

/// How often a closure runs again.
const MOST_RETRIES: u32 = 5;
/// The pause before the first retry; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(4);

/// How a transaction ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish<T> {
    /// What was written stays.
    Commit(T),
    /// Nothing was written that must stay.
    RollBack(T),
}

impl<T> Finish<T> {
    /// The same end with another value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Finish<U> {
        match self {
            Self::Commit(value) => Finish::Commit(f(value)),
            Self::RollBack(value) => Finish::RollBack(f(value)),
        }
    }
}

/// A transaction that reads first and is then refused SQLite's write lock could not wait for it.
pub(crate) const IMMEDIATE: TransactionOptions = TransactionOptions {
    isolation_level: None,
    access_mode: None,
    sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
};

tokio::task_local! {
    static INSIDE: ();
}

/// Refuses a second connection to a task that is inside a transaction's closure. As many such tasks at once as the pool has
/// connections would wait for each other for ever; this way it is a fault at any concurrency, and tests meet it.
pub(crate) fn refuse_inside() -> Result<(), DbErr> {
    match INSIDE.try_with(|()| ()) {
        Ok(()) => Err(DbErr::Custom("a second connection was asked for inside a transaction".to_owned())),
        Err(_) => Ok(()),
    }
}

/// A closure that dropped a statement of its own half way may not end as if it had not.
pub(crate) fn abandoned() -> DbErr {
    DbErr::Custom("a statement was abandoned inside a transaction".to_owned())
}

/// What happens inside a transaction: an async closure that takes a `&Tx`. Functions that hand such a closure on take
/// `impl Steps<T>` and call [`StepsWith::run`].
///
/// Every closure of the shape `async |tx| { … }` that is `Send` qualifies, with whatever it borrows. One that owns what it
/// captures and lends it to its future (`async move |tx|`) does not: it could not be proven `Send`.
pub trait Steps<T>: AsyncFn(&Tx) -> Result<T, Error> + for<'t> StepsWith<'t, T> {}

impl<T, F> Steps<T> for F where F: AsyncFn(&Tx) -> Result<T, Error> + for<'t> StepsWith<'t, T> {}

/// [`Steps`] with one transaction. An `AsyncFn` alone does not say that its future is `Send`; this does, so that a
/// transaction can run in any task.
pub trait StepsWith<'t, T>: Send + Sync {
    /// Calls the closure.
    ///
    /// # Errors
    /// Those of the closure.
    fn run(&self, tx: &'t Tx) -> impl Future<Output = Result<T, Error>> + Send;
}

impl<'t, T, F, R> StepsWith<'t, T> for F
where
    F: Fn(&'t Tx) -> R + Send + Sync,
    R: Future<Output = Result<T, Error>> + Send,
{
    fn run(&self, tx: &'t Tx) -> impl Future<Output = Result<T, Error>> + Send {
        self(tx)
    }
}

impl Store {
    /// Runs a closure in a transaction. Where another transaction was in the way ([`Error::Busy`]), or the connection was
    /// lost during COMMIT ([`Error::CommitUnknown`]), the whole closure runs again after a pause, at most five times. So it
    /// must capture values and draw neither time nor randomness, send nothing, and look for its own traces where it matters
    /// whether it was committed before.
    ///
    /// On SQLite, transactions that wait for the writer share a commit, up to [`Options::most_per_commit`]: a closure sees what
    /// those before it did, and whatever it made of that is answered once it is durable. So it must not wait for the answer of
    /// another transaction.
    ///
    /// The future may be dropped at any time: the transaction is rolled back then, or is committed all the same.
    ///
    /// [`Options::most_per_commit`]: crate::Options::most_per_commit
    ///
    /// # Errors
    /// What the closure answered, or what BEGIN or COMMIT did; [`Error::Busy`] and [`Error::CommitUnknown`] after the last
    /// retry.
    pub fn transact<'a, T: Send + 'a>(
        &'a self,
        steps: impl Steps<Finish<T>> + 'a,
    ) -> Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>> {
        Box::pin(self.run_until_settled(steps))
    }

    async fn run_until_settled<T: Send>(&self, steps: impl Steps<Finish<T>>) -> Result<T, Error> {
        let mut retries = 0;
        loop {
            match self.attempt(&steps).await {
                Err(Error::Busy | Error::CommitUnknown(_)) if retries < MOST_RETRIES => {
                    let ticket = self.pauses.fetch_add(1, Ordering::Relaxed);
                    tokio::time::sleep(pause(retries, ticket)).await;
                    retries += 1;
                }
                answer => return answer,
            }
        }
    }

    async fn attempt<T: Send>(&self, steps: &impl Steps<Finish<T>>) -> Result<T, Error> {
        let tx = self.begin().await?;
        match INSIDE.scope((), steps.run(&tx)).await {
            Ok(Finish::Commit(value)) => tx.commit().await.map(|()| value),
            Ok(Finish::RollBack(value)) => tx.roll_back().await.map(|()| value),
            Err(error) => match tx.roll_back().await {
                Err(undone) if error.rests_on_rows() => Err(undone),
                _ => Err(error),
            },
        }
    }

    async fn begin(&self) -> Result<Tx, Error> {
        refuse_inside()?;
        let pools = self.pools();
        let Some(line) = &pools.line else { return self.begin_first(None).await };
        match line.wait(self.options.acquire_timeout).await? {
            Pass::Lead(lead) => self.begin_first(Some(lead)).await,
            Pass::Follow(turn) => Tx::follow(turn, &pools.writes).await,
        }
    }

    /// A connection may have died since it was last used, and after a restart of the database all of them have: a BEGIN that
    /// fails by it did nothing, and the connection is not given out again.
    async fn begin_first(&self, mut lead: Option<Lead>) -> Result<Tx, Error> {
        let mut others = self.options.max_connections;
        loop {
            match Tx::begin(&self.pools().writes, IMMEDIATE, lead).await {
                Err((error, back)) if others > 0 && is_lost(&error) => (others, lead) = (others - 1, back),
                answer => return answer.map_err(|(error, _)| error.into()),
            }
        }
    }
}

/// Between one and two times the base: those that met each other should not meet again. The spread comes from a counter, for
/// it needs no secrecy.
fn pause(retries: u32, ticket: u32) -> Duration {
    let base = FIRST_PAUSE * (1 << retries);
    // Multiplying by the golden ratio spreads neighbouring tickets over the whole range (Knuth, 6.4).
    let spread = ticket.wrapping_mul(0x9E37_79B9) >> 22;
    base + base * spread / 1024
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_and_neighbours_are_spread() {
        for retries in 0..MOST_RETRIES {
            let base = FIRST_PAUSE * 2_u32.pow(retries);
            let mut pauses: Vec<Duration> = (0..8).map(|ticket| pause(retries, ticket)).collect();
            assert!(pauses.iter().all(|pause| (base..base * 2).contains(pause)), "{pauses:?}");
            pauses.sort_unstable();
            assert!(pauses.windows(2).all(|two| two[1] > two[0] + base / 32), "{pauses:?}");
        }
    }
}
