//! Why a call failed, or why an event happened: one list for errors, refusals and events.

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $text:literal;)*) => {
        /// A reason. Its number and name are those of `keystead.v1.ErrorReason`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        #[repr(u16)]
        pub enum Reason { $($(#[$doc])* $name = $number,)* }

        impl Reason {
            /// All reasons, in order of their numbers.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The name as events and `ErrorInfo.reason` carry it: `CEREMONY_CONSUMED`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// The number in `keystead.v1.ErrorReason`, also what the database keeps.
            #[must_use]
            pub const fn number(self) -> u16 {
                self as u16
            }

            /// The reason with this number.
            #[must_use]
            pub const fn from_number(number: u16) -> Option<Self> {
                match number { $($number => Some(Self::$name),)* _ => None }
            }
        }
    };
}

reasons! {
    /// A field is missing, malformed or out of range; BadRequest names it.
    FieldViolation = 1, "FIELD_VIOLATION";
    /// The page token is not one of this list with these filters.
    InvalidPageToken = 2, "INVALID_PAGE_TOKEN";
    /// This `request_id` was used for another request.
    RequestIdReused = 3, "REQUEST_ID_REUSED";
    /// No API key, an unknown or revoked one, or a disabled caller.
    CallerUnauthenticated = 4, "CALLER_UNAUTHENTICATED";
    /// The caller lacks the grant, or acts outside its tenant.
    CallerNotAllowed = 5, "CALLER_NOT_ALLOWED";
    /// Too many calls at once on this replica.
    Overloaded = 6, "OVERLOADED";
    /// The database is away, or no connection was free in time.
    StorageUnavailable = 7, "STORAGE_UNAVAILABLE";
    /// The sealing keys are away.
    KeyUnavailable = 8, "KEY_UNAVAILABLE";
    /// The deadline passed before the answer.
    Deadline = 9, "DEADLINE";
    /// A fault of Keystead's own.
    Internal = 10, "INTERNAL";
    /// No such tenant.
    TenantNotFound = 20, "TENANT_NOT_FOUND";
    /// No such relying party in the tenant, or none named and no default.
    RelyingPartyNotFound = 21, "RELYING_PARTY_NOT_FOUND";
    /// No such caller in the tenant.
    CallerNotFound = 22, "CALLER_NOT_FOUND";
    /// No such API key in the tenant.
    ApiKeyNotFound = 23, "API_KEY_NOT_FOUND";
    /// No such user in the tenant.
    UserNotFound = 24, "USER_NOT_FOUND";
    /// No such credential in the tenant.
    CredentialNotFound = 25, "CREDENTIAL_NOT_FOUND";
    /// No registration profile of this name in the tenant.
    ProfileNotFound = 26, "PROFILE_NOT_FOUND";
    /// A tenant has this name.
    TenantExists = 30, "TENANT_EXISTS";
    /// The tenant has a relying party with this RP ID.
    RelyingPartyExists = 31, "RELYING_PARTY_EXISTS";
    /// The tenant has a caller with this name.
    CallerExists = 32, "CALLER_EXISTS";
    /// The ceremony token is forged, truncated, of another kind, another tenant or another restore epoch.
    CeremonyTokenInvalid = 40, "CEREMONY_TOKEN_INVALID";
    /// The ceremony belongs to another caller, session or user; it stays open.
    CeremonyForeign = 41, "CEREMONY_FOREIGN";
    /// The ceremony's time is over: start again.
    CeremonyExpired = 42, "CEREMONY_EXPIRED";
    /// The ceremony was finished before.
    CeremonyConsumed = 43, "CEREMONY_CONSUMED";
    /// The response answers another challenge; the ceremony stays open.
    ChallengeMismatch = 44, "CHALLENGE_MISMATCH";
    /// The user has a usable credential already and the caller may not register unattended.
    FlowRequired = 45, "FLOW_REQUIRED";
    /// The user or credential changed while the ceremony was open.
    StateChanged = 46, "STATE_CHANGED";
    /// Presence alone was shown: that is one factor, not a login.
    MoreFactorsRequired = 47, "MORE_FACTORS_REQUIRED";
    /// User verification was asked for and not done.
    UvRequired = 48, "UV_REQUIRED";
    /// The authenticator did not test the user's presence.
    UpRequired = 49, "UP_REQUIRED";
    /// The credential belongs to another user than the one named.
    UserMismatch = 50, "USER_MISMATCH";
    /// The credential belongs to another relying party of the tenant.
    WrongRp = 51, "WRONG_RP";
    /// No credential with this id was ever registered here.
    CredentialUnknown = 52, "CREDENTIAL_UNKNOWN";
    /// The credential was revoked.
    CredentialRevoked = 53, "CREDENTIAL_REVOKED";
    /// The credential is suspended.
    CredentialSuspended = 54, "CREDENTIAL_SUSPENDED";
    /// The credential is quarantined.
    CredentialQuarantined = 55, "CREDENTIAL_QUARANTINED";
    /// A credential with this id is registered already.
    CredentialExists = 56, "CREDENTIAL_EXISTS";
    /// The user has as many credentials as he may have.
    CredentialLimit = 57, "CREDENTIAL_LIMIT";
    /// A discoverable credential was asked for and another was made.
    ResidentKeyRequired = 58, "RESIDENT_KEY_REQUIRED";
    /// The authenticator sits elsewhere than asked for.
    AttachmentMismatch = 59, "ATTACHMENT_MISMATCH";
    /// `clientData.type` is not the ceremony's.
    ClientDataTypeMismatch = 60, "CLIENT_DATA_TYPE_MISMATCH";
    /// The origin is not exactly one of the relying party's.
    OriginMismatch = 61, "ORIGIN_MISMATCH";
    /// The page was framed by another origin and the relying party allows none.
    CrossOriginNotAllowed = 62, "CROSS_ORIGIN_NOT_ALLOWED";
    /// The framing origin is not one of the relying party's top origins.
    TopOriginMismatch = 63, "TOP_ORIGIN_MISMATCH";
    /// `type` is not `public-key`.
    CredentialTypeInvalid = 64, "CREDENTIAL_TYPE_INVALID";
    /// `id` and `rawId` differ.
    CredentialIdMismatch = 65, "CREDENTIAL_ID_MISMATCH";
    /// The credential id is empty or longer than 1023 bytes.
    CredentialIdLength = 66, "CREDENTIAL_ID_LENGTH";
    /// The id in authenticatorData is not `rawId`.
    AttestedCredentialIdMismatch = 67, "ATTESTED_CREDENTIAL_ID_MISMATCH";
    /// The authenticatorData cannot be read.
    AuthenticatorDataMalformed = 68, "AUTHENTICATOR_DATA_MALFORMED";
    /// The authenticatorData is followed by further bytes.
    AuthenticatorDataTrailingBytes = 69, "AUTHENTICATOR_DATA_TRAILING_BYTES";
    /// The authenticator answered for another RP ID.
    RpIdMismatch = 70, "RP_ID_MISMATCH";
    /// Flag BS without flag BE.
    BackupStateInvalid = 71, "BACKUP_STATE_INVALID";
    /// No user was named and the authenticator returned no user handle.
    UserHandleMissing = 72, "USER_HANDLE_MISSING";
    /// The user handle is not the credential owner's.
    UserHandleMismatch = 73, "USER_HANDLE_MISMATCH";
    /// The signature does not verify.
    SignatureInvalid = 74, "SIGNATURE_INVALID";
    /// The signature counter went backwards; as a reason of an event: noted, not refused.
    CounterRegressed = 75, "COUNTER_REGRESSED";
    /// The attestation object cannot be read.
    AttestationMalformed = 76, "ATTESTATION_MALFORMED";
    /// The attestation statement is not what its format says.
    AttestationStatementMalformed = 77, "ATTESTATION_STATEMENT_MALFORMED";
    /// Format `none` with a statement.
    AttestationStatementUnexpected = 78, "ATTESTATION_STATEMENT_UNEXPECTED";
    /// The attestation signature does not verify.
    AttestationSignatureInvalid = 79, "ATTESTATION_SIGNATURE_INVALID";
    /// The public key cannot be read or is not on its curve.
    PublicKeyMalformed = 80, "PUBLIC_KEY_MALFORMED";
    /// The public key's type or curve does not fit its algorithm.
    PublicKeyAlgorithmMismatch = 81, "PUBLIC_KEY_ALGORITHM_MISMATCH";
    /// The public key's algorithm was not asked for.
    AlgorithmNotOffered = 82, "ALGORITHM_NOT_OFFERED";
    /// The registration profile refuses what is not attested by somebody whom it trusts.
    AttestationUntrusted = 83, "ATTESTATION_UNTRUSTED";
    /// Attestation was asked for and what came cannot be judged.
    AttestationUnsupported = 84, "ATTESTATION_UNSUPPORTED";
    /// The user would have no way left to log in.
    WouldLockOut = 90, "WOULD_LOCK_OUT";
    /// Users would have no way left to log in.
    UnreachableUsers = 91, "UNREACHABLE_USERS";
    /// The registration profile does not accept this model of authenticator.
    AuthenticatorNotAllowed = 92, "AUTHENTICATOR_NOT_ALLOWED";
    /// The user's sign-up is not complete.
    AccountPending = 93, "ACCOUNT_PENDING";
    /// The user's account is closed.
    AccountDeactivated = 94, "ACCOUNT_DEACTIVATED";
    /// The user was not seen for long: he logs in first.
    AccountDormant = 95, "ACCOUNT_DORMANT";
    /// A later order number was accepted before.
    StateVersionStale = 96, "STATE_VERSION_STALE";
    /// In the report of an import: no key of this algorithm, length or curve can be verified here.
    AlgorithmUnsupported = 97, "ALGORITHM_UNSUPPORTED";
    /// In the report of an import: the user has another user handle at this relying party, or another user has this one.
    UserHandleConflict = 98, "USER_HANDLE_CONFLICT";
    /// In the report of an import: nobody said whether the user was verified at registration.
    UserVerificationUnknown = 99, "USER_VERIFICATION_UNKNOWN";
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Reason;

    #[test]
    fn numbers_and_names_are_unique_and_lead_back() {
        for (i, reason) in Reason::ALL.iter().enumerate() {
            assert_eq!(Reason::from_number(reason.number()), Some(*reason));
            assert!(Reason::ALL[..i].iter().all(|other| other.as_str() != reason.as_str()));
        }
    }
}
