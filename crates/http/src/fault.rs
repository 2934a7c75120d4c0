//! Faults, as HTTP tells them.

use std::error::Error as _;

use axum::http::StatusCode;
use keystead_domain::Reason;
use keystead_service::Fault;

/// Logs a fault with what caused it, and gives the reason and the status that are told: whether time may help, and nothing
/// of what was said inside. `what` failed.
pub(crate) fn told(fault: &Fault, what: &'static str) -> (StatusCode, Reason) {
    let cause = fault.source().map(tracing::field::display);
    tracing::error!(error = %fault, cause, "{what} failed");
    match fault.reason() {
        Reason::Internal => (StatusCode::INTERNAL_SERVER_ERROR, Reason::Internal),
        passing => (StatusCode::SERVICE_UNAVAILABLE, passing),
    }
}
