//! How a ceremony ended: the row whose unique insert is the single use.

use crate::{
    CallerId, CeremonyId, CredentialId, Epoch, Reason, RelyingPartyId, TenantId, Timestamp, UserId,
    numbered::numbered,
};

numbered! {
    /// Which of the two ceremonies.
    CeremonyKind {
        /// `navigator.credentials.create`.
        Registration = 1;
        /// `navigator.credentials.get`.
        Authentication = 2;
    }
}

/// Random bytes of one finishing transaction: after a COMMIT whose answer was lost, the retry that finds its own knows
/// that the outcome is its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttemptId(pub [u8; 16]);

/// How a response was judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Logged in, or registered.
    Accepted,
    /// Refused.
    Refused(Reason),
}

/// A finished ceremony. Facts, not bytes; never updated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CeremonyOutcome {
    /// The ceremony; unique.
    pub ceremony_id: CeremonyId,
    /// Which of the two.
    pub kind: CeremonyKind,
    /// The tenant.
    pub tenant_id: TenantId,
    /// The relying party.
    pub relying_party_id: RelyingPartyId,
    /// Who finished it.
    pub caller_id: CallerId,
    /// The user, where known.
    pub user_id: Option<UserId>,
    /// The user's epoch the verdict rests on: a repeat of a success is answered only while it is unchanged.
    pub user_epoch: Option<Epoch>,
    /// The credential, where known.
    pub credential_id: Option<CredentialId>,
    /// SHA-256 of a non-empty `request_id`.
    pub request_id_hash: Option<[u8; 32]>,
    /// SHA-256 over token, decoded response and display name.
    pub payload_hash: [u8; 32],
    /// The finishing transaction.
    pub attempt_id: AttemptId,
    /// The verdict.
    pub verdict: Verdict,
    /// When it was finished.
    pub finished_at: Timestamp,
    /// When the row may be purged.
    pub expires_at: Timestamp,
}

impl CeremonyOutcome {
    /// Whether a later Finish repeats the one that made this outcome: same caller, same non-empty `request_id`, same
    /// payload.
    #[must_use]
    pub fn is_repeated_by(
        &self,
        caller: CallerId,
        request_id_hash: Option<[u8; 32]>,
        payload_hash: &[u8; 32],
    ) -> bool {
        self.caller_id == caller
            && self.request_id_hash.is_some()
            && self.request_id_hash == request_id_hash
            && self.payload_hash == *payload_hash
    }
}
