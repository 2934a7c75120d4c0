//! What is no response: the calling service's mistake, with the member named.

use keystead_ceremony::{ShapeError, assertion, registration};
use keystead_domain::{Algorithm, Attachment};
use serde_json::{Value, json};

use crate::response::{Assertion, Registration, assertion_json, registration_json, text};

fn registration_error(change: impl FnOnce(&mut Value)) -> Option<ShapeError> {
    let mut json = registration_json(&Registration::of(Algorithm::Es256).parts());
    change(&mut json);
    registration::Response::from_json(&json.to_string()).err()
}

fn assertion_error(change: impl FnOnce(&mut Value)) -> Option<ShapeError> {
    let mut json = assertion_json(&Assertion::of(Algorithm::Es256).parts());
    change(&mut json);
    assertion::Response::from_json(&json.to_string()).err()
}

type Change = (fn(&mut assertion::Parts), &'static str);

fn with_client_data(text_of: &[u8]) -> Option<&'static str> {
    let error = assertion_error(|json| json["response"]["clientDataJSON"] = text(text_of).into());
    error.map(|error| {
        assert_eq!(error.field, "response.clientDataJSON");
        error.problem
    })
}

#[test]
fn what_is_not_a_json_object_is_no_response() {
    let long = format!("{{\"id\":\"{}\"}}", "A".repeat(32 * 1024));
    for (json, problem) in [
        ("", "must be JSON"),
        ("{", "must be JSON"),
        ("{} {}", "must be JSON"),
        ("[]", "must be a JSON object"),
        ("\"text\"", "must be a JSON object"),
        ("null", "must be a JSON object"),
        (&long, "is too long"),
    ] {
        let expected = Some(ShapeError { field: "credential", problem });
        assert_eq!(registration::Response::from_json(json).err(), expected, "{json:.9}");
        assert_eq!(assertion::Response::from_json(json).err(), expected, "{json:.9}");
    }
}

#[test]
fn a_missing_member_is_named() {
    for pointer in ["id", "rawId", "type", "response.clientDataJSON", "response.attestationObject"] {
        let error = registration_error(|json| *at(json, pointer) = Value::Null);
        assert_eq!(error, Some(ShapeError { field: pointer, problem: "is missing" }));
    }
    for pointer in ["response.authenticatorData", "response.signature"] {
        let error = assertion_error(|json| *at(json, pointer) = Value::Null);
        assert_eq!(error, Some(ShapeError { field: pointer, problem: "is missing" }));
    }
    let error = assertion_error(|json| json["response"] = json!("text"));
    assert_eq!(error.map(|error| error.field), Some("response.clientDataJSON"));
}

#[test]
fn a_member_of_another_kind_is_named() {
    let bytes = "must be base64url without padding";
    for (pointer, value, problem) in [
        ("id", json!(1), "must be a string"),
        ("rawId", json!([1, 2]), bytes),
        ("type", json!({}), "must be a string"),
        ("response.transports", json!("usb"), "must be an array of strings"),
        ("response.transports", json!(["usb", 1]), "must be an array of strings"),
        ("authenticatorAttachment", json!(1), "must be a string"),
        ("clientExtensionResults.credProps.rk", json!("true"), "must be true or false"),
    ] {
        let error = registration_error(|json| *at(json, pointer) = value);
        assert_eq!(error, Some(ShapeError { field: pointer, problem }));
    }
    let error = assertion_error(|json| *at(json, "response.userHandle") = json!(7));
    assert_eq!(error, Some(ShapeError { field: "response.userHandle", problem: bytes }));
}

#[test]
fn base64url_has_no_padding_no_white_space_and_no_other_alphabet() {
    for text in ["AA==", "AA=", "A A", "AA\n", "+A", "/w", "A", "AB"] {
        let error = assertion_error(|json| *at(json, "response.signature") = text.into());
        assert_eq!(error.map(|error| error.problem), Some("must be base64url without padding"), "{text:?}");
    }
}

