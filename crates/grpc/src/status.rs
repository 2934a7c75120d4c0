//! The one door for errors: what a use case, a decoder or a layer could not answer becomes a status here. No other file
//! names a code.
//!
//! A reason has one answer, whoever gives it: a code, a text for the developer of the calling service, and, where an end
//! user was refused, a sentence for him and what he may do. What a driver or a key file said stays in the log.

mod details;
mod next;
#[cfg(test)]
mod tests;

use std::{error::Error as StdError, time::Duration};

use keystead_domain::{Grant, Reason};
use keystead_proto::v1::ErrorReason;
use keystead_service::{Error, Fault, Refused, Signals};
use tonic::{Code, Status};

pub(crate) use self::details::reason_of;
use self::{
    details::Details,
    next::{
        CONFIRM, LAST_WAY_IN, NO_MORE_KEYS, NOT_ENOUGH, NOT_NOW, Next, OTHER_KEY, OTHER_MODEL, OTHER_WAY,
        SIGN_IN_FIRST, START_AGAIN, TOOK_TOO_LONG, TOUCH, WRONG_PAGE,
    },
};
use crate::decode::Violations;

/// What calling services are told about a reason.
struct Answer {
    code: Code,
    /// For the developer: what happened, then what to do about it where that is not plain. Never depends on data.
    text: &'static str,
    kind: Kind,
}

enum Kind {
    /// The calling service's to correct.
    Rejection,
    /// Ours; time may help.
    Fault { retry_after: Option<Duration> },
    /// The end user's evidence was not accepted, or is not enough.
    Refusal(Next),
}

const fn rejection(code: Code, text: &'static str) -> Answer {
    Answer { code, text, kind: Kind::Rejection }
}

const fn fault(code: Code, retry_after: Option<Duration>, text: &'static str) -> Answer {
    Answer { code, text, kind: Kind::Fault { retry_after } }
}

const fn refusal(next: Next, text: &'static str) -> Answer {
    Answer { code: Code::FailedPrecondition, text, kind: Kind::Refusal(next) }
}

const SOON: Option<Duration> = Some(Duration::from_secs(1));
/// The keyring looks for a new key file at most this often.
const AFTER_KEYS_ARE_READ: Option<Duration> = Some(Duration::from_secs(10));

