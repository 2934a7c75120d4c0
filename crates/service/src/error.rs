//! What a use case answers when it does not answer with its value.

use std::sync::Arc;

use keystead_domain::Reason;
use keystead_keyring::SealError;

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
}

/// Arguments for `PublicKeyCredential.signal*`, as JSON (WebAuthn L3 §5.1.10).
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Signals {
    /// For `signalUnknownCredential`.
    pub unknown_credential: Option<String>,
    /// For `signalCurrentUserDetails`.
    pub current_user_details: Option<String>,
}

impl std::fmt::Debug for Signals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[personal]")
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
    /// A refusal without signals.
    #[must_use]
    pub fn refused(reason: Reason) -> Self {
        Self::Refused(Refused { reason, signals: Signals::default() })
    }

    /// A broken rule of a field.
    #[must_use]
    pub fn invalid(field: &'static str, problem: impl std::fmt::Display) -> Self {
        Self::Invalid { field, problem: problem.to_string() }
    }
}
