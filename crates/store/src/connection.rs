//! Connections as queries see them: a pool, or one transaction.

use keystead_domain::TenantId;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult,
    Statement, entity::prelude::async_trait,
};

use crate::{Error, tally, transact};

/// Something that answers queries; every statement goes through here and is counted.
#[derive(Debug)]
pub struct Connection<L> {
    link: L,
}

/// Single statements, each on whichever connection is free: for reads.
pub type Session<'s> = Connection<Pooled<'s>>;

/// A transaction: it ends with the closure that [`Store::transact`](crate::Store::transact) gave it to.
pub type Tx = Connection<Transaction>;

/// A pool's connections.
#[derive(Debug)]
pub struct Pooled<'s>(&'s DatabaseConnection);

/// The one connection of a transaction.
#[derive(Debug)]
pub struct Transaction(DatabaseTransaction);

/// What a [`Connection`] is made of: [`Pooled`] or [`Transaction`].
pub trait Link: sealed::Link {}

impl Link for Pooled<'_> {}
impl Link for Transaction {}

mod sealed {
    use sea_orm::{ConnectionTrait, DbErr};

    pub trait Link: Send + Sync {
        type Inner: ConnectionTrait;

        /// # Errors
        /// The link must not be used now.
        fn inner(&self) -> Result<&Self::Inner, DbErr>;

        fn backend(&self) -> sea_orm::DbBackend;
    }
}

impl sealed::Link for Pooled<'_> {
    type Inner = DatabaseConnection;

    /// A transaction's closure that takes a second connection stops the whole process once as many requests as the pool has
    /// connections do so at the same time. It is a fault at any concurrency, so that tests meet it.
    fn inner(&self) -> Result<&DatabaseConnection, DbErr> {
        if transact::is_inside() {
            return Err(DbErr::Custom("a second connection was asked for inside a transaction".to_owned()));
        }
        Ok(self.0)
    }

    fn backend(&self) -> DbBackend {
        self.0.get_database_backend()
    }
}

impl sealed::Link for Transaction {
    type Inner = DatabaseTransaction;

    fn inner(&self) -> Result<&DatabaseTransaction, DbErr> {
        Ok(&self.0)
    }

    fn backend(&self) -> DbBackend {
        self.0.get_database_backend()
    }
}

impl<'s> Session<'s> {
    pub(crate) const fn over(pool: &'s DatabaseConnection) -> Self {
        Self { link: Pooled(pool) }
    }
}

impl Tx {
    pub(crate) const fn over(transaction: DatabaseTransaction) -> Self {
        Self { link: Transaction(transaction) }
    }

    pub(crate) async fn commit(self) -> Result<(), Error> {
        tally::commit();
        self.link.0.commit().await.map_err(Error::of_commit)
    }

    pub(crate) async fn roll_back(self) -> Result<(), Error> {
        tally::statement();
        Ok(self.link.0.rollback().await?)
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

#[async_trait::async_trait]
impl<L: Link> ConnectionTrait for Connection<L> {
    fn get_database_backend(&self) -> DbBackend {
        self.link.backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        tally::statement();
        self.link.inner()?.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        tally::statement();
        self.link.inner()?.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        tally::statement();
        self.link.inner()?.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        tally::statement();
        self.link.inner()?.query_all_raw(statement).await
    }
}
