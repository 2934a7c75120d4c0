//! Events: append-only records of what happened.

use crate::{
    ActingUser, CallerId, CeremonyId, ClientContext, CredentialId, EventId, Reason, TenantId, Timestamp,
    UserId, numbered::numbered,
};

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        /// What happened.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum EventKind { $($(#[$doc])* $name,)* }

        impl EventKind {
            /// All kinds.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The name in the API and the database.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// The kind with this name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($text => Some(Self::$name),)* _ => None }
            }
        }
    };
}

kinds! {
    /// A Finish of a registration was judged.
    RegistrationFinished = "registration.finished";
    /// A Finish of a registration was turned away without a verdict: the ceremony stays as it is. Capped per caller.
    RegistrationTurnedAway = "registration.turned_away";
    /// A Finish of an authentication was judged.
    AuthenticationFinished = "authentication.finished";
    /// A Finish of an authentication was turned away without a verdict. Capped per caller.
    AuthenticationTurnedAway = "authentication.turned_away";
    /// A credential's signature counter did not rise.
    CounterRegressed = "credential.counter_regressed";
    /// A credential was synced for the first time, or again.
    BackupStateGained = "credential.backup_state_gained";
    /// A credential is no longer synced.
    BackupStateLost = "credential.backup_state_lost";
    /// A credential's backup eligibility changed.
    BackupEligibilityChanged = "credential.backup_eligibility_changed";
    /// A credential was renamed.
    CredentialRenamed = "credential.renamed";
    /// A credential was put aside.
    CredentialSuspended = "credential.suspended";
    /// A credential was taken into use again.
    CredentialResumed = "credential.resumed";
    /// A credential was reported lost, and so put aside.
    CredentialReportedLost = "credential.reported_lost";
    /// A credential was revoked.
    CredentialRevoked = "credential.revoked";
    /// A newer credential of the same device took a credential's place.
    CredentialSuperseded = "credential.superseded";
    /// A credential was imported.
    CredentialImported = "credential.imported";
    /// A credential that was erased here was presented.
    ErasedCredentialPresented = "credential.erased_presented";
    /// Credentials were exported.
    CredentialsExported = "credentials.exported";
    /// A change was refused because it would have left its user without a way to log in.
    LockoutPrevented = "lockout.prevented";
    /// A user was made.
    UserCreated = "user.created";
    /// A user was changed.
    UserChanged = "user.changed";
    /// Where a user's account is in its life was changed.
    UserLifecycleChanged = "user.lifecycle_changed";
    /// A registration profile was made.
    RegistrationProfileCreated = "registration_profile.created";
    /// The AAGUID catalogue was changed.
    AuthenticatorModelsChanged = "authenticator_models.changed";
    /// A tenant was made.
    TenantCreated = "tenant.created";
    /// A relying party was made.
    RelyingPartyCreated = "relying_party.created";
    /// A relying party was changed.
    RelyingPartyChanged = "relying_party.changed";
    /// A caller was made.
    CallerCreated = "caller.created";
    /// A caller's grants were changed.
    CallerChanged = "caller.changed";
    /// A caller was disabled.
    CallerDisabled = "caller.disabled";
    /// An API key was made.
    ApiKeyCreated = "api_key.created";
    /// An API key was revoked.
    ApiKeyRevoked = "api_key.revoked";
}

numbered! {
    /// How it ended.
    EventOutcome {
        /// Done.
        Success = 1;
        /// Refused.
        Refused = 2;
        /// Seen.
        Noted = 3;
    }
}

/// A record of what happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The id.
    pub id: EventId,
    /// The tenant; `None`: the instance.
    pub tenant_id: Option<TenantId>,
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub kind: EventKind,
    /// How it ended.
    pub outcome: EventOutcome,
    /// Why, most informative first; at most 8.
    pub reasons: Vec<Reason>,
    /// The user it is about.
    pub user_id: Option<UserId>,
    /// The credential it is about.
    pub credential_id: Option<CredentialId>,
    /// The ceremony it belongs to.
    pub ceremony_id: Option<CeremonyId>,
    /// The caller that asked.
    pub caller_id: Option<CallerId>,
    /// The call's `request_id`.
    pub request_id: Option<String>,
    /// The call's W3C trace id.
    pub trace_id: Option<[u8; 16]>,
    /// Who acted for someone else's sake.
    pub acting_user: Option<ActingUser>,
    /// What the caller said about the end user's client.
    pub client: ClientContext,
}
