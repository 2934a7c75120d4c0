//! Responses of registrations.
//!
//! An input that begins with `{` is JSON. Any other one is typed: client data, attestation object, id, a transport.

use std::{str, sync::LazyLock};

use ciborium::Value as Cbor;
use keystead_ceremony::{
    assertion,
    registration::{Parts, Registered, Response},
};
use keystead_domain::{
    Attachment, AttestationConveyance, AttestationTrust, Challenge, RegistrationTerms, Transport,
};
use serde_json::Value;

use crate::{
    frame::{self, Frame},
    known::{AUTHENTICATORS, CHALLENGE, ORIGIN, RP, base64url, bytes, request_options, terms},
    seen::{self, Client},
};

static TERMS: LazyLock<RegistrationTerms> = LazyLock::new(|| terms(AttestationConveyance::None));

/// A login that any key may be held against.
static LOGIN: LazyLock<assertion::Response> = LazyLock::new(|| {
    let options = request_options().to_string();
    let json = AUTHENTICATORS[0].clone().get(&options, ORIGIN).expect("an assertion");
    assertion::Response::from_json(&json).expect("a response")
});

/// Whatever registers is what was sent. Says whether it does.
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
    judge(&response, &parts, &TERMS).is_some()
}

fn typed(frame: &mut Frame<'_>) -> bool {
    let parts = Parts {
        client_data_json: frame.bytes().to_vec(),
        attestation_object: frame.bytes().to_vec(),
        raw_id: frame.bytes().to_vec(),
        transports: vec![frame.text()],
        kind: "public-key".to_owned(),
        ..Parts::default()
    };
    let parts = Parts { id: base64url(&parts.raw_id), ..parts };
    Response::from_parts(parts.clone()).is_ok_and(|response| judge(&response, &parts, &TERMS).is_some())
}

/// Verifies a response and looks at what comes of it.
pub(crate) fn judge(response: &Response, parts: &Parts, terms: &RegistrationTerms) -> Option<Registered> {
    let client = Client::read(&parts.client_data_json);
    if let Some(client) = &client {
        assert_eq!(response.answers(&CHALLENGE), client.challenge == base64url(&CHALLENGE.0));
    }
    let registered = response.verify(&RP, terms).ok()?;
    if let Some(client) = client {
        client.expect_checked("webauthn.create");
    }
    expect_sent(&registered, parts);
    expect_can_log_in(&registered);
    Some(registered)
}

fn expect_sent(registered: &Registered, parts: &Parts) {
    assert_eq!(parts.kind, "public-key");
    assert_eq!(parts.id, base64url(&parts.raw_id));
    assert_eq!(registered.webauthn_id.as_bytes(), parts.raw_id);
    let object = members(&parts.attestation_object);
    let data = object("authData").into_bytes().expect("authenticatorData is a byte string");
    seen::expect_checked(&data);
    seen::expect_facts(
        &data,
        (registered.user_verified, registered.backup_eligible, registered.backed_up, registered.sign_count),
    );
    let (id, key) = data[55..].split_at(parts.raw_id.len());
    assert_eq!(data[37..53], registered.aaguid.0);
    assert_eq!(id, parts.raw_id);
    assert!(key.starts_with(&registered.public_key));
    assert!(registered.transports.len() <= Transport::MOST);
    let is_none = object("fmt") == Cbor::from("none");
    let trust = registered.attestation.trust;
    assert_eq!(
        is_none,
        trust == AttestationTrust::None,
        "only format none proves nothing and claims nothing"
    );
    assert_ne!(trust, AttestationTrust::Trusted, "nobody has said whom to trust");
}

/// The key is of the algorithm that it says, and can be verified with: all that is wrong with another's login is the signature.
fn expect_can_log_in(registered: &Registered) {
    let key: Cbor = ciborium::from_reader(&registered.public_key[..]).expect("a key is CBOR");
    let algorithm = (Cbor::from(3), Cbor::from(registered.algorithm.cose()));
    assert!(key.as_map().is_some_and(|members| members.contains(&algorithm)));
    let checked = LOGIN.check(&RP).expect("an honest login");
    let verdict = checked.verify(&registered.public_key, registered.algorithm);
    assert_ne!(verdict, Err(assertion::Unproven::StoredKey), "it registers and cannot log in");
}

/// The members of a CBOR map by name; null where there is none.
pub(crate) fn members(map: &[u8]) -> impl Fn(&str) -> Cbor {
    let map: Cbor = ciborium::from_reader(map).unwrap_or(Cbor::Null);
    let entries = map.into_map().unwrap_or_default();
    move |name| {
        let found = entries.iter().find(|(key, _)| key.as_text() == Some(name));
        found.map_or(Cbor::Null, |(_, value)| value.clone())
    }
}

/// The members, read with none of the tested code.
fn parts_of(document: &Value) -> Parts {
    let at = |path: &str| document.pointer(path).filter(|value| !value.is_null());
    let text = |path: &str| at(path).and_then(Value::as_str).unwrap_or_default().to_owned();
    let transports = at("/response/transports").and_then(Value::as_array).cloned().unwrap_or_default();
    Parts {
        id: text("/id"),
        raw_id: bytes(document, "/rawId"),
        kind: text("/type"),
        client_data_json: bytes(document, "/response/clientDataJSON"),
        attestation_object: bytes(document, "/response/attestationObject"),
        transports: transports.iter().filter_map(|word| word.as_str().map(str::to_owned)).collect(),
        attachment: Attachment::from_word(&text("/authenticatorAttachment")),
        discoverable: at("/clientExtensionResults/credProps/rk").and_then(Value::as_bool),
    }
}

/// The client data of an honest registration, as the authenticators' browser writes it.
#[must_use]
pub fn client_data(challenge: &Challenge) -> String {
    format!(
        r#"{{"type":"webauthn.create","challenge":"{}","origin":"{ORIGIN}","crossOrigin":false}}"#,
        base64url(&challenge.0)
    )
}
