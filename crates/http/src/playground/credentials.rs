//! A person's passkeys, and the end of one.

use axum::{Json, extract::State, response::Response};
use keystead_domain::{CredentialId, Reason, UserRef};
use keystead_service::{CredentialAtRp, CredentialFilter, Error, PageRequest};
use serde::{Deserialize, Serialize};

use super::{Playground, answer::answer, external_id, shown, view::CredentialView, visit::Visit};

/// As many as one user may have, revoked ones aside.
const PAGE_SIZE: u32 = 50;

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

/// Which passkey to end.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Revoke {
    credential_id: String,
}

/// The passkey as it is now.
#[derive(Serialize)]
pub(super) struct Revoked {
    credential: CredentialView,
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

pub(super) async fn revoke(
    State(playground): State<Playground>,
    visit: Visit,
    Json(revoke): Json<Revoke>,
) -> Response {
    let revoked = playground.revoke_credential(&revoke, visit).await;
    let revoked = revoked.map(|credential| Revoked { credential: credential.into() });
    answer(vec![shown::revoke_credential(&revoke.credential_id)], revoked)
}

impl Playground {
    async fn list_credentials(&self, list: &List, visit: Visit) -> Result<Listed, Error> {
        let user = Some(UserRef::External(external_id(&list.name)?));
        let filter = CredentialFilter { user, states: Vec::new() };
        let page = PageRequest { size: PAGE_SIZE, token: String::new() };
        let listed = self.service.list_credentials(&self.call(visit.client), &filter, &page).await?;
        Ok(Listed { credentials: listed.items.into_iter().map(CredentialView::from).collect() })
    }

    async fn revoke_credential(&self, revoke: &Revoke, visit: Visit) -> Result<CredentialAtRp, Error> {
        let id: CredentialId =
            revoke.credential_id.parse().map_err(|problem| Error::invalid("credential_id", problem))?;
        self.service.revoke_credential(&self.call_once(visit.client), id, None).await
    }
}
