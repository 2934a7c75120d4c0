//! What the page should tell the browser about its passkeys (WebAuthn L3 §5.1.10).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use keystead_domain::{RpId, User, UserHandle, WebauthnId};
use serde_json::json;

/// Arguments for `PublicKeyCredential.signal*`, as JSON.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Signals {
    /// For `signalUnknownCredential`.
    pub unknown_credential: Option<String>,
    /// For `signalAllAcceptedCredentials`.
    pub all_accepted_credentials: Option<String>,
    /// For `signalCurrentUserDetails`.
    pub current_user_details: Option<String>,
}

impl std::fmt::Debug for Signals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[personal]")
    }
}

/// An id that was never registered here: the browser may stop offering it.
pub(crate) fn unknown_credential(rp_id: &RpId, id: &WebauthnId) -> Signals {
    let json = json!({ "rpId": rp_id.as_str(), "credentialId": encode(id.as_bytes()) });
    Signals { unknown_credential: Some(json.to_string()), ..Signals::default() }
}

/// The complete list of a user's passkeys at a relying party, and his names as they are now. Only about a user who is signed
/// in, and for his own browser: it may hide for good what the list leaves out. `accepted`: all of his ids there but for
/// those of revoked credentials.
pub(crate) fn of_user(rp_id: &RpId, handle: &UserHandle, user: &User, accepted: &[WebauthnId]) -> Signals {
    let user_id = encode(handle.as_bytes());
    let ids: Vec<String> = accepted.iter().map(|id| encode(id.as_bytes())).collect();
    let all = json!({ "rpId": rp_id.as_str(), "userId": user_id, "allAcceptedCredentialIds": ids });
    let details = json!({
        "rpId": rp_id.as_str(),
        "userId": user_id,
        "name": user.shown_name(),
        "displayName": user.shown_name(),
    });
    Signals {
        unknown_credential: None,
        all_accepted_credentials: Some(all.to_string()),
        current_user_details: Some(details.to_string()),
    }
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
