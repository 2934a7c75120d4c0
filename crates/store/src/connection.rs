//! Connections as queries see them: a pool, or one transaction.

use std::sync::Arc;

use keystead_domain::TenantId;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult,
    Statement, TransactionOptions, TransactionTrait, entity::prelude::async_trait,
};

use self::sealed::Inner as _;
use crate::{
    Error,
    error::is_duplicate,
    tally,
    to_the_end::ToTheEnd,
    transact::{self, Lead, Turn, abandoned},
};

/// Something that answers queries; every statement goes through here and is counted.
#[derive(Debug)]
pub struct Connection<L> {
    link: L,
}

/// Single statements, each on whichever connection is free: for reads.
pub type Session = Connection<Pooled>;

/// A transaction: it ends with the closure that [`Store::transact`](crate::Store::transact) gave it to.
pub type Tx = Connection<Transaction>;

/// A pool's connections.
#[derive(Debug)]
pub struct Pooled(Arc<DatabaseConnection>);

/// The one connection of a transaction.
#[derive(Debug)]
pub struct Transaction {
    turn: Arc<Turn>,
    pool: Arc<DatabaseConnection>,
}

/// What a [`Connection`] is made of: [`Pooled`] or [`Transaction`].
pub trait Link: sealed::Link {}

impl Link for Pooled {}
impl Link for Transaction {}

mod sealed {
    use std::sync::Arc;

    use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr};

    pub trait Link: Send + Sync {
        type Inner: Inner;

        fn inner(&self) -> &Arc<Self::Inner>;

        /// Where its connections come from.
        fn pool(&self) -> &Arc<DatabaseConnection>;

        /// # Errors
        /// The link must not be used now.
        fn check(&self) -> Result<(), DbErr>;
    }

    pub trait Inner: Send + Sync + 'static {
        type Driver: ConnectionTrait + Send + Sync;

        /// # Errors
        /// There is nobody to ask any more.
        fn driver(&self) -> Result<&Self::Driver, DbErr>;

        /// Takes note of a statement that failed.
        fn note(&self, _: &DbErr) {}
    }
}

impl sealed::Link for Pooled {
    type Inner = DatabaseConnection;

    fn inner(&self) -> &Arc<DatabaseConnection> {
        &self.0
    }

    fn pool(&self) -> &Arc<DatabaseConnection> {
        &self.0
    }

    fn check(&self) -> Result<(), DbErr> {
        transact::refuse_inside()
    }
}

impl sealed::Inner for DatabaseConnection {
    type Driver = Self;

    fn driver(&self) -> Result<&Self, DbErr> {
        Ok(self)
    }
}

impl sealed::Link for Transaction {
    type Inner = Turn;

    fn inner(&self) -> &Arc<Turn> {
        &self.turn
    }

    fn pool(&self) -> &Arc<DatabaseConnection> {
        &self.pool
    }

    fn check(&self) -> Result<(), DbErr> {
        Ok(())
    }
}

impl sealed::Inner for Turn {
    type Driver = DatabaseTransaction;

    fn driver(&self) -> Result<&DatabaseTransaction, DbErr> {
        self.transaction()
    }

    fn note(&self, error: &DbErr) {
        if !is_duplicate(error) {
            self.note_trouble();
        }
    }
}

impl Session {
    pub(crate) const fn over(pool: Arc<DatabaseConnection>) -> Self {
        Self { link: Pooled(pool) }
    }
}

impl Tx {
    /// Begins a transaction on a connection of the pool. Where that fails, the lead comes back.
    pub(crate) async fn begin(
        pool: &Arc<DatabaseConnection>,
        options: TransactionOptions,
        lead: Option<Lead>,
    ) -> Result<Self, (DbErr, Option<Lead>)> {
        tally::statement();
        let question = {
            let pool = Arc::clone(pool);
            async move { (pool.begin_with_options(options).await, lead) }
        };
        match ToTheEnd::new(question, pool).await {
            (Ok(begun), lead) => Ok(Self::over(Turn::first(begun, lead), pool)),
            (Err(error), lead) => Err((error, lead)),
        }
    }

    /// Goes on with the transaction of a group.
    pub(crate) async fn follow(turn: Turn, pool: &Arc<DatabaseConnection>) -> Result<Self, Error> {
        tally::statement();
        let turn = ToTheEnd::new(turn.mark(), pool).await?;
        Ok(Self::over(turn, pool))
    }

    fn over(turn: Turn, pool: &Arc<DatabaseConnection>) -> Self {
        Self { link: Transaction { turn: Arc::new(turn), pool: Arc::clone(pool) } }
    }

    pub(crate) async fn commit(self) -> Result<(), Error> {
        tally::commit();
        self.end(true).await
    }

    pub(crate) async fn roll_back(self) -> Result<(), Error> {
        tally::statement();
        self.end(false).await
    }

    /// A statement that was abandoned still has the turn, and ends it when it is over.
    async fn end(self, keep: bool) -> Result<(), Error> {
        let Transaction { turn, pool } = self.link;
        Arc::into_inner(turn).ok_or_else(abandoned)?.end(keep, &pool).await
    }
}

/// A connection within a tenant: whatever is asked of it is asked of this tenant's rows.
#[derive(Debug)]
pub struct Within<'c, L> {
    pub(crate) connection: &'c Connection<L>,
    pub(crate) tenant_id: TenantId,
}

impl<L> Clone for Within<'_, L> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<L> Copy for Within<'_, L> {}

impl<L: Link> Connection<L> {
    /// The queries of a tenant.
    #[must_use]
    pub const fn within(&self, tenant_id: TenantId) -> Within<'_, L> {
        Within { connection: self, tenant_id }
    }
}

impl<L: Link> Connection<L> {
    /// Asks one statement: counted, and to the end.
    async fn ask<T, A>(&self, statement: impl FnOnce(Arc<L::Inner>) -> A) -> Result<T, DbErr>
    where
        T: Send + 'static,
        A: Future<Output = Result<T, DbErr>> + Send + 'static,
    {
        self.link.check()?;
        tally::statement();
        let inner = Arc::clone(self.link.inner());
        let answer = statement(Arc::clone(&inner));
        let question = async move { answer.await.inspect_err(|error| inner.note(error)) };
        ToTheEnd::new(question, self.link.pool()).await
    }
}

#[async_trait::async_trait]
impl<L: Link> ConnectionTrait for Connection<L> {
    fn get_database_backend(&self) -> DbBackend {
        self.link.pool().get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.ask(|link| async move { link.driver()?.execute_raw(statement).await }).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let sql = sql.to_owned();
        self.ask(|link| async move { link.driver()?.execute_unprepared(&sql).await }).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.ask(|link| async move { link.driver()?.query_one_raw(statement).await }).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.ask(|link| async move { link.driver()?.query_all_raw(statement).await }).await
    }
}
