//! What the browser is asked: options as JSON, exactly as `PublicKeyCredential.parseCreationOptionsFromJSON` and
//! `parseRequestOptionsFromJSON` take them (§5.1.8, §5.1.9).

use std::{fmt, time::Duration};

use keystead_domain::{
    Algorithm, Attachment, AttestationConveyance, Challenge, Descriptor, Hint, Name, ResidentKey, RpId,
    Transport, UserHandle, UserVerification,
};
use serde_json::{Value, json};

use crate::base64url;

const CREDENTIAL_TYPE: &str = "public-key";

/// Options for `navigator.credentials.create` (§5.4).
#[derive(Clone, PartialEq, Eq)]
pub struct CreationOptions {
    /// The RP ID.
    pub rp_id: RpId,
    /// The RP's name for people.
    pub rp_name: Name,
    /// The user handle.
    pub user_handle: UserHandle,
    /// The name a list of passkeys shows.
    pub user_name: String,
    /// A name for people; may be empty.
    pub user_display_name: String,
    /// The challenge, also sealed.
    pub challenge: Challenge,
    /// Algorithms offered, best first.
    pub algorithms: Vec<Algorithm>,
    /// How long the browser should wait.
    pub timeout: Duration,
    /// Credentials whose authenticators shall refuse.
    pub exclude: Vec<Descriptor>,
    /// Where the authenticator shall sit; absent: anywhere.
    pub attachment: Option<Attachment>,
    /// Whether the key shall be discoverable.
    pub resident_key: ResidentKey,
    /// Whether the user shall be verified.
    pub user_verification: UserVerification,
    /// What the browser's dialog should show first, in order.
    pub hints: Vec<Hint>,
    /// How much is asked about the authenticator.
    pub attestation: AttestationConveyance,
}

impl CreationOptions {
    /// The options as JSON. Asks the browser whether the key became discoverable (`credProps`, §10.1.3).
    #[must_use]
    pub fn to_json(&self) -> String {
        let parameters: Vec<Value> = self
            .algorithms
            .iter()
            .map(|algorithm| json!({ "type": CREDENTIAL_TYPE, "alg": algorithm.cose() }))
            .collect();
        let mut options = json!({
            "rp": { "id": self.rp_id.as_str(), "name": self.rp_name.as_str() },
            "user": {
                "id": base64url::encode(self.user_handle.as_bytes()),
                "name": self.user_name,
                "displayName": self.user_display_name,
            },
            "challenge": base64url::encode(&self.challenge.0),
            "pubKeyCredParams": parameters,
            "timeout": millis(self.timeout),
            "excludeCredentials": descriptors(&self.exclude),
            "authenticatorSelection": self.selection(),
            "attestation": self.attestation.as_str(),
            "extensions": { "credProps": true },
        });
        add_hints(&mut options, &self.hints);
        options.to_string()
    }

    /// `requireResidentKey` says the same as `residentKey` to browsers of Level 1 (§5.4.4).
    fn selection(&self) -> Value {
        let mut selection = json!({
            "residentKey": self.resident_key.as_str(),
            "requireResidentKey": self.resident_key == ResidentKey::Required,
            "userVerification": self.user_verification.as_str(),
        });
        if let Some(attachment) = self.attachment {
            selection["authenticatorAttachment"] = attachment.as_str().into();
        }
        selection
    }
}

/// Options for `navigator.credentials.get` (§5.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestOptions {
    /// The challenge, also sealed.
    pub challenge: Challenge,
    /// How long the browser should wait.
    pub timeout: Duration,
    /// The RP ID.
    pub rp_id: RpId,
    /// Credentials that may answer; empty: any discoverable one.
    pub allow: Vec<Descriptor>,
    /// Whether the user shall be verified.
    pub user_verification: UserVerification,
    /// What the browser's dialog should show first, in order.
    pub hints: Vec<Hint>,
}

impl RequestOptions {
    /// The options as JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut options = json!({
            "challenge": base64url::encode(&self.challenge.0),
            "timeout": millis(self.timeout),
            "rpId": self.rp_id.as_str(),
            "allowCredentials": descriptors(&self.allow),
            "userVerification": self.user_verification.as_str(),
        });
        add_hints(&mut options, &self.hints);
        options.to_string()
    }
}

/// Hints (§5.8.8), left out where there are none.
fn add_hints(options: &mut Value, hints: &[Hint]) {
    if !hints.is_empty() {
        options["hints"] = hints.iter().map(|hint| hint.as_str()).collect();
    }
}

/// `PublicKeyCredentialDescriptor`s (§5.8.3). Transports are left out where none are known: an empty list would say that
/// there are none.
fn descriptors(credentials: &[Descriptor]) -> Value {
    let descriptor = |credential: &Descriptor| {
        let mut json = json!({ "type": CREDENTIAL_TYPE, "id": base64url::encode(credential.id.as_bytes()) });
        if !credential.transports.is_empty() {
            json["transports"] = credential.transports.iter().map(Transport::as_str).collect();
        }
        json
    };
    credentials.iter().map(descriptor).collect()
}

/// Milliseconds; the browser's `unsigned long` ends at 49 days.
fn millis(timeout: Duration) -> u32 {
    u32::try_from(timeout.as_millis()).unwrap_or(u32::MAX)
}

/// Without the user's names, which are personal.
impl fmt::Debug for CreationOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CreationOptions").field("rp_id", &self.rp_id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
