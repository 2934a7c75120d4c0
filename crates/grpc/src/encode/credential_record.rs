//! Credentials as they are given away.

use keystead_proto::v1;
use keystead_service::{ExportPage, Exported};

use super::{credential, time, webauthn};

pub(crate) fn exported(page: ExportPage) -> v1::ExportCredentialsResponse {
    v1::ExportCredentialsResponse {
        records: page.records.into_iter().map(record).collect(),
        resume_token: page.resume_token,
    }
}

fn record(exported: Exported) -> v1::CredentialRecord {
    let Exported { row, rp_id } = exported;
    let credential = row.credential;
    v1::CredentialRecord {
        external_id: row.external_id.as_str().to_owned(),
        user_display_name: row.user_display_name.as_str().to_owned(),
        user_handle: row.handle.map(|handle| handle.as_bytes().to_vec()).unwrap_or_default(),
        rp_id: rp_id.as_str().to_owned(),
        webauthn_id: credential.webauthn_id.as_bytes().to_vec(),
        algorithm: credential.algorithm.cose(),
        sign_count: credential.sign_count,
        aaguid: credential.aaguid.to_string(),
        transports: webauthn::transports(&credential.transports),
        attachment: webauthn::attachment(credential.attachment),
        discoverable: credential.discoverable,
        backup_eligible: Some(credential.backup_eligible),
        backed_up: Some(credential.backed_up),
        // Elsewhere it is an import, and has to say itself that verification counts.
        user_verification_initialized: Some(credential.user_verification_counts()),
        display_name: credential.display_name.as_str().to_owned(),
        state: credential::state(credential.state),
        create_time: Some(time(credential.created_at)),
        last_use_time: credential.last_used_at.map(time),
        user_id: credential.user_id.to_string(),
        credential_id: credential.id.to_string(),
        public_key: credential.public_key,
        attestation_format: credential.attestation.format,
    }
}
