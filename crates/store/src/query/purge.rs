//! Removing rows whose time is over, in chunks that hold few locks. Each call removes one chunk; 0: nothing is left.

use keystead_domain::{EventId, Timestamp};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, TryGetable, Value, sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    Error, Tx,
    entity::{ceremony_outcome, event, request},
    row::Id,
};

/// Rows of a chunk, give or take those with the same time as the last.
pub(super) const CHUNK: u64 = 500;

impl Tx {
    /// Removes outcomes that expired before this time.
    ///
    /// # Errors
    /// The database refused.
    pub async fn purge_outcomes(&self, before: Timestamp) -> Result<u64, Error> {
        let column = ceremony_outcome::Column::ExpiresAt;
        purge::<ceremony_outcome::Entity, _, i64>(self, column, column.lt(before.micros())).await
    }

    /// Removes requests that expired before this time.
    ///
    /// # Errors
    /// The database refused.
    pub async fn purge_requests(&self, before: Timestamp) -> Result<u64, Error> {
        let column = request::Column::ExpiresAt;
        purge::<request::Entity, _, i64>(self, column, column.lt(before.micros())).await
    }

    /// Removes events that happened before this time. An event's id starts with its time, so that the primary key leads to
    /// the oldest, and no further index has to be written at every login.
    ///
    /// # Errors
    /// The database refused.
    pub async fn purge_events(&self, before: Timestamp) -> Result<u64, Error> {
        use sea_orm::sea_query::ExprTrait;
        let oldest_kept = EventId::new(before, [0; 10]);
        let old =
            event::Column::Id.lt(oldest_kept.column()).and(event::Column::OccurredAt.lt(before.micros()));
        purge::<event::Entity, _, Uuid>(self, event::Column::Id, old).await
    }
}

/// Neither engine can delete with a limit in words that the other understands: the chunk's last key is looked up first.
async fn purge<E, C, K>(tx: &Tx, key: C, old: Expr) -> Result<u64, Error>
where
    E: EntityTrait,
    C: ColumnTrait,
    K: TryGetable + Into<Value>,
{
    let last = E::find()
        .select_only()
        .column(key)
        .filter(old.clone())
        .order_by_asc(key)
        .offset(CHUNK - 1)
        .limit(1)
        .into_tuple::<K>()
        .one(tx)
        .await?;
    let mut doomed = E::delete_many().filter(old);
    if let Some(last) = last {
        doomed = doomed.filter(key.lte(last));
    }
    Ok(doomed.exec(tx).await?.rows_affected)
}
