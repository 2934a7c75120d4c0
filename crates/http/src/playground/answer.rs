//! Answers of the interface: a value or a problem, with the calls that a backend would have made.

use std::error::Error as _;

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use keystead_domain::Reason;
use keystead_service::{Error, Fault, Signals};
use serde::Serialize;

use super::{explanation::explain, shown::ShownCall};

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
    signals: SignalsView,
}

/// Arguments for `PublicKeyCredential.signal*`, as JSON texts.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SignalsView {
    #[serde(skip_serializing_if = "Option::is_none")]
    unknown_credential_json: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    current_user_details_json: Option<String>,
}

impl From<Signals> for SignalsView {
    fn from(signals: Signals) -> Self {
        Self {
            unknown_credential_json: signals.unknown_credential,
            current_user_details_json: signals.current_user_details,
        }
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
            (StatusCode::FORBIDDEN, Problem { signals: refused.signals.into(), ..because(refused.reason) })
        }
        Error::Fault(fault) => {
            let reason = logged(&fault);
            let is_for_now = reason != Reason::Internal;
            let status =
                if is_for_now { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::INTERNAL_SERVER_ERROR };
            (status, because(reason))
        }
    }
}

/// Logs a fault with what caused it, and gives the reason that is shown.
fn logged(fault: &Fault) -> Reason {
    let cause = fault.source().map(tracing::field::display);
    tracing::error!(error = %fault, cause, "a request of the playground failed");
    fault.reason()
}

fn because(reason: Reason) -> Problem {
    let (sentence, remedy) = explain(reason);
    Problem { reason: reason.as_str(), sentence, remedy, detail: None, signals: SignalsView::default() }
}
