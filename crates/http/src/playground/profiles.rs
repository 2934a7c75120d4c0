//! The registration profiles that a person can choose from.

use axum::{Json, extract::State, response::Response};
use keystead_service::{Error, PageRequest, ProfileFilter};
use serde::{Deserialize, Serialize};

use super::{Playground, answer::answer, shown, view::ProfileView, visit::Visit};

/// As many as a person chooses from.
const PAGE_SIZE: u32 = 50;

/// Those that count.
#[derive(Deserialize)]
pub(super) struct List {}

/// Profiles: the built-in one first, then the oldest.
#[derive(Serialize)]
pub(super) struct Listed {
    profiles: Vec<ProfileView>,
}

pub(super) async fn list(
    State(playground): State<Playground>,
    visit: Visit,
    Json(List {}): Json<List>,
) -> Response {
    answer(vec![shown::list_registration_profiles()], playground.list_profiles(visit).await)
}

impl Playground {
    async fn list_profiles(&self, visit: Visit) -> Result<Listed, Error> {
        let filter = ProfileFilter { name: None, current_only: true };
        let page = PageRequest { size: PAGE_SIZE, token: String::new() };
        let call = self.call(visit.client);
        let listed = self.service.list_registration_profiles(&call, None, &filter, &page).await?;
        let oldest_first = listed.items.iter().rev();
        Ok(Listed { profiles: oldest_first.map(|listed| (&listed.profile).into()).collect() })
    }
}
