//! What happened.

use axum::{Json, extract::State, response::Response};
use keystead_domain::{CeremonyId, Reason, UserRef};
use keystead_service::{Error, ListEvents, PageRequest};
use serde::{Deserialize, Serialize};

use super::{Playground, answer::answer, external_id, shown, view::EventView, visit::Visit};

/// As many as a person reads.
const PAGE_SIZE: u32 = 12;

/// The newest events of a ceremony or about a person; with neither, of the tenant.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct List {
    ceremony_id: Option<String>,
    name: Option<String>,
}

/// Events in the order in which they happened, oldest first.
#[derive(Serialize)]
pub(super) struct Listed {
    events: Vec<EventView>,
}

pub(super) async fn list(
    State(playground): State<Playground>,
    visit: Visit,
    Json(list): Json<List>,
) -> Response {
    let calls = vec![shown::list_events(list.ceremony_id.as_deref(), list.name.as_deref(), PAGE_SIZE)];
    let listed = match playground.list_events(&list, visit).await {
        Err(Error::Rejected(Reason::UserNotFound)) => Ok(Listed { events: Vec::new() }),
        listed => listed,
    };
    answer(calls, listed)
}

impl Playground {
    async fn list_events(&self, list: &List, visit: Visit) -> Result<Listed, Error> {
        let ceremony_id = list.ceremony_id.as_deref().map(str::parse::<CeremonyId>).transpose();
        let filter = ListEvents {
            user: list.name.as_deref().map(external_id).transpose()?.map(UserRef::External),
            ceremony_id: ceremony_id.map_err(|problem| Error::invalid("ceremony_id", problem))?,
            ..ListEvents::default()
        };
        let page = PageRequest { size: PAGE_SIZE, token: String::new() };
        let listed = self.service.list_events(&self.call(visit.client), &filter, &page).await?;
        Ok(Listed { events: listed.items.into_iter().rev().map(EventView::from).collect() })
    }
}
