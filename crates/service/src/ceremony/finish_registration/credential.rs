//! The credential that a registration makes.

use keystead_ceremony::registration::Registered;
use keystead_domain::{
    Credential, CredentialId, CredentialSource, CredentialState, CredentialUse, DisplayName, Epoch, Name,
    TenantId, UserId,
};
use keystead_keyring::digest;

use super::super::{attempt::Attempt, usage};

/// Whose it is, and what else does not come from the authenticator.
pub(super) struct New<'a> {
    pub(super) id: CredentialId,
    pub(super) owner: (UserId, Epoch),
    pub(super) profile: &'a Name,
    pub(super) display_name: &'a DisplayName,
}

impl New<'_> {
    pub(super) fn credential(self, attempt: &Attempt, registered: Registered) -> Credential {
        let (now, client) = (attempt.opened.now, &attempt.call.client);
        let (user_id, user_epoch) = self.owner;
        let Registered { user_verified, conditional, attachment, .. } = registered;
        Credential {
            id: self.id,
            webauthn_id: registered.webauthn_id,
            user_id,
            user_epoch,
            relying_party_id: attempt.opened.relying_party.id,
            display_name: self.display_name.clone(),
            state: CredentialState::Active,
            public_key: registered.public_key,
            algorithm: registered.algorithm,
            sign_count: registered.sign_count,
            sign_count_regressions: 0,
            aaguid: registered.aaguid,
            attestation: registered.attestation,
            transports: registered.transports,
            attachment,
            discoverable: registered.discoverable,
            backup_eligible: registered.backup_eligible,
            backed_up: registered.backed_up,
            user_verification_seen: user_verified,
            created_at: now,
            last_used_at: None,
            // What was made without a dialog has yet to show it, whatever flag it came with.
            user_verification_initialized: user_verified && !conditional,
            source: if conditional { CredentialSource::Conditional } else { CredentialSource::Registration },
            profile: self.profile.clone(),
            device_hash: client.device_handle.as_deref().map(|it| device_hash(attempt.opened.tenant, it)),
            creation: usage::of(client, registered.origin, attachment, user_verified),
            last_use: CredentialUse::default(),
            use_count: 0,
            lost_at: None,
            state_changed_at: None,
        }
    }
}

/// Tells devices apart without keeping what the front end calls them; no two tenants see the same one.
fn device_hash(tenant: TenantId, handle: &str) -> [u8; 32] {
    digest::sha256(&[tenant.as_bytes(), b"keystead/device", handle.as_bytes()])
}
