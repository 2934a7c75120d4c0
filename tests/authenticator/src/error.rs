//! Why there is no response.

use crate::Fault;

/// Why there is no response; a browser's `DOMException` where there is one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// `TypeError`: the options are not such options.
    #[error("TypeError: {0}")]
    Options(String),
    /// `NotSupportedError`: none of the algorithms is known.
    #[error("NotSupportedError: none of the algorithms is known")]
    NotSupported,
    /// `InvalidStateError`: an excluded credential is on this authenticator.
    #[error("InvalidStateError: an excluded credential is on this authenticator")]
    InvalidState,
    /// `NotAllowedError`: the authenticator cannot do what was asked for, or has no such credential.
    #[error("NotAllowedError: {0}")]
    NotAllowed(&'static str),
    /// The fault that was planted cannot be in this response. It is gone.
    #[error("the fault {0:?} cannot be in this response")]
    FaultDoesNotApply(Fault),
    /// The cryptography library failed.
    #[error("the cryptography library failed")]
    Cryptography,
}

impl From<aws_lc_rs::error::Unspecified> for Error {
    fn from(_: aws_lc_rs::error::Unspecified) -> Self {
        Self::Cryptography
    }
}

impl From<rcgen::Error> for Error {
    fn from(_: rcgen::Error) -> Self {
        Self::Cryptography
    }
}

impl From<aws_lc_rs::error::KeyRejected> for Error {
    fn from(_: aws_lc_rs::error::KeyRejected) -> Self {
        Self::Cryptography
    }
}
