//! Ids, users, credentials, callers, events and the rules over them: types and pure functions.
//!
//! Nothing here knows a database, a wire format or a cipher. Time and randomness come in as arguments.

mod aaguid_rule;
mod algorithm;
mod attestation_rule;
mod authenticator_model;
mod caller;
mod client_context;
mod counter;
mod credential;
mod credential_state;
mod event;
mod grant;
mod id;
mod lifecycle;
mod lockout;
mod login;
mod numbered;
mod origin;
mod outcome;
mod reason;
mod registration_profile;
mod relying_party;
mod tenant;
mod text;
mod time;
mod user;
mod webauthn;

pub use aaguid_rule::{AaguidMode, AaguidRule};
pub use algorithm::Algorithm;
pub use attestation_rule::{AttestationRule, UntrustedAttestation};
pub use authenticator_model::{AuthenticatorModel, SyncModel};
pub use caller::{ApiKey, Caller, CallerState};
pub use client_context::ClientContext;
pub use counter::{Counter, CounterRule};
pub use credential::{
    Attestation, AttestationTrust, Credential, CredentialSource, CredentialUse, Descriptor,
};
pub use credential_state::{CredentialAction, CredentialState};
pub use event::{Event, EventKind, EventOutcome};
pub use grant::{Grant, GrantSet, UnknownGrant};
pub use id::{
    ApiKeyId, CallerId, CeremonyId, CredentialId, EventId, IdError, ProfileId, RelyingPartyId, TenantId,
    UserId,
};
pub use lifecycle::Lifecycle;
pub use login::{METHOD_PASSKEY_UV, amr, judge_simple_login};
pub use origin::{Origin, OriginError, RelatedOrigin, TopOrigin};
pub use outcome::{AttemptId, CeremonyKind, CeremonyOutcome, Verdict};
pub use reason::Reason;
pub use registration_profile::{RegistrationOverrides, RegistrationProfile, RegistrationTerms, TermsError};
pub use relying_party::{RelyingParty, RpId, RpIdError};
pub use tenant::Tenant;
pub use text::{ActingUser, DisplayName, Method, MethodError, Name, RequestId, SessionBinding, TextError};
pub use time::Timestamp;
pub use user::{Epoch, ExternalId, User, UserRef};
pub use webauthn::{
    Aaguid, AaguidError, Attachment, AttestationConveyance, Challenge, Hint, LengthError, Mediation,
    ResidentKey, Transport, UserHandle, UserVerification, WebauthnId,
};
