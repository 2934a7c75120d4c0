//! What is not a response at all, and how large a response may be.

/// A response is not of the shape the specification gives it: the calling service's mistake, not the end user's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} {problem}")]
pub struct ShapeError {
    /// The member as a JSON path, such as `response.clientDataJSON`, for the typed form too; `credential` for the whole.
    pub field: &'static str,
    /// What is wrong, to be read after the field's name.
    pub problem: &'static str,
}

/// Most bytes of a response's JSON text.
pub(crate) const MOST_JSON: usize = 32 * 1024;
/// Most transports of a response, before those that are none are left out.
pub(crate) const MOST_TRANSPORTS: usize = 32;

/// Members of a response with the most bytes they may have. All are far above what authenticators send; ids have a
/// reason of their own below that (`CREDENTIAL_ID_LENGTH`).
#[derive(Clone, Copy)]
pub(crate) struct Member {
    /// The JSON path.
    pub(crate) path: &'static str,
    most: usize,
}

pub(crate) const ID: Member = Member { path: "id", most: 4096 };
pub(crate) const RAW_ID: Member = Member { path: "rawId", most: 3072 };
pub(crate) const TYPE: Member = Member { path: "type", most: 255 };
pub(crate) const CLIENT_DATA: Member = Member { path: "response.clientDataJSON", most: 8 * 1024 };
pub(crate) const ATTESTATION_OBJECT: Member = Member { path: "response.attestationObject", most: 24 * 1024 };
pub(crate) const TRANSPORTS: Member = Member { path: "response.transports", most: 255 };
pub(crate) const AUTHENTICATOR_DATA: Member = Member { path: "response.authenticatorData", most: 8 * 1024 };
pub(crate) const SIGNATURE: Member = Member { path: "response.signature", most: 8 * 1024 };
pub(crate) const USER_HANDLE: Member = Member { path: "response.userHandle", most: 1024 };
pub(crate) const ATTACHMENT: Member = Member { path: "authenticatorAttachment", most: 255 };
pub(crate) const DISCOVERABLE: Member = Member { path: "clientExtensionResults.credProps.rk", most: 0 };

impl Member {
    /// A complaint about this member.
    pub(crate) const fn error(self, problem: &'static str) -> ShapeError {
        ShapeError { field: self.path, problem }
    }

    /// Checks a value's size.
    pub(crate) fn bound(self, value: impl AsRef<[u8]>) -> Result<(), ShapeError> {
        if value.as_ref().len() <= self.most { Ok(()) } else { Err(self.error("is too long")) }
    }
}