/// The answer to a reason. The match is over the API's enum because the domain's is open to growth: here the compiler
/// asks for an answer to every reason.
#[expect(clippy::too_many_lines, reason = "a table with a line or two for every reason")]
const fn answer(reason: ErrorReason) -> Answer {
    use Code::{
        Aborted, AlreadyExists, DeadlineExceeded, FailedPrecondition, Internal, InvalidArgument, NotFound,
        PermissionDenied, ResourceExhausted, Unauthenticated, Unavailable,
    };
    use ErrorReason as R;
    match reason {
        R::FieldViolation => rejection(
            InvalidArgument,
            "a field is missing, malformed or out of range: correct the fields that BadRequest names",
        ),
        R::InvalidPageToken => rejection(
            InvalidArgument,
            "the page token is not of this list with these filters: start at the first page",
        ),
        R::RequestIdReused => rejection(
            InvalidArgument,
            "this request_id was used for another request: make a new one for each attempt",
        ),
        R::CallerUnauthenticated => {
            rejection(Unauthenticated, "no API key that works: send metadata `authorization: Bearer ks_…`")
        }
        R::CallerNotAllowed => rejection(
            PermissionDenied,
            "the caller lacks the grant that ErrorInfo names, or acts outside its tenant or level: SetCallerGrants gives a grant; only an instance-level caller makes and lists tenants, and it has AdminService only",
        ),
        R::Overloaded => fault(ResourceExhausted, SOON, "too many calls at once: try again later"),
        R::StorageUnavailable => fault(Unavailable, SOON, "the database is away or busy: try again later"),
        R::KeyUnavailable => {
            fault(Unavailable, AFTER_KEYS_ARE_READ, "no sealing key is active: try again later")
        }
        R::Deadline => fault(
            DeadlineExceeded,
            None,
            "the deadline passed before the answer: repeat the call with the same request_id",
        ),
        R::Unspecified | R::Internal => {
            fault(Internal, None, "a fault of Keystead's own: its log has the cause")
        }
        R::TenantNotFound => rejection(NotFound, "there is no such tenant: ListTenants has them all"),
        R::RelyingPartyNotFound => rejection(
            NotFound,
            "the tenant has no such relying party, or no default where none is named: CreateRelyingParty makes one",
        ),
        R::CallerNotFound => rejection(NotFound, "the tenant has no such caller: ListCallers has them all"),
        R::ApiKeyNotFound => {
            rejection(NotFound, "the tenant has no such API key: ListApiKeys has a caller's keys")
        }
        R::UserNotFound => rejection(NotFound, "the tenant has no such user: UpsertUser makes one"),
        R::CredentialNotFound => {
            rejection(NotFound, "the tenant has no such credential: ListCredentials has a user's")
        }
        R::ProfileNotFound => rejection(
            NotFound,
            "the tenant has no registration profile of this name: CreateRegistrationProfile makes one",
        ),
        R::TenantExists => rejection(AlreadyExists, "a tenant has this name: use it, or choose another name"),
        R::RelyingPartyExists => {
            rejection(AlreadyExists, "the tenant has a relying party with this RP ID: use it")
        }
        R::CallerExists => {
            rejection(AlreadyExists, "the tenant has a caller with this name: use it, or choose another name")
        }
        R::CeremonyTokenInvalid => rejection(
            InvalidArgument,
            "not a token of this ceremony in this tenant: bring what its Start gave, unchanged",
        ),
        R::CeremonyForeign => refusal(
            START_AGAIN,
            "the ceremony belongs to another caller, session_binding or user: bring the token of this browser session; it stays open",
        ),
        R::CeremonyExpired => refusal(TOOK_TOO_LONG, "the ceremony's time is over: start again"),
        R::CeremonyConsumed => refusal(
            START_AGAIN,
            "the ceremony was finished before: start again; only an unchanged call with its request_id is answered again",
        ),
        R::ChallengeMismatch => refusal(
            START_AGAIN,
            "the response answers the challenge of another ceremony: bring it with that one's token; this one stays open",
        ),
        R::FlowRequired => refusal(
            NO_MORE_KEYS,
            "the user has a usable credential: to add another needs the grant ceremony.register.unattended",
        ),
        R::StateChanged => refusal(
            START_AGAIN,
            "the user or the credential changed while the ceremony was open: start again",
        ),
        R::MoreFactorsRequired => refusal(
            NOT_ENOUGH,
            "one factor was shown, and that is no login: ask for another; where the credential's user_verification_initialized is true, start again with user_verification REQUIRED",
        ),
        R::UvRequired => refusal(CONFIRM, "user verification was required and not done: start again"),
        R::UpRequired => refusal(TOUCH, "the authenticator did not test the user's presence: start again"),
        R::UserMismatch => refusal(OTHER_WAY, "the credential belongs to another user than the one named"),
        R::WrongRp => refusal(
            OTHER_WAY,
            "the credential belongs to another relying party of the tenant: log in there; correct_rp_id in the metadata names it",
        ),
        R::CredentialUnknown => refusal(
            OTHER_WAY,
            "no such credential was registered here: pass signals.unknown_credential_json on to the browser",
        ),
        R::CredentialRevoked => refusal(OTHER_WAY, "the credential was revoked"),
        R::CredentialSuspended => refusal(OTHER_WAY, "the credential is suspended"),
        R::CredentialQuarantined => refusal(OTHER_WAY, "the credential is quarantined"),
        R::CredentialExists => refusal(OTHER_KEY, "a credential with this id is registered already"),
        R::CredentialLimit => refusal(
            NO_MORE_KEYS,
            "the user has as many credentials as he may have: let him revoke one; unused_credentials in the metadata names those he did not use for long",
        ),
        R::ResidentKeyRequired => {
            refusal(OTHER_KEY, "a discoverable credential was required and another was made")
        }
        R::AttachmentMismatch => refusal(OTHER_KEY, "the authenticator sits elsewhere than asked for"),
        R::ClientDataTypeMismatch => refusal(
            WRONG_PAGE,
            "clientData.type is the other ceremony's: the page calls navigator.credentials.create to register, get to log in",
        ),
        R::OriginMismatch => refusal(
            WRONG_PAGE,
            "the page's origin is not exactly one of the relying party's: compare with ListRelyingParties",
        ),
        R::CrossOriginNotAllowed => refusal(
            WRONG_PAGE,
            "the page was framed by another origin: SetRelyingPartyOrigins allows top_origins",
        ),
        R::TopOriginMismatch => refusal(
            WRONG_PAGE,
            "the framing origin is not one of the relying party's top_origins: compare with ListRelyingParties",
        ),
        R::CredentialTypeInvalid => refusal(
            OTHER_WAY,
            "the response's type is not `public-key`: pass the browser's answer on unchanged",
        ),
        R::CredentialIdMismatch => {
            refusal(OTHER_WAY, "id and rawId differ: pass the browser's answer on unchanged")
        }
        R::CredentialIdLength => refusal(OTHER_WAY, "the credential id is empty or longer than 1023 bytes"),
        R::AttestedCredentialIdMismatch => refusal(OTHER_KEY, "the id in authenticatorData is not rawId"),
        R::AuthenticatorDataMalformed => refusal(OTHER_WAY, "authenticatorData cannot be read"),
        R::AuthenticatorDataTrailingBytes => {
            refusal(OTHER_WAY, "authenticatorData is followed by further bytes")
        }
        R::RpIdMismatch => refusal(OTHER_WAY, "the authenticator answered for another RP ID"),
        R::BackupStateInvalid => refusal(OTHER_WAY, "backed up (flag BS) without backup eligible (flag BE)"),
        R::UserHandleMissing => refusal(
            OTHER_WAY,
            "no user was named and the authenticator returned no user handle: name the user at Start",
        ),
        R::UserHandleMismatch => refusal(OTHER_WAY, "the user handle is not the credential owner's"),
        R::SignatureInvalid => refusal(OTHER_WAY, "the signature does not verify"),
        R::CounterRegressed => refusal(OTHER_WAY, "the signature counter went backwards"),
        R::AttestationMalformed => refusal(OTHER_KEY, "the attestation object cannot be read"),
        R::AttestationStatementMalformed => {
            refusal(OTHER_KEY, "the attestation statement is not what its format says")
        }
        R::AttestationStatementUnexpected => refusal(OTHER_KEY, "attestation format `none` with a statement"),
        R::AttestationSignatureInvalid => refusal(OTHER_KEY, "the attestation signature does not verify"),
        R::PublicKeyMalformed => refusal(OTHER_KEY, "the public key cannot be read or is not on its curve"),
        R::PublicKeyAlgorithmMismatch => {
            refusal(OTHER_KEY, "the public key's type or curve does not fit its algorithm")
        }
        R::AlgorithmNotOffered => refusal(OTHER_KEY, "the public key's algorithm was not asked for"),
        R::AttestationUntrusted => refusal(
            OTHER_MODEL,
            "the key's attestation leads to none of the registration profile's roots, or there is none: name another root, or accept what is not trusted",
        ),
        R::AttestationUnsupported => refusal(
            OTHER_MODEL,
            "attestation was asked for, and one of this format, or about a key of this algorithm, cannot be judged here",
        ),
        R::WouldLockOut => refusal(
            LAST_WAY_IN,
            "the user would have no way left to log in, and nothing was changed: let him add a passkey first, or name in remaining_methods what else he logs in with; who acts for his sake may set acknowledge_lockout",
        ),
        R::UnreachableUsers => rejection(
            FailedPrecondition,
            "users would have no way left to log in, and nothing was changed: PreviewRegistrationProfile names some of them; acknowledge_lockout goes on all the same",
        ),
        R::AuthenticatorNotAllowed => {
            refusal(OTHER_MODEL, "the registration profile does not accept this model of authenticator")
        }
        R::AccountPending => {
            refusal(NOT_NOW, "the user's sign-up is not complete: SetLifecycle with ACTIVE completes it")
        }
        R::AccountDeactivated => {
            refusal(NOT_NOW, "the user's account is closed: SetLifecycle opens it again")
        }
        R::AccountDormant => refusal(
            SIGN_IN_FIRST,
            "the user was not seen for long: he logs in before he registers, or SetLifecycle with ACTIVE brings him back",
        ),
        R::StateVersionStale => rejection(
            Aborted,
            "a later state_version was accepted before: this change is overtaken, and there is nothing to do",
        ),
        R::AlgorithmUnsupported => refusal(
            OTHER_KEY,
            "no key of this algorithm, length or curve can be verified here: the user registers another",
        ),
        R::UserHandleConflict => refusal(
            OTHER_KEY,
            "the user has another user handle at this relying party, or another user has this one: correct whose row it is",
        ),
        R::UserVerificationUnknown => refusal(
            OTHER_KEY,
            "nobody said whether the user was verified at registration: say it in the row, or in unknown_user_verification of the import",
        ),
    }
}

