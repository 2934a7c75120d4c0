//! The sealed ceremony: what finish needs to know of start. Nothing of it is stored; the caller keeps it encrypted.

use std::fmt;

use keystead_domain::{
    CallerId, CeremonyId, CeremonyKind, Challenge, Epoch, RelyingPartyId, Timestamp, UserId,
};
use subtle::ConstantTimeEq as _;

use crate::{Asked, digest::Fields};

mod encoding;

/// A ceremony between start and finish.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Names it in logs and events, and is what can be used only once.
    pub ceremony_id: CeremonyId,
    /// The relying party it is for.
    pub relying_party_id: RelyingPartyId,
    /// The caller that started it.
    pub caller_id: CallerId,
    /// What the response must answer.
    pub challenge: Challenge,
    /// Whom it is for.
    pub subject: Subject,
    /// The browser session it is bound to: see [`binding_hash`].
    pub binding: Option<[u8; 32]>,
    /// What was asked for.
    pub asked: Asked,
    /// When it was started.
    pub sealed_at: Timestamp,
    /// When it expires.
    pub expires_at: Timestamp,
}

/// Whom a ceremony is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Whoever owns the credential that answers.
    Anyone,
    /// A user was named and is not known.
    Unknown,
    /// This user, as he was at start.
    User {
        /// The user.
        id: UserId,
        /// His epoch: raised since, the ceremony is void.
        epoch: Epoch,
    },
}

/// Bytes are not a sealed ceremony of a version known here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undecodable {
    /// Another release encoded them.
    #[error("a sealed ceremony of unknown version {0}")]
    Version(u8),
    /// They are cut off, padded otherwise, or hold a value that does not exist.
    #[error("not a sealed ceremony")]
    Form,
}

impl Sealed {
    /// Which of the two ceremonies.
    #[must_use]
    pub const fn kind(&self) -> CeremonyKind {
        self.asked.kind()
    }

    /// The bytes to seal: versioned, padded to a multiple of 256. Only the profile's name and the algorithms are of no fixed
    /// size, so the length does not tell whether a user is known. A login has 256 bytes, a
    /// registration at most 512.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        encoding::encode(self)
    }

    /// The ceremony in bytes that [`Self::encode`] made; any others are refused.
    ///
    /// # Errors
    /// [`Undecodable`].
    pub fn decode(bytes: &[u8]) -> Result<Self, Undecodable> {
        encoding::decode(bytes)
    }

    /// Whether finish comes from the browser session that start was for: the same binding, or none both times. Compared
    /// in constant time.
    #[must_use]
    pub fn is_bound_to(&self, binding: &str) -> bool {
        match (self.binding, binding_hash(binding)) {
            (None, None) => true,
            (Some(sealed), Some(given)) => sealed.ct_eq(&given).into(),
            _ => false,
        }
    }
}

/// What is sealed of a caller's secret for a browser session; `None` where there is none.
#[must_use]
pub fn binding_hash(binding: &str) -> Option<[u8; 32]> {
    (!binding.is_empty()).then(|| Fields::new("keystead/session-binding").bytes(binding.as_bytes()).finish())
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealed")
            .field("ceremony_id", &self.ceremony_id)
            .field("relying_party_id", &self.relying_party_id)
            .field("caller_id", &self.caller_id)
            .field("challenge", &self.challenge)
            .field("subject", &self.subject)
            .field("binding", &self.binding.map(|_| "[redacted]"))
            .field("asked", &self.asked)
            .field("sealed_at", &self.sealed_at)
            .field("expires_at", &self.expires_at)
            .finish()
    }
}

#[cfg(test)]
mod tests;
