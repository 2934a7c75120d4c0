//! What the page is told: the members of the API's messages under the API's JSON names. Times are milliseconds since
//! 1970, which is what the browser's `Date` takes.

mod credential;
mod profile;

use keystead_domain::{CeremonyId, Event, EventOutcome};
use keystead_service::ceremony::Login;
use serde::Serialize;

pub(super) use self::{credential::CredentialView, profile::ProfileView};

/// What the browser is asked, in which ceremony.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Options {
    /// Its events carry it.
    ceremony_id: String,
    /// For `PublicKeyCredential.parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON`.
    options_json: String,
}

impl Options {
    pub(super) fn new(ceremony_id: CeremonyId, options_json: String) -> Self {
        Self { ceremony_id: ceremony_id.to_string(), options_json }
    }
}

/// `keystead.v1.Authentication`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Authentication {
    user: UserSummary,
    credential: CredentialView,
    methods: Vec<&'static str>,
    user_verified: bool,
    amr: Vec<&'static str>,
    authenticate_time: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UserSummary {
    user_id: String,
    external_id: String,
}

/// `keystead.v1.Event`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct EventView {
    event_id: String,
    event_time: u64,
    #[serde(rename = "type")]
    kind: &'static str,
    outcome: &'static str,
    reasons: Vec<&'static str>,
    user_id: Option<String>,
    credential_id: Option<String>,
    ceremony_id: Option<String>,
}

impl From<Login> for Authentication {
    fn from(login: Login) -> Self {
        Self {
            user: UserSummary {
                user_id: login.user.id.to_string(),
                external_id: login.user.external_id.as_str().to_owned(),
            },
            credential: login.credential.into(),
            methods: login.methods,
            user_verified: login.user_verified,
            amr: login.amr,
            authenticate_time: login.authenticated_at.unix_millis(),
        }
    }
}

impl From<Event> for EventView {
    fn from(event: Event) -> Self {
        Self {
            event_id: event.id.to_string(),
            event_time: event.at.unix_millis(),
            kind: event.kind.as_str(),
            outcome: outcome(event.outcome),
            reasons: event.reasons.iter().map(|reason| reason.as_str()).collect(),
            user_id: event.user_id.map(|id| id.to_string()),
            credential_id: event.credential_id.map(|id| id.to_string()),
            ceremony_id: event.ceremony_id.map(|id| id.to_string()),
        }
    }
}

const fn outcome(outcome: EventOutcome) -> &'static str {
    match outcome {
        EventOutcome::Success => "EVENT_OUTCOME_SUCCESS",
        EventOutcome::Refused => "EVENT_OUTCOME_REFUSED",
        EventOutcome::Noted => "EVENT_OUTCOME_NOTED",
    }
}