/// The reason as the API numbers it; a test holds the two lists against each other.
pub(crate) fn wire(reason: Reason) -> ErrorReason {
    ErrorReason::try_from(i32::from(reason.number())).unwrap_or(ErrorReason::Internal)
}

/// The status of a call that a use case did not answer with its value. Faults are logged here, once.
pub(crate) fn of(error: Error) -> Status {
    match error {
        Error::Invalid { field, problem } => Violations::one(field, problem).into(),
        Error::Rejected(reason) => because(reason),
        Error::Refused(Refused { reason, signals, metadata }) => {
            let metadata: Vec<_> = metadata.iter().map(|(key, value)| (*key, value.as_str())).collect();
            status(reason, signals, &metadata)
        }
        Error::Unreachable { users } => {
            status(Reason::UnreachableUsers, Signals::default(), &[("users", &users.to_string())])
        }
        Error::Fault(fault) => because(logged(&fault)),
    }
}

/// The status of a reason that says everything.
pub(crate) fn because(reason: Reason) -> Status {
    status(reason, Signals::default(), &[])
}

/// The work on one message of a stream, or the status where it takes longer than that; it is dropped then where it stands.
pub(crate) async fn within<T>(
    limit: Duration,
    work: impl Future<Output = Result<T, Status>>,
) -> Result<T, Status> {
    tokio::time::timeout(limit, work).await.unwrap_or_else(|_| Err(because(Reason::Deadline)))
}

