//! What the page is told: the members of the API's messages under the API's JSON names. Times are milliseconds since
//! 1970, which is what the browser's `Date` takes.

use keystead_domain::{
    Attachment, AttestationTrust, Credential, CredentialState, Event, EventOutcome, Timestamp,
};
use keystead_service::{CredentialAtRp, ceremony::Login};
use serde::Serialize;

/// What the browser is asked.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Options {
    /// For `PublicKeyCredential.parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON`.
    pub(super) options_json: String,
}

/// `keystead.v1.Authentication`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Authentication {
    user: UserSummary,
    credential: CredentialView,
    methods: Vec<&'static str>,
    user_verified: bool,
    amr: Vec<&'static str>,
    authenticate_time: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UserSummary {
    user_id: String,
    external_id: String,
}

/// `keystead.v1.Credential`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CredentialView {
    credential_id: String,
    user_id: String,
    rp_id: String,
    display_name: String,
    provider: Provider,
    state: &'static str,
    algorithm: i32,
    transports: Vec<String>,
    attachment: Option<&'static str>,
    discoverable: Option<bool>,
    backup_eligible: bool,
    backed_up: bool,
    user_verification_seen: bool,
    attestation: AttestationView,
    sign_count: u32,
    create_time: u64,
    last_use_time: Option<u64>,
}

#[derive(Serialize)]
struct Provider {
    aaguid: String,
}

#[derive(Serialize)]
struct AttestationView {
    format: String,
    trust: &'static str,
}

/// `keystead.v1.Event`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct EventView {
    event_id: String,
    event_time: u64,
    #[serde(rename = "type")]
    kind: &'static str,
    outcome: &'static str,
    reasons: Vec<&'static str>,
    user_id: Option<String>,
    credential_id: Option<String>,
    ceremony_id: Option<String>,
}

impl From<Login> for Authentication {
    fn from(login: Login) -> Self {
        Self {
            user: UserSummary {
                user_id: login.user.id.to_string(),
                external_id: login.user.external_id.as_str().to_owned(),
            },
            credential: login.credential.into(),
            methods: login.methods,
            user_verified: login.user_verified,
            amr: login.amr,
            authenticate_time: login.authenticated_at.unix_millis(),
        }
    }
}

impl From<CredentialAtRp> for CredentialView {
    fn from(CredentialAtRp { credential, rp_id }: CredentialAtRp) -> Self {
        let Credential { attestation, .. } = credential;
        Self {
            credential_id: credential.id.to_string(),
            user_id: credential.user_id.to_string(),
            rp_id: rp_id.as_str().to_owned(),
            display_name: credential.display_name.as_str().to_owned(),
            provider: Provider { aaguid: credential.aaguid.to_string() },
            state: state(credential.state),
            algorithm: credential.algorithm.cose(),
            transports: credential.transports.iter().map(|t| t.as_str().to_owned()).collect(),
            attachment: credential.attachment.map(attachment),
            discoverable: credential.discoverable,
            backup_eligible: credential.backup_eligible,
            backed_up: credential.backed_up,
            user_verification_seen: credential.user_verification_seen,
            attestation: AttestationView { trust: trust(attestation.trust), format: attestation.format },
            sign_count: credential.sign_count,
            create_time: credential.created_at.unix_millis(),
            last_use_time: credential.last_used_at.map(Timestamp::unix_millis),
        }
    }
}

impl From<Event> for EventView {
    fn from(event: Event) -> Self {
        Self {
            event_id: event.id.to_string(),
            event_time: event.at.unix_millis(),
            kind: event.kind.as_str(),
            outcome: outcome(event.outcome),
            reasons: event.reasons.iter().map(|reason| reason.as_str()).collect(),
            user_id: event.user_id.map(|id| id.to_string()),
            credential_id: event.credential_id.map(|id| id.to_string()),
            ceremony_id: event.ceremony_id.map(|id| id.to_string()),
        }
    }
}

const fn state(state: CredentialState) -> &'static str {
    match state {
        CredentialState::Active => "CREDENTIAL_STATE_ACTIVE",
        CredentialState::Suspended => "CREDENTIAL_STATE_SUSPENDED",
        CredentialState::Quarantined => "CREDENTIAL_STATE_QUARANTINED",
        CredentialState::Revoked => "CREDENTIAL_STATE_REVOKED",
        CredentialState::Superseded => "CREDENTIAL_STATE_SUPERSEDED",
    }
}

const fn attachment(attachment: Attachment) -> &'static str {
    match attachment {
        Attachment::Platform => "ATTACHMENT_PLATFORM",
        Attachment::CrossPlatform => "ATTACHMENT_CROSS_PLATFORM",
    }
}

const fn trust(trust: AttestationTrust) -> &'static str {
    match trust {
        AttestationTrust::None => "ATTESTATION_TRUST_NONE",
        AttestationTrust::SelfSigned => "ATTESTATION_TRUST_SELF",
        AttestationTrust::Unverified => "ATTESTATION_TRUST_UNVERIFIED",
        AttestationTrust::Trusted => "ATTESTATION_TRUST_TRUSTED",
        AttestationTrust::Failed => "ATTESTATION_TRUST_FAILED",
    }
}

const fn outcome(outcome: EventOutcome) -> &'static str {
    match outcome {
        EventOutcome::Success => "EVENT_OUTCOME_SUCCESS",
        EventOutcome::Refused => "EVENT_OUTCOME_REFUSED",
        EventOutcome::Noted => "EVENT_OUTCOME_NOTED",
    }
}
