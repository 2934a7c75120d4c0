//! What the page should tell the browser about its passkeys (WebAuthn L3 §5.1.10).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use keystead_domain::{RpId, User, UserHandle, WebauthnId};
use serde_json::json;

use crate::Signals;

/// An id that was never registered here: the browser may stop offering it.
pub(super) fn unknown_credential(rp_id: &RpId, id: &WebauthnId) -> Signals {
    let json = json!({ "rpId": rp_id.as_str(), "credentialId": URL_SAFE_NO_PAD.encode(id.as_bytes()) });
    Signals { unknown_credential: Some(json.to_string()), ..Signals::default() }
}

/// The names as they are now; only about a user who is signed in.
pub(super) fn current_user_details(rp_id: &RpId, handle: &UserHandle, user: &User) -> Signals {
    let json = json!({
        "rpId": rp_id.as_str(),
        "userId": URL_SAFE_NO_PAD.encode(handle.as_bytes()),
        "name": user.shown_name(),
        "displayName": user.shown_name(),
    });
    Signals { current_user_details: Some(json.to_string()), ..Signals::default() }
}
