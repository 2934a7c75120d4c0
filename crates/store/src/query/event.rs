//! Events.

use keystead_domain::{CeremonyId, Event, EventKind, TenantId, Timestamp, UserId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryTrait, Select};

use crate::{
    Connection, Error, Insert, Link, Page, Tx,
    entity::event::{Column, Entity, Model},
    insert::{insert, insert_new},
    row::{Id, owner, time},
};

/// Which events a list has; each member that is set narrows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// About this user.
    pub user_id: Option<UserId>,
    /// Of this ceremony.
    pub ceremony_id: Option<CeremonyId>,
    /// Of this kind.
    pub kind: Option<EventKind>,
    /// Not older than this.
    pub after: Option<Timestamp>,
}

impl EventFilter {
    fn narrow(&self, query: Select<Entity>) -> Select<Entity> {
        let after = self.after.map_or(i64::MIN, Timestamp::micros);
        query
            .apply_if(self.user_id, |query, id| query.filter(Column::UserId.eq(id.column())))
            .apply_if(self.ceremony_id, |query, id| query.filter(Column::CeremonyId.eq(id.column())))
            .apply_if(self.kind, |query, kind| query.filter(Column::Kind.eq(kind.as_str().as_bytes())))
            .filter(Column::OccurredAt.gte(after))
    }
}

impl<L: Link> Connection<L> {
    /// A page of the events of a tenant, or of the instance, newest first. During an upgrade a later release may have
    /// written events of kinds, or with reasons, that this one does not know: such events are left out, such reasons too.
    /// The page has fewer events than its size only where no others follow.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn list_events(
        &self,
        tenant: Option<TenantId>,
        filter: &EventFilter,
        page: Page,
    ) -> Result<Vec<Event>, Error> {
        let (mut events, mut page, size) = (Vec::new(), page, page.size as usize);
        loop {
            let wanted = filter.narrow(Entity::find().filter(Column::TenantId.eq(owner(tenant))));
            let rows = page.of(wanted, Column::OccurredAt, Column::Id).all(self).await?;
            let is_last = rows.len() < size;
            page.after = rows.last().map(|row| (time(row.occurred_at), row.id.into_bytes()));
            for row in rows {
                events.extend(row.into_event()?);
            }
            if is_last || events.len() >= size {
                events.truncate(size);
                return Ok(events);
            }
        }
    }
}

impl Tx {
    /// Appends an event, to its tenant's or to the instance's.
    ///
    /// # Errors
    /// The database refused.
    pub async fn insert_event(&self, event: &Event) -> Result<(), Error> {
        insert_new(self, Model::from(event)).await
    }

    /// As [`Self::insert_event`], where the same event may be there already: its id was drawn for one transaction, so a
    /// duplicate is that transaction's own trace.
    ///
    /// # Errors
    /// The database refused.
    pub async fn insert_event_once(&self, event: &Event) -> Result<Insert, Error> {
        insert(self, Model::from(event)).await
    }
}
