//! What a person does to a passkey: renaming it, putting it aside, ending it.

use axum::{
    Json,
    extract::{Path, State},
    response::Response,
};
use keystead_domain::{CredentialId, DisplayName, Method, Reason, UserId, UserRef};
use keystead_service::{Call, Error, Managed, Taking};
use serde::{Deserialize, Serialize};

use super::{
    Playground,
    answer::{SignalsView, answer},
    external_id, shown,
    view::CredentialView,
    visit::Visit,
};

/// What is done to a passkey.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Action {
    Suspend,
    Resume,
    Revoke,
    ReportLost,
}

/// To which passkey.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Change {
    credential_id: String,
    /// Who is signed in in the page; absent: nobody.
    name: Option<String>,
    /// What else the owner logs in with.
    #[serde(default)]
    remaining_methods: Vec<String>,
}

/// The name that a passkey shall have.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Rename {
    credential_id: String,
    /// Who is signed in in the page; absent: nobody.
    name: Option<String>,
    display_name: String,
}

/// The passkey as it is now, and what its owner's browser is told.
#[derive(Serialize)]
pub(super) struct Changed {
    credential: CredentialView,
    signals: SignalsView,
}

pub(super) async fn change(
    State(playground): State<Playground>,
    Path(action): Path<Action>,
    visit: Visit,
    Json(change): Json<Change>,
) -> Response {
    let call = match action {
        Action::Suspend => shown::suspend_credential(&change.credential_id, &change.remaining_methods),
        Action::Resume => shown::resume_credential(&change.credential_id),
        Action::Revoke => shown::revoke_credential(&change.credential_id, &change.remaining_methods),
        Action::ReportLost => shown::report_lost(&change.credential_id),
    };
    answer(vec![call], playground.change_credential(action, change, visit).await)
}

pub(super) async fn rename(
    State(playground): State<Playground>,
    visit: Visit,
    Json(rename): Json<Rename>,
) -> Response {
    let calls = vec![shown::rename_credential(&rename.credential_id, &rename.display_name)];
    answer(calls, playground.rename_credential(rename, visit).await)
}

impl Playground {
    async fn change_credential(
        &self,
        action: Action,
        change: Change,
        visit: Visit,
    ) -> Result<Changed, Error> {
        let call = self.call_once(visit.client);
        let signed_in = self.signed_in(&call, change.name.as_deref()).await?;
        let id = credential_id(&change.credential_id)?;
        let managed = match action {
            Action::Suspend => self.service.suspend_credential(&call, taking(id, change)?).await?,
            Action::Resume => self.service.resume_credential(&call, id, None).await?,
            Action::Revoke => self.service.revoke_credential(&call, taking(id, change)?).await?,
            Action::ReportLost => self.service.report_lost(&call, id, None).await?,
        };
        Ok(told(managed, signed_in))
    }

    async fn rename_credential(&self, rename: Rename, visit: Visit) -> Result<Changed, Error> {
        let call = self.call_once(visit.client);
        let signed_in = self.signed_in(&call, rename.name.as_deref()).await?;
        let id = credential_id(&rename.credential_id)?;
        let display_name = DisplayName::new(rename.display_name)
            .map_err(|problem| Error::invalid("display_name", problem))?;
        let managed = self.service.rename_credential(&call, id, display_name).await?;
        Ok(told(managed, signed_in))
    }

    /// The user that the page says is signed in in it.
    async fn signed_in(&self, call: &Call, name: Option<&str>) -> Result<Option<UserId>, Error> {
        let Some(name) = name else { return Ok(None) };
        match self.service.get_user(call, &UserRef::External(external_id(name)?)).await {
            Ok(user) => Ok(Some(user.id)),
            Err(Error::Rejected(Reason::UserNotFound)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The browser may hide for good what a list leaves out: it hears only of the passkeys of the one who is signed in in it.
fn told(managed: Managed, signed_in: Option<UserId>) -> Changed {
    let is_his = signed_in == Some(managed.credential.credential.user_id);
    let signals = if is_his { managed.signals.into() } else { SignalsView::default() };
    Changed { credential: managed.credential.into(), signals }
}

fn taking(id: CredentialId, change: Change) -> Result<Taking, Error> {
    let methods = change.remaining_methods.into_iter().map(Method::new).collect::<Result<_, _>>();
    Ok(Taking {
        id,
        acting_user: None,
        remaining_methods: methods.map_err(|problem| Error::invalid("remaining_methods", problem))?,
        acknowledge_lockout: false,
    })
}

fn credential_id(text: &str) -> Result<CredentialId, Error> {
    text.parse().map_err(|problem| Error::invalid("credential_id", problem))
}
