//! Transactions whose whole closure runs again where another transaction was in the way.

use std::{pin::Pin, sync::atomic::Ordering, time::Duration};

use sea_orm::{SqliteTransactionMode, TransactionOptions, TransactionTrait};

use crate::{Error, Store, Tx, tally};

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

/// A transaction that reads first and is then refused SQLite's write lock could not wait for it.
pub(crate) const IMMEDIATE: TransactionOptions = TransactionOptions {
    isolation_level: None,
    access_mode: None,
    sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
};

tokio::task_local! {
    static INSIDE: ();
}

/// Whether the task is inside a transaction's closure.
pub(crate) fn is_inside() -> bool {
    INSIDE.try_with(|()| ()).is_ok()
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
    /// The future may be dropped at any time: the transaction is rolled back then, or was committed.
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
                    tokio::time::sleep(self.pause(retries)).await;
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
            Ok(Finish::RollBack(value)) => {
                // Should this fail, the connection is gone, and the transaction with it.
                let _ = tx.roll_back().await;
                Ok(value)
            }
            Err(error) => {
                let _ = tx.roll_back().await;
                Err(error)
            }
        }
    }

    async fn begin(&self) -> Result<Tx, Error> {
        tally::statement();
        Ok(Tx::over(self.writes.begin_with_options(IMMEDIATE).await?))
    }

    /// Between one and two times the base: those that met each other should not meet again. The spread comes from a counter,
    /// for it needs no secrecy.
    fn pause(&self, retries: u32) -> Duration {
        let base = FIRST_PAUSE * (1 << retries);
        let ticket = self.pauses.fetch_add(1, Ordering::Relaxed);
        // Multiplying by the golden ratio spreads neighbouring tickets over the whole range (Knuth, 6.4).
        let spread = ticket.wrapping_mul(0x9E37_79B9) >> 22;
        base + base * spread / 1024
    }
}
