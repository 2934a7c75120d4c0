//! Statements of formats with certificates, verified by webauthn-rs-core (§8.2, §8.4, §8.6, §8.8).
//!
//! It is handed a whole registration, most of which was judged before it and more strictly. What it compares with the relying
//! party's settings (challenge, origin) is told it out of the response itself, so that it can disagree about the statement
//! alone. Client data that it cannot read, such as one after a byte order mark, or made in a frame, it cannot judge.
//! Roots and times of certificates are kept from it here: it would look at the system's clock.

use std::time::Duration;

use keystead_domain::{Algorithm, Reason};
use serde_json::json;
use webauthn_rs_core::{
    WebauthnCore,
    proto::{
        AuthenticatorAttestationResponseRaw, CollectedClientData, RegisterPublicKeyCredential,
        RegistrationExtensionsClientOutputs, RegistrationState,
    },
};

use super::{About, refusal::reason_of};
use crate::base64url;

/// Verifies the statement of an attestation object.
pub(super) fn verify(object: &[u8], about: &About<'_>) -> Result<(), Reason> {
    let client_data: CollectedClientData =
        serde_json::from_slice(about.client_data_json).map_err(|_| Reason::AttestationUnsupported)?;
    let state = state(&client_data.challenge, about.key.algorithm())?;
    let core = WebauthnCore::new_unsafe_experts_only(
        about.rp_id.as_str(),
        about.rp_id.as_str(),
        vec![client_data.origin],
        Duration::ZERO,
        None,
        None,
    );
    let verified = core.register_credential(&response(object, about), &state, None);
    verified.map(|_| ()).map_err(|error| reason_of(&error))
}

/// The state of a registration that asked for this key. There is no constructor that takes a challenge; what it reads from its
/// own store is such a form, and the version is pinned.
fn state(challenge: &[u8], algorithm: Algorithm) -> Result<RegistrationState, Reason> {
    let algorithm = match algorithm {
        Algorithm::Es256 => "ES256",
        Algorithm::Es384 => "ES384",
        Algorithm::Rs256 => "RS256",
        _ => return Err(Reason::AttestationUnsupported),
    };
    let state = json!({
        "policy": "discouraged",
        "exclude_credentials": [],
        "challenge": base64url::encode(challenge),
        "credential_algorithms": [algorithm],
        "require_resident_key": false,
        "authenticator_attachment": null,
        "extensions": {},
        "allow_synchronised_authenticators": true,
    });
    serde_json::from_value(state).map_err(|_| Reason::AttestationUnsupported)
}

fn response(object: &[u8], about: &About<'_>) -> RegisterPublicKeyCredential {
    RegisterPublicKeyCredential {
        id: base64url::encode(about.attested.id),
        raw_id: about.attested.id.to_vec(),
        response: AuthenticatorAttestationResponseRaw {
            attestation_object: object.to_vec(),
            client_data_json: about.client_data_json.to_vec(),
            transports: None,
        },
        type_: "public-key".to_owned(),
        extensions: RegistrationExtensionsClientOutputs::default(),
    }
}
