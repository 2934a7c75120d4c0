//! Responses of logins.
//!
//! An input that begins with `{` is JSON. Any other one is typed: a byte, then client data, authenticatorData, signature, id,
//! user handle. Where that byte is not zero, the credential of this number signs, so that everything which a signature
//! protects is reached as well.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use keystead_authenticator::Authenticator;
use keystead_ceremony::assertion::{Asserted, Checked, Parts, Response, Unproven};
use keystead_domain::{Algorithm, Attachment, Reason};
use serde_json::Value;

use crate::{
    frame::{self, Frame},
    known::{AUTHENTICATORS, CHALLENGE, RP, base64url, bytes, credential},
    seen::{self, Client},
};

/// Whoever logs in has signed. Says whether somebody did.
///
/// # Panics
/// Where a property does not hold.
#[must_use]
pub fn check(input: &[u8]) -> bool {
    match frame::json(input) {
        Some(text) => json(text),
        None => typed(&mut Frame(input)),
    }
}

fn json(text: &str) -> bool {
    let Ok(response) = Response::from_json(text) else { return false };
    let parts = parts_of(&serde_json::from_str(text).expect("what was read is JSON"));
    let typed = Response::from_parts(parts.clone()).expect("the typed form of what was read");
    assert_eq!(response.digest(), typed.digest(), "both forms are the same response");
    judge(&response, &parts)
}

fn typed(frame: &mut Frame<'_>) -> bool {
    let signer = usize::from(frame.byte());
    let mut parts = Parts {
        client_data_json: frame.bytes().to_vec(),
        authenticator_data: frame.bytes().to_vec(),
        signature: frame.bytes().to_vec(),
        raw_id: frame.bytes().to_vec(),
        user_handle: Some(frame.bytes().to_vec()),
        kind: "public-key".to_owned(),
        ..Parts::default()
    };
    if let Some(authenticator) = signer.checked_sub(1).and_then(|signer| AUTHENTICATORS.get(signer)) {
        let credential = credential(authenticator);
        let message = [&parts.authenticator_data[..], &seen::sha256(&parts.client_data_json)].concat();
        parts.signature = credential.sign(&message).expect("a signature");
        parts.raw_id = credential.id().to_vec();
    }
    parts.id = base64url(&parts.raw_id);
    Response::from_parts(parts.clone()).is_ok_and(|response| judge(&response, &parts))
}

fn judge(response: &Response, parts: &Parts) -> bool {
    let client = Client::read(&parts.client_data_json);
    if let Some(client) = &client {
        assert_eq!(response.answers(&CHALLENGE), client.challenge == base64url(&CHALLENGE.0));
    }
    let Ok(checked) = response.check(&RP) else { return false };
    assert_eq!(parts.kind, "public-key");
    assert_eq!(parts.id, base64url(&parts.raw_id));
    assert!((1..=1023).contains(&parts.raw_id.len()));
    if let Some(client) = client {
        client.expect_checked("webauthn.get");
    }
    seen::expect_checked(&parts.authenticator_data);
    assert!(seen::flags(&parts.authenticator_data) & 0x01 != 0, "nobody was there");
    assert_eq!(checked.verify_decoy(), Reason::SignatureInvalid);
    let owner = |it: &&Authenticator| credential(it).id() == parts.raw_id;
    let Some(owner) = AUTHENTICATORS.iter().find(owner) else { return false };
    let verdict = verdict(&checked, owner);
    match &verdict {
        Ok(asserted) => expect_signed(asserted, &checked, parts, owner),
        Err(unproven) => assert_eq!(*unproven, Unproven::Signature),
    }
    verdict.is_ok()
}

fn expect_signed(asserted: &Asserted, checked: &Checked<'_>, parts: &Parts, owner: &Authenticator) {
    seen::expect_facts(
        &parts.authenticator_data,
        (asserted.user_verified, asserted.backup_eligible, asserted.backed_up, asserted.sign_count),
    );
    assert!(asserted.user_present);
    assert_eq!(asserted.attachment, parts.attachment);
    let others = AUTHENTICATORS.iter().filter(|other| credential(other).id() != credential(owner).id());
    for other in others {
        assert_eq!(verdict(checked, other), Err(Unproven::Signature), "two keys made one signature");
    }
}

fn verdict(checked: &Checked<'_>, of: &Authenticator) -> Result<Asserted, Unproven> {
    let credential = credential(of);
    let algorithm = Algorithm::from_cose(credential.algorithm().cose()).expect("a known algorithm");
    checked.verify(&credential.public_key(), algorithm)
}

/// The members, read with none of the tested code.
fn parts_of(document: &Value) -> Parts {
    let text = |path: &str| document.pointer(path).and_then(Value::as_str);
    Parts {
        id: text("/id").expect("an id").to_owned(),
        raw_id: bytes(document, "/rawId"),
        kind: text("/type").expect("a type").to_owned(),
        client_data_json: bytes(document, "/response/clientDataJSON"),
        authenticator_data: bytes(document, "/response/authenticatorData"),
        signature: bytes(document, "/response/signature"),
        user_handle: text("/response/userHandle")
            .map(|text| URL_SAFE_NO_PAD.decode(text).expect("base64url")),
        attachment: text("/authenticatorAttachment").and_then(Attachment::from_word),
    }
}
