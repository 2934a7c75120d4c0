//! The one thing that is wrong with a response.

use Ceremonies::{Authentication, Both, Registration};

#[derive(Clone, Copy)]
enum Ceremonies {
    Registration,
    Authentication,
    Both,
}

macro_rules! faults {
    ($($(#[$doc:meta])* $name:ident = $ceremonies:ident, $reason:literal;)*) => {
        /// One thing that is wrong with a response. Everything else is right: what is signed is signed with the fault in it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Fault { $($(#[$doc])* $name,)* }

        impl Fault {
            /// All faults.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            const fn ceremonies(self) -> Ceremonies {
                match self { $(Self::$name => $ceremonies,)* }
            }

            /// The name of the reason, as `ErrorInfo.reason` has it, that the fault is to be refused or noted with: by a
            /// relying party that may not be framed, where user verification, a discoverable credential and this attachment
            /// were required, and no user was named.
            #[must_use]
            pub const fn reason(self) -> &'static str {
                match self { $(Self::$name => $reason,)* }
            }
        }
    };
}

faults! {
    /// `type` is `password`.
    CredentialType = Both, "CREDENTIAL_TYPE_INVALID";
    /// The credential id is empty everywhere.
    EmptyId = Both, "CREDENTIAL_ID_LENGTH";
    /// The credential id has 1024 bytes everywhere.
    LongId = Both, "CREDENTIAL_ID_LENGTH";
    /// `id` is another one than `rawId`.
    IdNotRawId = Both, "CREDENTIAL_ID_MISMATCH";
    /// Client data is of the other ceremony.
    ClientDataType = Both, "CLIENT_DATA_TYPE_MISMATCH";
    /// Client data answers another challenge.
    OtherChallenge = Both, "CHALLENGE_MISMATCH";
    /// Client data comes from `https://origin.invalid`.
    OtherOrigin = Both, "ORIGIN_MISMATCH";
    /// The page is framed, by whom is not said.
    CrossOrigin = Both, "CROSS_ORIGIN_NOT_ALLOWED";
    /// The page is framed by `https://top.invalid`.
    TopOrigin = Both, "CROSS_ORIGIN_NOT_ALLOWED";
    /// The page is framed by `https://top.invalid` and is not framed.
    TopOriginUnframed = Both, "TOP_ORIGIN_MISMATCH";
    /// A zero byte follows `authenticatorData`.
    AuthenticatorDataTrailing = Both, "AUTHENTICATOR_DATA_TRAILING_BYTES";
    /// `authenticatorData` lacks its last byte.
    AuthenticatorDataTruncated = Both, "AUTHENTICATOR_DATA_MALFORMED";
    /// `authenticatorData` is for the RP ID `rp.invalid`.
    OtherRpId = Both, "RP_ID_MISMATCH";
    /// Flag BS without flag BE.
    BackedUpNotEligible = Both, "BACKUP_STATE_INVALID";
    /// Flag UP is not set.
    NotPresent = Both, "UP_REQUIRED";
    /// Flag UV is not set, even where user verification is required.
    NotVerified = Both, "UV_REQUIRED";

    /// The id in authenticatorData is another one than `rawId`.
    AttestedIdNotRawId = Registration, "ATTESTED_CREDENTIAL_ID_MISMATCH";
    /// `authenticatorData` has no attested credential data and says so.
    NoAttestedData = Registration, "AUTHENTICATOR_DATA_MALFORMED";
    /// The credential is not discoverable, even where that is required, and the browser says so if asked.
    NotDiscoverable = Registration, "RESIDENT_KEY_REQUIRED";
    /// The browser says that the authenticator sits elsewhere than it does. Not where the settings say nothing of it.
    OtherAttachment = Registration, "ATTACHMENT_MISMATCH";
    /// Format `none` with a statement.
    NoneWithStatement = Registration, "ATTESTATION_STATEMENT_UNEXPECTED";
    /// The statement is an array.
    StatementNotMap = Registration, "ATTESTATION_STATEMENT_MALFORMED";
    /// Packed self attestation without its signature.
    StatementIncomplete = Registration, "ATTESTATION_STATEMENT_MALFORMED";
    /// Packed self attestation of another algorithm than the key's.
    StatementAlgorithm = Registration, "ATTESTATION_STATEMENT_MALFORMED";
    /// Packed self attestation whose signature does not verify.
    StatementSignature = Registration, "ATTESTATION_SIGNATURE_INVALID";
    /// The attestation object lacks its last byte.
    BrokenCbor = Registration, "ATTESTATION_MALFORMED";
    /// A zero byte follows the attestation object.
    AttestationTrailing = Registration, "ATTESTATION_MALFORMED";
    /// The public key's type is another algorithm's.
    KeyType = Registration, "PUBLIC_KEY_ALGORITHM_MISMATCH";
    /// The public key's curve is another algorithm's. Not with RS256 and ML-DSA, which have none.
    KeyCurve = Registration, "PUBLIC_KEY_ALGORITHM_MISMATCH";
    /// The public key is no point of its curve. Not with RS256 and ML-DSA; nor with Ed25519, of which that shows only when a
    /// signature is verified.
    PointOffCurve = Registration, "PUBLIC_KEY_MALFORMED";
    /// A coordinate, or the key, lacks a byte; with RS256: the modulus has 1024 bits.
    ShortKey = Registration, "PUBLIC_KEY_MALFORMED";
    /// The key is of an algorithm that was not offered. Not where all known ones were.
    AlgorithmNotOffered = Registration, "ALGORITHM_NOT_OFFERED";

    /// There is no user handle.
    UserHandleMissing = Authentication, "USER_HANDLE_MISSING";
    /// The user handle is another user's.
    OtherUserHandle = Authentication, "USER_HANDLE_MISMATCH";
    /// The signature does not verify.
    BadSignature = Authentication, "SIGNATURE_INVALID";
    /// The counter is lower than the last one. Not where that is zero.
    CounterRollback = Authentication, "COUNTER_REGRESSED";
}

impl Fault {
    /// Whether a response to `navigator.credentials.create` can have it.
    #[must_use]
    pub const fn is_of_registration(self) -> bool {
        matches!(self.ceremonies(), Registration | Both)
    }

    /// Whether a response to `navigator.credentials.get` can have it.
    #[must_use]
    pub const fn is_of_authentication(self) -> bool {
        matches!(self.ceremonies(), Authentication | Both)
    }
}

/// The bytes with one bit changed; one byte where there is none.
pub(crate) fn other(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    match bytes.last_mut() {
        Some(last) => *last ^= 1,
        None => bytes.push(1),
    }
    bytes
}
