//! Events.

use keystead_domain::{CeremonyId, Event, EventKind, TenantId, Timestamp, UserId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryTrait};

use crate::{
    Connection, Error, Insert, Link, Page, Tx,
    entity::event::{Column, Entity, Model},
    insert::{insert, insert_new},
    row::{Id, owner},
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

impl<L: Link> Connection<L> {
    /// A page of the events of a tenant, or of the instance, newest first.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn list_events(
        &self,
        tenant: Option<TenantId>,
        filter: &EventFilter,
        page: Page,
    ) -> Result<Vec<Event>, Error> {
        let after = filter.after.map_or(i64::MIN, Timestamp::micros);
        let wanted = Entity::find()
            .filter(Column::TenantId.eq(owner(tenant)))
            .apply_if(filter.user_id, |query, id| query.filter(Column::UserId.eq(id.column())))
            .apply_if(filter.ceremony_id, |query, id| query.filter(Column::CeremonyId.eq(id.column())))
            .apply_if(filter.kind, |query, kind| query.filter(Column::Kind.eq(kind.as_str().as_bytes())))
            .filter(Column::OccurredAt.gte(after));
        let rows = page.of(wanted, Column::OccurredAt, Column::Id).all(self).await?;
        rows.into_iter().map(Event::try_from).collect()
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
