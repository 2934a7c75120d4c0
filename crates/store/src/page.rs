//! Pages of lists.

use keystead_domain::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select, sea_query::Condition};
use uuid::Uuid;

/// Part of a list, newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// The last row of the page before: its time and its id. Rows strictly older in the order of (time, id) follow.
    pub after: Option<(Timestamp, [u8; 16])>,
    /// Most rows.
    pub size: u32,
}

impl Page {
    /// Narrows a query to the page. The text of the query is the same for the first page and for every other, and the first
    /// condition alone is what an index on (…, time, id) can start from.
    pub(crate) fn of<E, C>(self, query: Select<E>, time: C, id: C) -> Select<E>
    where
        E: EntityTrait,
        C: ColumnTrait,
    {
        let (before, or_id) = match self.after {
            Some((time, id)) => (time.micros(), Uuid::from_bytes(id)),
            None => (i64::MAX, Uuid::max()),
        };
        query
            .filter(time.lte(before))
            .filter(Condition::any().add(time.lt(before)).add(id.lt(or_id)))
            .order_by_desc(time)
            .order_by_desc(id)
            .limit(u64::from(self.size))
    }
}
