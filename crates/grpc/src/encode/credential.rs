//! Credentials in answers.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use keystead_domain::{Attestation, AttestationTrust, CredentialState};
use keystead_proto::v1;
use keystead_service::CredentialAtRp;

use super::{time, webauthn};

pub(crate) fn credential(at_rp: &CredentialAtRp) -> v1::Credential {
    let CredentialAtRp { credential, rp_id } = at_rp;
    v1::Credential {
        credential_id: credential.id.to_string(),
        webauthn_id: URL_SAFE_NO_PAD.encode(credential.webauthn_id.as_bytes()),
        user_id: credential.user_id.to_string(),
        rp_id: rp_id.as_str().to_owned(),
        display_name: credential.display_name.as_str().to_owned(),
        // No attestation is verified against anybody's root, so none proves the AAGUID.
        provider: Some(v1::Provider { aaguid: credential.aaguid.to_string(), verified: false }),
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
    }
}

fn state(state: CredentialState) -> i32 {
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
