//! From a status and its details to an [`Error`].

use std::collections::BTreeMap;
use std::error::Error as _;
use std::time::Duration;

use keystead_proto::v1;
use keystead_proto::v1::{ErrorReason, RetryHint};
use prost::{Message as _, Name as _};
use tonic::{Code, Status, TimeoutExpired};
use tonic_types::{ErrorDetails, ErrorInfo, StatusExt as _};

use super::{Error, FieldViolation, Refusal};

/// Keystead's own answers carry it in `ErrorInfo.domain`; those of a proxy or of tonic do not.
const DOMAIN: &str = "keystead.v1";

pub(super) const REASON_PREFIX: &str = "ERROR_REASON_";

impl From<Status> for Error {
    fn from(status: Status) -> Self {
        if status.code() == Code::DeadlineExceeded || is_local_timeout(&status) {
            return Self::Deadline;
        }
        let details = status.get_error_details();
        if status.code() == Code::FailedPrecondition
            && let Some(refusal) = refusal_in(&status)
        {
            return Self::Refused(Refusal::new(refusal, &details));
        }
        match reason_in(&details) {
            Some(reason) => rejected(reason, &status, &details),
            None => Self::Transport(Box::new(status)),
        }
    }
}

/// tonic measures the deadline too, and reports it as CANCELLED when its timer is the first to fire.
fn is_local_timeout(status: &Status) -> bool {
    let mut source = status.source();
    while let Some(error) = source {
        if error.is::<TimeoutExpired>() {
            return true;
        }
        source = error.source();
    }
    false
}

fn info_in(details: &ErrorDetails) -> Option<&ErrorInfo> {
    details.error_info().filter(|info| info.domain == DOMAIN)
}

fn metadata_in(details: &ErrorDetails) -> BTreeMap<String, String> {
    let info = info_in(details);
    info.map(|info| info.metadata.clone().into_iter().collect()).unwrap_or_default()
}

fn reason_in(details: &ErrorDetails) -> Option<ErrorReason> {
    let info = info_in(details)?;
    let name = format!("{REASON_PREFIX}{}", info.reason);
    Some(ErrorReason::from_str_name(&name).unwrap_or(ErrorReason::Unspecified))
}

/// The time to wait that the status carries in its `RetryInfo`.
pub(crate) fn retry_delay_in(status: &Status) -> Option<Duration> {
    retry_delay(&status.get_error_details())
}

fn retry_delay(details: &ErrorDetails) -> Option<Duration> {
    details.retry_info()?.retry_delay
}

fn refusal_in(status: &Status) -> Option<v1::Refusal> {
    let status = tonic_types::Status::decode(status.details()).ok()?;
    let refusal = status.details.iter().find(|detail| detail.type_url == v1::Refusal::type_url())?;
    v1::Refusal::decode(refusal.value.as_slice()).ok()
}

fn rejected(reason: ErrorReason, status: &Status, details: &ErrorDetails) -> Error {
    let violations = details.bad_request().map_or(&[][..], |bad_request| &bad_request.field_violations);
    Error::Rejected {
        reason,
        code: status.code(),
        message: status.message().to_owned(),
        field_violations: violations.iter().cloned().map(FieldViolation::from).collect(),
        metadata: metadata_in(details),
        retry_delay: retry_delay(details),
    }
}

impl From<tonic_types::FieldViolation> for FieldViolation {
    fn from(violation: tonic_types::FieldViolation) -> Self {
        Self { field: violation.field, description: violation.description }
    }
}

impl Refusal {
    fn new(refusal: v1::Refusal, details: &ErrorDetails) -> Self {
        let retry_info = retry_delay(details);
        Self {
            reason: ErrorReason::try_from(refusal.reason).unwrap_or(ErrorReason::Unspecified),
            retry: RetryHint::try_from(refusal.retry).unwrap_or(RetryHint::Unspecified),
            message: refusal.message,
            retry_delay: refusal.retry_delay.and_then(|delay| delay.try_into().ok()).or(retry_info),
            signals: refusal.signals,
            metadata: metadata_in(details),
        }
    }
}

#[cfg(test)]
mod tests;
