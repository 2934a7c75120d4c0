//! What a use case answers when it does not answer with its value.

use std::sync::Arc;

use keystead_domain::Reason;
use keystead_keyring::SealError;

use crate::Signals;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A field of the request breaks a rule.
    #[error("{field}: {problem}")]
    Invalid {
        /// The field's path in the request message.
        field: &'static str,
        /// The rule.
        problem: String,
    },
    /// The request cannot be served as it is: the reason is about the calling service or a resource it named.
    #[error("rejected: {0}")]
    Rejected(Reason),
    /// An end user's evidence was not accepted, or is not enough.
    #[error("refused: {}", .0.reason)]
    Refused(Refused),
    /// The change would leave users without a way to log in, and nobody said that this is meant.
    #[error("{users} users would have no way to log in")]
    Unreachable {
        /// How many.
        users: u64,
    },
    /// Something of ours is broken or away.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Why.
    pub reason: Reason,
    /// What the page should tell the browser about its passkeys.
    pub signals: Signals,
    /// Facts that help to go on, by their names in `ErrorInfo.metadata`.
    pub metadata: Vec<(&'static str, String)>,
}

impl Refused {
    /// A refusal with nothing but its reason.
    #[must_use]
    pub fn new(reason: Reason) -> Self {
        Self { reason, signals: Signals::default(), metadata: Vec::new() }
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

/// Something of ours is broken or away. Never the end user's doing.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The database.
    #[error("storage: {0}")]
    Storage(#[source] Arc<keystead_store::Error>),
    /// No active sealing key.
    #[error("no active sealing key")]
    KeysAway,
    /// A state that the rules exclude.
    #[error("inconsistent: {0}")]
    Inconsistent(&'static str),
}

impl Fault {
    /// What the calling service is told: whether time may help, and nothing of what was said inside.
    #[must_use]
    pub fn reason(&self) -> Reason {
        use keystead_store::Error::{Busy, CommitUnknown, Unavailable};
        match self {
            Self::Storage(error) => match **error {
                Busy | Unavailable(_) | CommitUnknown(_) => Reason::StorageUnavailable,
                _ => Reason::Internal,
            },
            Self::KeysAway => Reason::KeyUnavailable,
            Self::Inconsistent(_) => Reason::Internal,
        }
    }
}

impl From<keystead_store::Error> for Fault {
    fn from(error: keystead_store::Error) -> Self {
        Self::Storage(Arc::new(error))
    }
}

impl From<SealError> for Fault {
    fn from(error: SealError) -> Self {
        match error {
            SealError::NoActiveKey => Self::KeysAway,
            SealError::TooLong => Self::Inconsistent("a token is longer than its purpose allows"),
            SealError::Cipher => Self::Inconsistent("the cipher failed"),
        }
    }
}

impl From<keystead_store::Error> for Error {
    fn from(error: keystead_store::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl Error {
    /// A refusal with nothing but its reason.
    #[must_use]
    pub fn refused(reason: Reason) -> Self {
        Self::Refused(Refused::new(reason))
    }

    /// A broken rule of a field.
    #[must_use]
    pub fn invalid(field: &'static str, problem: impl std::fmt::Display) -> Self {
        Self::Invalid { field, problem: problem.to_string() }
    }
}
