//! Credentials and what their state allows.

use crate::{
    Aaguid, Algorithm, Attachment, CredentialId, CredentialState, DisplayName, Epoch, Name, RelyingPartyId,
    Timestamp, Transport, UserId, WebauthnId, numbered::numbered,
};

numbered! {
    /// How far the origin of a key is proven.
    AttestationTrust {
        /// No statement.
        None = 1;
        /// Signed by the key itself.
        SelfSigned = 2;
        /// A statement whose signer nobody judged: it was not asked for, or no root is trusted.
        Unverified = 3;
        /// Verified, and signed by somebody who was trusted at registration.
        Trusted = 4;
        /// Verified, and not signed by anybody who was trusted at registration, which the profile accepts.
        Failed = 5;
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

impl Attestation {
    /// Whether it proves the AAGUID: it is trusted, and of the format in which the authenticator itself signs authenticatorData. In
    /// the others a certificate speaks for the key alone (§8.4, §8.6, §8.8), or a TPM signs whatever hash it is handed (§8.3), and
    /// whoever holds the key may write any AAGUID beside it.
    #[must_use]
    pub fn proves_aaguid(&self) -> bool {
        self.trust == AttestationTrust::Trusted && self.format == "packed"
    }
}

numbered! {
    /// How a credential came to be here.
    CredentialSource {
        /// Registered by its user, in a dialog.
        Registration = 1;
        /// Made by a password manager without a dialog (conditional create, §5.1.3).
        Conditional = 2;
        /// Imported from another server.
        Import = 3;
    }
}

/// Where and how a credential was used. What the calling service said is believed as far as it is.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct CredentialUse {
    /// The origin that the browser signed, at most 255 bytes; empty for what was not used here.
    pub origin: String,
    /// The User-Agent as the calling service said, at most 512 bytes; may be empty.
    pub user_agent: String,
    /// ISO 3166-1 alpha-2 country as the calling service said; may be empty.
    pub country: String,
    /// Where the authenticator sat, as the browser said.
    pub attachment: Option<Attachment>,
    /// Flag UV.
    pub user_verified: bool,
}

impl std::fmt::Debug for CredentialUse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[personal]")
    }
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
#[expect(clippy::struct_excessive_bools, reason = "flags of an authenticator, each a column of its own")]
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
    /// Whether flag UV was ever seen. It may count for nothing: see `user_verification_initialized`.
    pub user_verification_seen: bool,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it last logged in.
    pub last_used_at: Option<Timestamp>,
    /// Whether user verification with it counts (`uvInitialized`, §4). Without it the key is presence only: a second factor,
    /// whatever flag a login shows, for who holds a stolen key may have set its PIN himself.
    pub user_verification_initialized: bool,
    /// How it came to be here.
    pub source: CredentialSource,
    /// The registration profile it counts as registered under, by name.
    pub profile: Name,
    /// SHA-256 of the handle of the device it was registered on, where the calling service gave one.
    pub device_hash: Option<[u8; 32]>,
    /// Where and how it was registered.
    pub creation: CredentialUse,
    /// Where and how it last logged in; meaningful where `last_used_at` is set.
    pub last_use: CredentialUse,
    /// How often it logged in.
    pub use_count: u64,
    /// When it was reported lost; `None` again once it is resumed.
    pub lost_at: Option<Timestamp>,
    /// When its state last changed.
    pub state_changed_at: Option<Timestamp>,
}

impl Credential {
    /// Whether user verification shown by it now counts: it was initialised, or the key was made without a dialog, which can
    /// show none, and this is how it becomes initialised.
    #[must_use]
    pub const fn user_verification_counts(&self) -> bool {
        self.user_verification_initialized || matches!(self.source, CredentialSource::Conditional)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_trusted_signature_over_the_aaguid_proves_it() {
        for (format, trust, proves) in [
            ("packed", AttestationTrust::Trusted, true),
            ("tpm", AttestationTrust::Trusted, false),
            ("fido-u2f", AttestationTrust::Trusted, false),
            ("android-key", AttestationTrust::Trusted, false),
            ("apple", AttestationTrust::Trusted, false),
            ("packed", AttestationTrust::Failed, false),
            ("packed", AttestationTrust::Unverified, false),
            ("packed", AttestationTrust::SelfSigned, false),
            ("none", AttestationTrust::None, false),
        ] {
            let attestation = Attestation { format: format.to_owned(), trust };
            assert_eq!(attestation.proves_aaguid(), proves, "{attestation:?}");
        }
    }
}
