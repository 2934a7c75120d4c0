//! `keystead.v1.Credential`.

use keystead_domain::{
    Attachment, AttestationTrust, Credential, CredentialSource, CredentialState, CredentialUse, SyncModel,
    Timestamp,
};
use keystead_service::{CredentialAtRp, Provider};
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "members of the message, each with a name of its own")]
pub(crate) struct CredentialView {
    credential_id: String,
    user_id: String,
    rp_id: String,
    display_name: String,
    provider: ProviderView,
    state: &'static str,
    algorithm: i32,
    transports: Vec<String>,
    attachment: Option<&'static str>,
    discoverable: Option<bool>,
    backup_eligible: bool,
    backed_up: bool,
    user_verification_seen: bool,
    user_verification_initialized: bool,
    attestation: AttestationView,
    sign_count: u32,
    create_time: u64,
    last_use_time: Option<u64>,
    source: &'static str,
    profile: String,
    creation: UseView,
    last_use: Option<UseView>,
    use_count: u64,
    reported_lost: bool,
    state_change_time: Option<u64>,
    usable: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ProviderView {
    aaguid: String,
    name: String,
    verified: bool,
    sync_model: Option<&'static str>,
}

#[derive(Serialize)]
struct AttestationView {
    format: String,
    trust: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UseView {
    origin: String,
    user_agent: String,
    country: String,
    attachment: Option<&'static str>,
    user_verified: bool,
}

impl From<CredentialAtRp> for CredentialView {
    fn from(CredentialAtRp { credential, rp_id, provider, usable }: CredentialAtRp) -> Self {
        let Credential { attestation, creation, last_use, last_used_at, .. } = credential;
        Self {
            credential_id: credential.id.to_string(),
            user_id: credential.user_id.to_string(),
            rp_id: rp_id.as_str().to_owned(),
            display_name: credential.display_name.as_str().to_owned(),
            provider: ProviderView::new(credential.aaguid.to_string(), &provider),
            state: state(credential.state),
            algorithm: credential.algorithm.cose(),
            transports: credential.transports.iter().map(|t| t.as_str().to_owned()).collect(),
            attachment: credential.attachment.map(attachment),
            discoverable: credential.discoverable,
            backup_eligible: credential.backup_eligible,
            backed_up: credential.backed_up,
            user_verification_seen: credential.user_verification_seen,
            user_verification_initialized: credential.user_verification_initialized,
            attestation: AttestationView { trust: trust(attestation.trust), format: attestation.format },
            sign_count: credential.sign_count,
            create_time: credential.created_at.unix_millis(),
            last_use_time: last_used_at.map(Timestamp::unix_millis),
            source: source(credential.source),
            profile: credential.profile.as_str().to_owned(),
            creation: creation.into(),
            last_use: last_used_at.map(|_| last_use.into()),
            use_count: credential.use_count,
            reported_lost: credential.lost_at.is_some(),
            state_change_time: credential.state_changed_at.map(Timestamp::unix_millis),
            usable,
        }
    }
}

impl ProviderView {
    fn new(aaguid: String, provider: &Provider) -> Self {
        Self {
            aaguid,
            name: provider.name.as_ref().map_or("", |name| name.as_str()).to_owned(),
            verified: provider.verified,
            sync_model: provider.sync_model.map(sync_model),
        }
    }
}

impl From<CredentialUse> for UseView {
    fn from(used: CredentialUse) -> Self {
        Self {
            origin: used.origin,
            user_agent: used.user_agent,
            country: used.country,
            attachment: used.attachment.map(attachment),
            user_verified: used.user_verified,
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

const fn source(source: CredentialSource) -> &'static str {
    match source {
        CredentialSource::Registration => "CREDENTIAL_SOURCE_REGISTRATION",
        CredentialSource::Conditional => "CREDENTIAL_SOURCE_CONDITIONAL",
        CredentialSource::Import => "CREDENTIAL_SOURCE_IMPORT",
    }
}

const fn sync_model(model: SyncModel) -> &'static str {
    match model {
        SyncModel::Synced => "SYNC_MODEL_SYNCED",
        SyncModel::DeviceBound => "SYNC_MODEL_DEVICE_BOUND",
        SyncModel::Mixed => "SYNC_MODEL_MIXED",
    }
}

pub(super) const fn attachment(attachment: Attachment) -> &'static str {
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
