//! What the browser of the person who is signed in should be told, asked for by itself.

use axum::{Json, extract::State, response::Response};
use keystead_domain::UserRef;
use keystead_service::{Error, Signals};
use serde::{Deserialize, Serialize};

use super::{
    Playground,
    answer::{SignalsView, answer},
    external_id, shown,
    visit::Visit,
};

/// Who is signed in in the page.
#[derive(Deserialize)]
pub(super) struct Get {
    name: String,
}

/// What his browser is told.
#[derive(Serialize)]
pub(super) struct Told {
    signals: SignalsView,
}

pub(super) async fn get(
    State(playground): State<Playground>,
    visit: Visit,
    Json(get): Json<Get>,
) -> Response {
    let told = playground.get_signals(&get, visit).await.map(|signals| Told { signals: signals.into() });
    answer(vec![shown::get_signals(&get.name)], told)
}

impl Playground {
    async fn get_signals(&self, get: &Get, visit: Visit) -> Result<Signals, Error> {
        let user = UserRef::External(external_id(&get.name)?);
        self.service.get_signals(&self.call(visit.client), &user, None).await
    }
}
