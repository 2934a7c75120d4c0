//! Ids, users, credentials, callers, events and the rules over them: types and pure functions.
//!
//! Nothing here knows a database, a wire format or a cipher. Time and randomness come in as arguments.

mod caller;
mod client_context;
mod credential;
mod event;
mod grant;
mod id;
mod login;
mod origin;
mod outcome;
mod reason;
mod relying_party;
mod tenant;
mod text;
mod time;
mod user;
mod webauthn;

pub use caller::{ApiKey, Caller, CallerState};
pub use client_context::ClientContext;
pub use credential::{Attestation, AttestationTrust, Counter, Credential, CredentialState, Descriptor};
pub use event::{Event, EventKind, EventOutcome};
pub use grant::{Grant, GrantSet, UnknownGrant};
pub use id::{
    ApiKeyId, CallerId, CeremonyId, CredentialId, EventId, IdError, RelyingPartyId, TenantId, UserId,
};
pub use login::{METHOD_PASSKEY_UV, amr, judge_simple_login};
pub use origin::{Origin, OriginError, TopOrigin};
pub use outcome::{AttemptId, CeremonyKind, CeremonyOutcome, Verdict};
pub use reason::Reason;
pub use relying_party::{RelyingParty, RpId, RpIdError};
pub use tenant::Tenant;
pub use text::{ActingUser, DisplayName, Name, RequestId, SessionBinding, TextError};
pub use time::Timestamp;
pub use user::{Epoch, ExternalId, User, UserRef};
pub use webauthn::{
    Aaguid, Algorithm, Attachment, Challenge, Hint, LengthError, Mediation, ResidentKey, Transport,
    UserHandle, UserVerification, WebauthnId,
};
