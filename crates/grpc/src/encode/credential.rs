//! Credentials in answers.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use keystead_domain::{
    Attestation, AttestationTrust, CredentialSource, CredentialState, CredentialUse, SyncModel,
};
use keystead_proto::v1;
use keystead_service::{CredentialAtRp, Managed, Provider};

use super::{time, webauthn};

pub(crate) fn credential(at_rp: &CredentialAtRp) -> v1::Credential {
    let CredentialAtRp { credential, rp_id, provider, usable } = at_rp;
    v1::Credential {
        credential_id: credential.id.to_string(),
        webauthn_id: URL_SAFE_NO_PAD.encode(credential.webauthn_id.as_bytes()),
        user_id: credential.user_id.to_string(),
        rp_id: rp_id.as_str().to_owned(),
        display_name: credential.display_name.as_str().to_owned(),
        provider: Some(self::provider(credential.aaguid.to_string(), provider)),
        state: state(credential.state),
        algorithm: credential.algorithm.cose(),
        transports: webauthn::transports(&credential.transports),
        attachment: webauthn::attachment(credential.attachment),
        discoverable: credential.discoverable,
        backup_eligible: credential.backup_eligible,
        backed_up: credential.backed_up,
        user_verification_seen: credential.user_verification_seen,
        attestation: Some(attestation(&credential.attestation)),
        sign_count: credential.sign_count,
        create_time: Some(time(credential.created_at)),
        last_use_time: credential.last_used_at.map(time),
        user_verification_initialized: credential.user_verification_initialized,
        source: source(credential.source),
        profile: credential.profile.as_str().to_owned(),
        creation: Some(usage(&credential.creation)),
        last_use: credential.last_used_at.map(|_| usage(&credential.last_use)),
        use_count: credential.use_count,
        reported_lost: credential.lost_at.is_some(),
        state_change_time: credential.state_changed_at.map(time),
        usable: *usable,
    }
}

/// A credential that was changed, and what its owner's browser should be told.
pub(crate) fn managed(managed: Managed) -> (Option<v1::Credential>, Option<v1::Signals>) {
    (Some(credential(&managed.credential)), super::signals(managed.signals))
}

fn provider(aaguid: String, provider: &Provider) -> v1::Provider {
    v1::Provider {
        aaguid,
        name: provider.name.as_ref().map(|name| name.as_str().to_owned()).unwrap_or_default(),
        verified: provider.verified,
        sync_model: sync_model(provider.sync_model),
    }
}

pub(super) fn sync_model(model: Option<SyncModel>) -> i32 {
    let word = match model {
        None => v1::SyncModel::Unspecified,
        Some(SyncModel::Synced) => v1::SyncModel::Synced,
        Some(SyncModel::DeviceBound) => v1::SyncModel::DeviceBound,
        Some(SyncModel::Mixed) => v1::SyncModel::Mixed,
    };
    word.into()
}

fn source(source: CredentialSource) -> i32 {
    let word = match source {
        CredentialSource::Registration => v1::CredentialSource::Registration,
        CredentialSource::Conditional => v1::CredentialSource::Conditional,
        CredentialSource::Import => v1::CredentialSource::Import,
    };
    word.into()
}

fn usage(usage: &CredentialUse) -> v1::CredentialUse {
    v1::CredentialUse {
        origin: usage.origin.clone(),
        user_agent: usage.user_agent.clone(),
        country: usage.country.clone(),
        attachment: webauthn::attachment(usage.attachment),
        user_verified: usage.user_verified,
    }
}

pub(super) fn state(state: CredentialState) -> i32 {
    let word = match state {
        CredentialState::Active => v1::CredentialState::Active,
        CredentialState::Suspended => v1::CredentialState::Suspended,
        CredentialState::Quarantined => v1::CredentialState::Quarantined,
        CredentialState::Revoked => v1::CredentialState::Revoked,
        CredentialState::Superseded => v1::CredentialState::Superseded,
    };
    word.into()
}

fn attestation(attestation: &Attestation) -> v1::Attestation {
    let trust = match attestation.trust {
        AttestationTrust::None => v1::AttestationTrust::None,
        AttestationTrust::SelfSigned => v1::AttestationTrust::Self_,
        AttestationTrust::Unverified => v1::AttestationTrust::Unverified,
        AttestationTrust::Trusted => v1::AttestationTrust::Trusted,
        AttestationTrust::Failed => v1::AttestationTrust::Failed,
    };
    v1::Attestation { format: attestation.format.clone(), trust: trust.into() }
}
