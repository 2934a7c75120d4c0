//! What happened.

use axum::{Json, extract::State, response::Response};
use keystead_service::{ListEvents, PageRequest};
use serde::{Deserialize, Serialize};

use super::{Playground, answer::answer, shown, view::EventView, visit::Visit};

/// As many as a person reads.
const PAGE_SIZE: u32 = 12;

/// The newest events of the tenant: those about nobody, such as a refused stranger's, are the most telling.
#[derive(Deserialize)]
pub(super) struct List {}

/// Events, newest first.
#[derive(Serialize)]
pub(super) struct Listed {
    events: Vec<EventView>,
}

pub(super) async fn list(
    State(playground): State<Playground>,
    visit: Visit,
    Json(List {}): Json<List>,
) -> Response {
    let page = PageRequest { size: PAGE_SIZE, token: String::new() };
    let call = playground.call(visit.client);
    let listed = playground.service.list_events(&call, &ListEvents::default(), &page).await;
    let listed =
        listed.map(|listed| Listed { events: listed.items.into_iter().map(EventView::from).collect() });
    answer(vec![shown::list_events(PAGE_SIZE)], listed)
}
