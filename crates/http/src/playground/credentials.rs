//! A person's passkeys.

use axum::{Json, extract::State, response::Response};
use keystead_domain::{Reason, UserRef};
use keystead_service::{CredentialFilter, Error, PageRequest};
use serde::{Deserialize, Serialize};

use super::{Playground, answer::answer, external_id, shown, view::CredentialView, visit::Visit};

/// As many as one user may have, revoked ones aside.
const PAGE_SIZE: u32 = 100;

/// Whose passkeys.
#[derive(Deserialize)]
pub(super) struct List {
    name: String,
}

/// Passkeys, newest first.
#[derive(Serialize)]
pub(super) struct Listed {
    credentials: Vec<CredentialView>,
}

/// A name that nobody has yet has no passkeys: on a page where names are typed that is no mistake.
pub(super) async fn list(
    State(playground): State<Playground>,
    visit: Visit,
    Json(list): Json<List>,
) -> Response {
    let listed = match playground.list_credentials(&list, visit).await {
        Err(Error::Rejected(Reason::UserNotFound)) => Ok(Listed { credentials: Vec::new() }),
        listed => listed,
    };
    answer(vec![shown::list_credentials(&list.name)], listed)
}

impl Playground {
    async fn list_credentials(&self, list: &List, visit: Visit) -> Result<Listed, Error> {
        let user = Some(UserRef::External(external_id(&list.name)?));
        let filter = CredentialFilter { user, states: Vec::new() };
        let page = PageRequest { size: PAGE_SIZE, token: String::new() };
        let listed = self.service.list_credentials(&self.call(visit.client), &filter, &page).await?;
        Ok(Listed { credentials: listed.items.into_iter().map(CredentialView::from).collect() })
    }
}
