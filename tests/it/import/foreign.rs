//! Keys that were registered at another server: the device that holds one, and the row that the other server kept.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use keystead_authenticator::{Authenticator, Credential, Settings};
use keystead_domain::Aaguid;
use keystead_service::ImportFormat;
use serde_json::{Value, json};

use crate::world::{ORIGIN, base64url};

/// A key of another server.
pub(super) struct Foreign {
    pub(super) device: Authenticator,
    name: String,
    handle: Vec<u8>,
}

impl Foreign {
    /// A synced passkey, registered with user verification.
    pub(super) fn passkey(seed: u64, name: &str, handle: &[u8]) -> Self {
        Self::with_settings(seed, name, handle, Settings::synced_passkey())
    }

    /// A key of any kind.
    pub(super) fn with_settings(seed: u64, name: &str, handle: &[u8], settings: Settings) -> Self {
        let resident_key = if settings.resident_keys { "required" } else { "discouraged" };
        let algorithms = [-7, -257].map(|alg| json!({ "type": "public-key", "alg": alg }));
        let options = json!({
            "challenge": "AAAA",
            "rp": { "id": "example.org", "name": "Elsewhere" },
            "user": { "id": base64url(handle), "name": name, "displayName": name },
            "pubKeyCredParams": algorithms,
            "authenticatorSelection": { "residentKey": resident_key },
        });
        let mut device = Authenticator::with_settings(seed, settings);
        device.create(&options.to_string(), ORIGIN).expect("a key");
        Self { device, name: name.to_owned(), handle: handle.to_vec() }
    }

    fn key(&self) -> &Credential {
        self.device.credentials().first().expect("a key")
    }

    pub(super) fn public_key(&self) -> Vec<u8> {
        self.key().public_key()
    }

    /// The row that a server keeps of it, by the documentation of each.
    pub(super) fn row(&self, format: ImportFormat) -> Value {
        match format {
            ImportFormat::Keystead => self.keystead(),
            ImportFormat::SimpleWebauthn => self.simple_webauthn(),
            ImportFormat::GoWebauthn => self.go_webauthn(),
            ImportFormat::Hanko => self.hanko(),
        }
    }

    /// `keystead.v1.CredentialRecord`.
    fn keystead(&self) -> Value {
        let (key, settings) = (self.key(), &self.device.settings);
        json!({
            "externalId": self.name,
            "userDisplayName": capitalised(&self.name),
            "userHandle": STANDARD.encode(&self.handle),
            "rpId": key.rp_id(),
            "webauthnId": STANDARD.encode(key.id()),
            "publicKey": STANDARD.encode(key.public_key()),
            "algorithm": key.algorithm().cose(),
            "signCount": key.counter(),
            "aaguid": Aaguid(settings.aaguid).to_string(),
            "attestationFormat": "none",
            "transports": settings.transports,
            "discoverable": key.is_discoverable(),
            "backupEligible": settings.backup_eligible,
            "backedUp": settings.backed_up,
            "userVerificationInitialized": settings.user_verification,
            "createTime": "2025-05-01T10:00:00Z",
        })
    }

    /// <https://simplewebauthn.dev/docs/packages/server#additional-data-structures>; the public key is a `Uint8Array`.
    fn simple_webauthn(&self) -> Value {
        let (key, settings) = (self.key(), &self.device.settings);
        let bytes = key.public_key().into_iter().enumerate();
        json!({
            "user": { "id": self.name, "username": capitalised(&self.name) },
            "webauthnUserID": base64url(&self.handle),
            "id": base64url(key.id()),
            "publicKey": bytes.map(|(index, byte)| (index.to_string(), json!(byte))).collect::<Value>(),
            "counter": key.counter(),
            "deviceType": if settings.backup_eligible { "multiDevice" } else { "singleDevice" },
            "backedUp": settings.backed_up,
            "transports": settings.transports,
        })
    }

    /// go-webauthn's `webauthn.Credential`, as its fields are tagged for JSON, with its user.
    fn go_webauthn(&self) -> Value {
        let (key, settings) = (self.key(), &self.device.settings);
        json!({
            "externalId": self.name,
            "userHandle": base64url(&self.handle),
            "displayName": capitalised(&self.name),
            "credential": {
                "id": STANDARD.encode(key.id()),
                "publicKey": STANDARD.encode(key.public_key()),
                "attestationType": "none",
                "transport": settings.transports,
                "flags": {
                    "userPresent": true,
                    "userVerified": settings.user_verification,
                    "backupEligible": settings.backup_eligible,
                    "backupState": settings.backed_up,
                },
                "authenticator": {
                    "AAGUID": STANDARD.encode(settings.aaguid),
                    "signCount": key.counter(),
                    "cloneWarning": false,
                    "attachment": "platform",
                },
            },
        })
    }

    /// Hanko's table `webauthn_credentials`; the handle is the bytes of the user's id.
    fn hanko(&self) -> Value {
        let (key, settings) = (self.key(), &self.device.settings);
        json!({
            "id": URL_SAFE_NO_PAD.encode(key.id()),
            "name": null,
            "user_id": self.name,
            "public_key": STANDARD.encode(key.public_key()),
            "attestation_type": "none",
            "aaguid": Aaguid(settings.aaguid).to_string(),
            "sign_count": key.counter(),
            "last_used_at": "2026-01-02T03:04:05Z",
            "created_at": "2025-05-01T10:00:00Z",
            "updated_at": "2026-01-02T03:04:05Z",
            "transports": settings.transports,
            "backup_eligible": settings.backup_eligible,
            "backup_state": settings.backed_up,
            "mfa_only": false,
        })
    }
}

fn capitalised(name: &str) -> String {
    let (first, rest) = name.split_at(1);
    first.to_uppercase() + rest
}
