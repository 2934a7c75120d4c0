//! Why a call did not succeed.

mod decode;

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

pub(crate) use decode::retry_delay_in;

use keystead_proto::v1::{ErrorReason, RetryHint, Signals};
use tonic::{Code, Status};

/// Why a call did not succeed. Nobody is logged in, and nothing is to be assumed done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An end user's evidence was not accepted, or is not enough: show him the message.
    #[error("{0}")]
    Refused(Refusal),
    /// Keystead would not do what the calling service asked, or could not.
    #[error("{reason}: {message}", reason = name(*reason))]
    #[non_exhaustive]
    Rejected {
        /// Why. UNSPECIFIED where this client is too old to know the reason.
        reason: ErrorReason,
        /// The status code, which says what kind of problem it is.
        code: Code,
        /// For the calling service's log, not for the end user.
        message: String,
        /// The fields that are wrong, where the reason is `FIELD_VIOLATION`.
        field_violations: Vec<FieldViolation>,
        /// Facts that help to go on, such as how many `users` would be unreachable.
        metadata: BTreeMap<String, String>,
        /// How long to wait before another try, where the server knows.
        retry_delay: Option<Duration>,
    },
    /// The deadline passed before an answer came. What was asked may have been done all the same: repeat it with the same
    /// `request_id` to learn.
    #[error("the deadline passed before an answer came")]
    Deadline,
    /// No answer of Keystead's own came: it was not reached, or something on the way answered for it. What was asked may
    /// have been done all the same.
    #[error("no answer from Keystead ({:?})", .0.code())]
    Transport(#[source] Box<Status>),
}

impl Error {
    /// Why Keystead did not do it, where Keystead itself said so.
    #[must_use]
    pub fn reason(&self) -> Option<ErrorReason> {
        match self {
            Self::Refused(refusal) => Some(refusal.reason),
            Self::Rejected { reason, .. } => Some(*reason),
            Self::Deadline | Self::Transport(_) => None,
        }
    }
}

/// Why an end user's evidence was not accepted, and what he may do next.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Refusal {
    /// The truth about what was presented, for the calling service. UNSPECIFIED where this client is too old to know it.
    pub reason: ErrorReason,
    /// One English sentence fit for the end user, revealing nothing about accounts.
    pub message: String,
    /// What he may do next.
    pub retry: RetryHint,
    /// How long to wait, where waiting helps.
    pub retry_delay: Option<Duration>,
    /// What the page should tell the browser about its passkeys.
    pub signals: Option<Signals>,
    /// Facts that help to go on, such as the `remedies` where a user would be locked out. For the calling service, not for
    /// the end user.
    pub metadata: BTreeMap<String, String>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", name(self.reason), self.message)
    }
}

/// A field of the request that is missing, malformed or out of range.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldViolation {
    /// Its path in the request, such as `user.external_id`.
    pub field: String,
    /// What is wrong with it.
    pub description: String,
}

/// As `ErrorInfo`, events and the documentation write it.
fn name(reason: ErrorReason) -> &'static str {
    let name = reason.as_str_name();
    name.strip_prefix(decode::REASON_PREFIX).unwrap_or(name)
}