/// The status of a caller that lacks a grant.
pub(crate) fn not_allowed(lacking: Grant) -> Status {
    status(Reason::CallerNotAllowed, Signals::default(), &[("grant", lacking.as_str())])
}

/// The status of a call that comes before the server has found its database migrated: `STORAGE_UNAVAILABLE`.
#[must_use]
pub fn starting() -> Status {
    because(Reason::StorageUnavailable)
}

/// The status of an RPC that this version does not have.
pub(crate) fn unknown_rpc() -> Status {
    Status::new(Code::Unimplemented, "this version has no such RPC")
}

impl From<Violations> for Status {
    fn from(violations: Violations) -> Self {
        let text = violations.to_string();
        let Answer { code, .. } = answer(ErrorReason::FieldViolation);
        let mut details = Details::of(Reason::FieldViolation);
        details.put_violations(violations);
        let details = details.encode(code as i32, &text);
        Self::with_details(code, text, details)
    }
}

fn status(reason: Reason, signals: Signals, metadata: &[(&str, &str)]) -> Status {
    let wire = wire(reason);
    let Answer { code, text, kind } = answer(wire);
    let mut details = Details::with_metadata(reason, metadata);
    match kind {
        Kind::Rejection | Kind::Fault { retry_after: None } => {}
        Kind::Fault { retry_after: Some(delay) } => details.put_retry_after(delay),
        Kind::Refusal(next) => details.put_refusal(wire, next, signals),
    }
    Status::with_details(code, text, details.encode(code as i32, text))
}

/// Logs a fault with what caused it, and gives the reason the calling service is told.
fn logged(fault: &Fault) -> Reason {
    let reason = fault.reason();
    // The fault repeats the store's words; what the driver said lies below them.
    let cause = fault.source().and_then(StdError::source).map(tracing::field::display);
    if reason == Reason::Internal {
        tracing::error!(error = %fault, cause, "a call failed");
    } else {
        tracing::warn!(error = %fault, cause, reason = reason.as_str(), "a call failed for now");
    }
    reason
}

/// The status of a call that failed before it answered anything: tonic leaves it in the extensions of the response.
pub(crate) fn left_in<B>(response: &http::Response<B>) -> Option<&Status> {
    response.extensions().get()
}

/// How a call ended, `None` being well: its code's name and, where it is not OK, the reason.
pub(crate) fn outcome(status: Option<&Status>) -> (&'static str, Option<String>) {
    match status {
        Some(status) => (code_name(status.code()), reason_of(status)),
        None => (code_name(Code::Ok), None),
    }
}

/// Whether a status says that something of ours is broken, busy or away.
pub(crate) fn is_fault(status: &Status) -> bool {
    use Code::{DeadlineExceeded, Internal, ResourceExhausted, Unavailable};
    matches!(status.code(), DeadlineExceeded | Internal | ResourceExhausted | Unavailable)
}

/// The status of a stream that came to its end.
pub(crate) fn ended_well() -> Status {
    Status::new(Code::Ok, "")
}

/// The status of a stream whose reader went away. It reaches the log only.
pub(crate) fn taken_back() -> Status {
    Status::new(Code::Cancelled, "")
}

/// How a call ended whose caller went away before the answer.
pub(crate) const CANCELLED: &str = code_name(Code::Cancelled);

/// The name of a code in the gRPC specification.
const fn code_name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}