#[test]
fn client_data_must_be_an_object_with_each_member_once() {
    let members = "must be JSON with type, challenge and origin, each once and of its own kind";
    for (client_data, problem) in [
        (&b"\xff\xfe{}"[..], "must be UTF-8"),
        (b"", "must be a JSON object"),
        (b"[\"webauthn.get\",\"c\",\"o\",false,null]", "must be a JSON object"),
        (b"\xef\xbb\xbf\xef\xbb\xbf{}", "must be a JSON object"),
        (b"{}", members),
        (b"{\"type\":\"t\",\"challenge\":\"c\"}", members),
        (b"{\"type\":\"t\",\"challenge\":1,\"origin\":\"o\"}", members),
        (b"{\"type\":\"t\",\"challenge\":\"c\",\"origin\":\"o\",\"crossOrigin\":\"true\"}", members),
        (b"{\"type\":\"t\",\"challenge\":\"c\",\"origin\":\"o\",\"topOrigin\":1}", members),
        (b"{\"type\":\"t\",\"challenge\":\"c\",\"origin\":\"o\",\"origin\":\"o\"}", members),
        (b"{\"type\":\"t\",\"challenge\":\"c\",\"origin\":\"o\"} x", members),
    ] {
        assert_eq!(with_client_data(client_data), Some(problem), "{}", client_data.escape_ascii());
    }
    assert_eq!(with_client_data(b" {\"type\":\"t\",\"challenge\":\"c\",\"origin\":\"o\"}\n"), None);
}

#[test]
fn members_have_bounded_sizes() {
    let mut registration = Registration::of(Algorithm::Es256).parts();
    registration.attestation_object = vec![0; 24 * 1024 + 1];
    let too_long = |field| Some(ShapeError { field, problem: "is too long" });
    let error = registration::Response::from_parts(registration).err();
    assert_eq!(error, too_long("response.attestationObject"));
    let mut registration = Registration::of(Algorithm::Es256).parts();
    registration.transports = vec!["usb".into(); 33];
    assert_eq!(registration::Response::from_parts(registration).err(), too_long("response.transports"));

    let changes: [Change; 7] = [
        (|parts| parts.id = "A".repeat(4097), "id"),
        (|parts| parts.raw_id = vec![0; 3073], "rawId"),
        (|parts| parts.kind = "x".repeat(256), "type"),
        (|parts| parts.client_data_json.resize(8193, b' '), "response.clientDataJSON"),
        (|parts| parts.authenticator_data = vec![0; 8193], "response.authenticatorData"),
        (|parts| parts.signature = vec![0; 8193], "response.signature"),
        (|parts| parts.user_handle = Some(vec![0; 1025]), "response.userHandle"),
    ];
    for (change, field) in changes {
        let mut parts = Assertion::of(Algorithm::Es256).parts();
        change(&mut parts);
        assert_eq!(assertion::Response::from_parts(parts).err(), too_long(field));
    }
}

#[test]
fn optional_members_may_be_absent_or_null_and_unknown_ones_are_ignored() {
    let error = registration_error(|json| {
        json["response"]["transports"].take();
        json["authenticatorAttachment"] = "orbital".into();
        json["clientExtensionResults"].take();
        json["unknown"] = json!({ "deep": [1, { "er": null }] });
    });
    assert_eq!(error, None);
    let error = assertion_error(|json| {
        json["response"].as_object_mut().unwrap().remove("userHandle");
        json.as_object_mut().unwrap().remove("authenticatorAttachment");
        json.as_object_mut().unwrap().remove("clientExtensionResults");
    });
    assert_eq!(error, None);
}

#[test]
fn an_attachment_nobody_knows_counts_as_unsaid() {
    let mut parts = Registration::of(Algorithm::Es256).parts();
    let mut json = registration_json(&parts);
    json["authenticatorAttachment"] = "orbital".into();
    let strange = registration::Response::from_json(&json.to_string()).unwrap().digest();
    parts.attachment = None;
    assert_eq!(registration::Response::from_parts(parts.clone()).unwrap().digest(), strange);
    parts.attachment = Some(Attachment::Platform);
    assert_ne!(registration::Response::from_parts(parts).unwrap().digest(), strange);
}

#[test]
fn responses_are_not_in_debug_output() {
    let parts = Assertion::of(Algorithm::Es256).parts();
    let response = assertion::Response::from_parts(parts.clone()).unwrap();
    let checked = response.check(&Assertion::of(Algorithm::Es256).rp).unwrap();
    assert_eq!(format!("{parts:?}"), "assertion::Parts([redacted])");
    assert_eq!(format!("{response:?}"), "assertion::Response([redacted])");
    assert_eq!(format!("{checked:?}"), "assertion::Checked([redacted])");
    let parts = Registration::of(Algorithm::Es256).parts();
    assert_eq!(format!("{parts:?}"), "registration::Parts([redacted])");
    let response = registration::Response::from_parts(parts).unwrap();
    assert_eq!(format!("{response:?}"), "registration::Response([redacted])");
}

fn at<'a>(json: &'a mut Value, path: &str) -> &'a mut Value {
    path.split('.').fold(json, |value, name| &mut value[name])
}
