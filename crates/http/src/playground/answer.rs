//! Answers of the interface: a value or a problem, with the calls that a backend would have made.

use std::collections::BTreeMap;

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use keystead_domain::Reason;
use keystead_service::{Error, Signals};
use serde::Serialize;

use super::{explanation::explain, shown::ShownCall};
use crate::fault;

/// An answer.
#[derive(Serialize)]
struct Answer<T> {
    /// The calls of the API.
    calls: Vec<ShownCall>,
    #[serde(flatten)]
    value: T,
}

/// Why there is no value, for somebody who reads it on the page.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Problem {
    /// The name, as `ErrorInfo.reason` has it.
    reason: &'static str,
    /// What happened.
    sentence: &'static str,
    /// What to do.
    remedy: &'static str,
    /// The field and its rule, where one was broken.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// Facts that help to go on, as `ErrorInfo.metadata` has them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    metadata: BTreeMap<&'static str, String>,
    signals: SignalsView,
}

/// Arguments for `PublicKeyCredential.signal*`, as JSON texts.
#[derive(Default, Serialize)]
pub(super) struct SignalsView {
    #[serde(rename = "unknownCredentialJson", skip_serializing_if = "Option::is_none")]
    unknown_credential: Option<String>,
    #[serde(rename = "allAcceptedCredentialsJson", skip_serializing_if = "Option::is_none")]
    all_accepted_credentials: Option<String>,
    #[serde(rename = "currentUserDetailsJson", skip_serializing_if = "Option::is_none")]
    current_user_details: Option<String>,
}

impl From<Signals> for SignalsView {
    fn from(signals: Signals) -> Self {
        let Signals { unknown_credential, all_accepted_credentials, current_user_details } = signals;
        Self { unknown_credential, all_accepted_credentials, current_user_details }
    }
}

/// Writes an answer.
pub(super) fn answer<T: Serialize>(calls: Vec<ShownCall>, outcome: Result<T, Error>) -> Response {
    match outcome {
        Ok(value) => Json(Answer { calls, value }).into_response(),
        Err(error) => {
            let (status, value) = problem(error);
            (status, Json(Answer { calls, value })).into_response()
        }
    }
}

fn problem(error: Error) -> (StatusCode, Problem) {
    match error {
        Error::Invalid { field, problem } => {
            let detail = Some(format!("{field} {problem}"));
            (StatusCode::BAD_REQUEST, Problem { detail, ..because(Reason::FieldViolation) })
        }
        Error::Rejected(reason) => (StatusCode::BAD_REQUEST, because(reason)),
        Error::Refused(refused) => {
            let metadata = refused.metadata.into_iter().collect();
            let signals = refused.signals.into();
            (StatusCode::FORBIDDEN, Problem { metadata, signals, ..because(refused.reason) })
        }
        Error::Unreachable { .. } => (StatusCode::BAD_REQUEST, because(Reason::UnreachableUsers)),
        Error::Fault(fault) => {
            let (status, reason) = fault::told(&fault, "a request of the playground");
            (status, because(reason))
        }
    }
}

fn because(reason: Reason) -> Problem {
    let (sentence, remedy) = explain(reason);
    Problem {
        reason: reason.as_str(),
        sentence,
        remedy,
        detail: None,
        metadata: BTreeMap::new(),
        signals: SignalsView::default(),
    }
}
