//! Credentials and what their state allows.

use crate::{
    Aaguid, Algorithm, Attachment, CredentialId, DisplayName, Epoch, Reason, RelyingPartyId, Timestamp,
    Transport, UserId, WebauthnId,
};

/// What a credential may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum CredentialState {
    /// Logs in.
    Active = 1,
    /// Put aside; can be resumed.
    Suspended = 2,
    /// Under suspicion, for a time.
    Quarantined = 3,
    /// Ended for good.
    Revoked = 4,
    /// Replaced by a newer key on the same device; still logs in if presented.
    Superseded = 5,
}

impl CredentialState {
    /// All states.
    pub const ALL: &[Self] =
        &[Self::Active, Self::Suspended, Self::Quarantined, Self::Revoked, Self::Superseded];

    /// The number in `keystead.v1.CredentialState`, also what the database keeps.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The state with this number.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.iter().copied().find(|s| s.number() == number)
    }

    /// Whether an assertion is accepted.
    ///
    /// # Errors
    /// The reason to refuse with.
    pub const fn may_log_in(self) -> Result<(), Reason> {
        match self {
            Self::Active | Self::Superseded => Ok(()),
            Self::Suspended => Err(Reason::CredentialSuspended),
            Self::Quarantined => Err(Reason::CredentialQuarantined),
            Self::Revoked => Err(Reason::CredentialRevoked),
        }
    }

    /// Whether it counts in `User::credential_count`.
    #[must_use]
    pub const fn is_counted(self) -> bool {
        matches!(self, Self::Active | Self::Suspended | Self::Quarantined)
    }

    /// Whether `excludeCredentials` names it: all but revoked ones, for an authenticator that holds a revoked key may be
    /// registered again.
    #[must_use]
    pub const fn is_excluded_from_registration(self) -> bool {
        !matches!(self, Self::Revoked)
    }
}

/// How far the origin of a key is proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum AttestationTrust {
    /// No statement.
    None = 1,
    /// Signed by the key itself.
    SelfSigned = 2,
    /// A statement that nobody asked for and nobody judged.
    Unverified = 3,
    /// Chains to a trusted root. This release judges no statement; a row that a later one wrote may say so.
    Trusted = 4,
    /// A statement that did not verify. As with [`Trusted`](Self::Trusted), only a later release says so.
    Failed = 5,
}

impl AttestationTrust {
    /// The number in `keystead.v1.AttestationTrust`, also what the database keeps.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The value with this number.
    #[must_use]
    pub const fn from_number(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::None),
            2 => Some(Self::SelfSigned),
            3 => Some(Self::Unverified),
            4 => Some(Self::Trusted),
            5 => Some(Self::Failed),
            _ => None,
        }
    }
}

/// What came with a key at registration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attestation {
    /// The statement's format, at most 32 bytes (§8): `none`, `packed`, …
    pub format: String,
    /// How far it proves anything.
    pub trust: AttestationTrust,
}

/// A credential as options name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Descriptor {
    /// The WebAuthn id.
    pub id: WebauthnId,
    /// Transports as reported at registration.
    pub transports: Vec<Transport>,
}

/// A registered WebAuthn public-key credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// The id.
    pub id: CredentialId,
    /// The WebAuthn id, unique with the relying party.
    pub webauthn_id: WebauthnId,
    /// The owner.
    pub user_id: UserId,
    /// The owner's epoch, copied: a login writes this row only where it is unchanged.
    pub user_epoch: Epoch,
    /// The relying party.
    pub relying_party_id: RelyingPartyId,
    /// A name the user gave it; may be empty.
    pub display_name: DisplayName,
    /// What it may be used for.
    pub state: CredentialState,
    /// The public key, `COSE_Key` bytes as the authenticator sent them (RFC 9052 §7).
    pub public_key: Vec<u8>,
    /// The key's algorithm.
    pub algorithm: Algorithm,
    /// The highest signature counter seen.
    pub sign_count: u32,
    /// How often the counter went backwards.
    pub sign_count_regressions: u32,
    /// What the authenticator says it is.
    pub aaguid: Aaguid,
    /// What came with it.
    pub attestation: Attestation,
    /// Transports as reported at registration.
    pub transports: Vec<Transport>,
    /// Where the authenticator sat at registration.
    pub attachment: Option<Attachment>,
    /// Whether it can be found without naming it, as the browser said (credProps, §10.1.3).
    pub discoverable: Option<bool>,
    /// Flag BE at registration, or as it changed since.
    pub backup_eligible: bool,
    /// Flag BS when last seen.
    pub backed_up: bool,
    /// Whether the user was ever verified with it.
    pub user_verification_seen: bool,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it last logged in.
    pub last_used_at: Option<Timestamp>,
}

/// What a signature counter says (§6.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counter {
    /// Both zero (the authenticator keeps none), or higher than before.
    Plausible,
    /// Not higher than before: a clone, a fault, or two responses that overtook each other. Noted, not refused (rule
    /// FLAG): the stored value stays the highest seen.
    Regressed,
}

impl Counter {
    /// Compares a new counter with the stored one.
    #[must_use]
    pub const fn judge(stored: u32, new: u32) -> Self {
        if new > stored || (new == 0 && stored == 0) { Self::Plausible } else { Self::Regressed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_active_and_superseded_credentials_log_in() {
        use CredentialState::{Active, Quarantined, Revoked, Superseded, Suspended};
        for (state, login, counted, excluded) in [
            (Active, Ok(()), true, true),
            (Superseded, Ok(()), false, true),
            (Suspended, Err(Reason::CredentialSuspended), true, true),
            (Quarantined, Err(Reason::CredentialQuarantined), true, true),
            (Revoked, Err(Reason::CredentialRevoked), false, false),
        ] {
            assert_eq!(state.may_log_in(), login, "{state:?}");
            assert_eq!(state.is_counted(), counted, "{state:?}");
            assert_eq!(state.is_excluded_from_registration(), excluded, "{state:?}");
            assert_eq!(CredentialState::from_number(state.number()), Some(state));
        }
    }

    #[test]
    fn every_number_of_trust_is_read_back_and_no_other() {
        let read: Vec<u8> =
            (0..=255).filter_map(AttestationTrust::from_number).map(AttestationTrust::number).collect();
        assert_eq!(read, [1, 2, 3, 4, 5]);
    }

    #[test]
    fn a_counter_that_does_not_rise_regressed_unless_both_are_zero() {
        for (stored, new, expected) in [
            (0, 0, Counter::Plausible),
            (0, 1, Counter::Plausible),
            (7, 8, Counter::Plausible),
            (7, 7, Counter::Regressed),
            (7, 0, Counter::Regressed),
            (u32::MAX, 1, Counter::Regressed),
        ] {
            assert_eq!(Counter::judge(stored, new), expected, "{stored} {new}");
        }
    }
}
