//! Events: what happened, for support and audit.

use keystead_domain::{CeremonyId, Event, EventKind, Timestamp, UserRef};

use crate::{Call, Error, Listed, PageRequest, Service, pages::Pager};

/// Which events to list; filters are combined.
#[derive(Clone, Debug, Default)]
pub struct ListEvents {
    /// About this user.
    pub user: Option<UserRef>,
    /// Of this ceremony.
    pub ceremony_id: Option<CeremonyId>,
    /// Of this kind.
    pub kind: Option<EventKind>,
    /// Not older than this.
    pub after: Option<Timestamp>,
}

impl Service {
    /// Events of the tenant, newest first.
    ///
    /// # Errors
    /// [`Reason::UserNotFound`](keystead_domain::Reason::UserNotFound),
    /// [`Reason::InvalidPageToken`](keystead_domain::Reason::InvalidPageToken); a fault where the store is away.
    pub async fn list_events(
        &self,
        call: &Call,
        filter: &ListEvents,
        request: &PageRequest,
    ) -> Result<Listed<Event>, Error> {
        let tenant = call.tenant()?;
        let user_id = match &filter.user {
            Some(user) => Some(self.get_user(call, user).await?.id),
            None => None,
        };
        let after = filter.after.map(|after| after.micros().to_be_bytes());
        let filters = [
            user_id.as_ref().map_or(&[][..], |id| id.as_bytes()),
            filter.ceremony_id.as_ref().map_or(&[][..], |id| id.as_bytes()),
            filter.kind.map_or(&[][..], |kind| kind.as_str().as_bytes()),
            after.as_ref().map_or(&[][..], |after| after),
        ];
        let pager = Pager { call, list: "ListEvents", filters: &filters };
        let page = self.page(&pager, request).await?;
        let filter = keystead_store::EventFilter {
            user_id,
            ceremony_id: filter.ceremony_id,
            kind: filter.kind,
            after: filter.after,
        };
        let events = self.store.reader().list_events(Some(tenant), &filter, page).await?;
        self.listed(&pager, request, events, |event| (event.at, *event.id.as_bytes())).await
    }
}
