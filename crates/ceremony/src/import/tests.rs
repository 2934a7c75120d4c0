//! The rules that hold for rows of every format; what a single one does is in the modules below.

mod foreign;
mod keystead;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// `COSE_Key` of the base point of P-256 (SEC 2 §2.4.2): ES256.
pub(super) const ES256: &str = "pQECAyYgASFYIGsX0fLhLEJH+Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWIlggT+NC4v4af5uO5+tKfA+eFivOM1drMV7Oy7ZAaDe/UfU=";

const FORMATS: [Format; 4] = [Format::Keystead, Format::SimpleWebauthn, Format::GoWebauthn, Format::Hanko];

pub(super) fn es256() -> Vec<u8> {
    bytes::decode(ES256).unwrap()
}

/// Parts that are taken.
fn good() -> Parts {
    Parts {
        external_id: "anna".into(),
        user_handle: vec![1],
        webauthn_id: vec![2; 16],
        public_key: es256(),
        ..Parts::default()
    }
}

fn complaint(parts: Parts) -> (Reason, &'static str) {
    let refused = Record::from_parts(parts).unwrap_err();
    (refused.reason, refused.field)
}

/// A `COSE_Key` with these members.
fn cose(members: &[(i64, ciborium::Value)]) -> Vec<u8> {
    let map = members.iter().map(|(label, value)| ((*label).into(), value.clone())).collect();
    let mut out = Vec::new();
    ciborium::into_writer(&ciborium::Value::Map(map), &mut out).unwrap();
    out
}

fn rsa(bytes: usize) -> Vec<u8> {
    cose(&[(1, 3.into()), (3, (-257).into()), (-1, vec![0xff; bytes].into()), (-2, vec![1, 0, 1].into())])
}

#[test]
fn what_a_row_does_not_say_is_not_made_up() {
    let record = Record::from_parts(good()).unwrap();
    assert_eq!((record.user_display_name, record.rp_id, record.attachment), (None, None, None));
    assert_eq!((record.discoverable, record.user_verification_initialized), (None, None));
    assert_eq!((record.created_at, record.last_used_at), (None, None));
    assert_eq!((record.backup_eligible, record.backed_up, record.sign_count), (false, false, 0));
    assert_eq!((record.aaguid, record.attestation_format.as_str()), (Aaguid([0; 16]), "none"));
    assert_eq!((record.state, record.display_name), (CredentialState::Active, DisplayName::default()));
}

#[test]
fn the_key_is_kept_as_given_and_says_its_algorithm() {
    let ed25519 = cose(&[
        (-2, b"\xd7\x5a\x98\x01\x82\xb1\x0a\xb7\xd5\x4b\xfe\xd3\xc9\x64\x07\x3a\x0e\xe1\x72\xf3\xda\xa6\x23\x25\xaf\x02\x1a\x68\xf7\x07\x51\x1a".to_vec().into()),
        (-1, 6.into()),
        (3, (-8).into()),
        (1, 1.into()),
    ]);
    for (public_key, algorithm) in
        [(es256(), Algorithm::Es256), (ed25519, Algorithm::Ed25519), (rsa(256), Algorithm::Rs256)]
    {
        for stated in [0, algorithm.cose()] {
            let parts = Parts { public_key: public_key.clone(), algorithm: stated, ..good() };
            let record = Record::from_parts(parts).unwrap();
            assert_eq!((record.public_key, record.algorithm), (public_key.clone(), algorithm));
        }
    }
}

#[test]
fn a_key_that_could_not_log_in_is_refused_with_its_reason() {
    use Reason::{AlgorithmUnsupported, FieldViolation, PublicKeyAlgorithmMismatch, PublicKeyMalformed};
    let off_curve = [&es256()[..76], &[0]].concat();
    let p384 = cose(&[
        (1, 2.into()),
        (3, (-7).into()),
        (-1, 2.into()),
        (-2, vec![1; 48].into()),
        (-3, vec![1; 48].into()),
    ]);
    for (name, public_key, reason) in [
        ("none", vec![], FieldViolation),
        ("no CBOR", vec![0xff], PublicKeyMalformed),
        ("bytes after the key", [&es256()[..], &[0]].concat(), PublicKeyMalformed),
        ("a point off its curve", off_curve, PublicKeyMalformed),
        ("a curve of another algorithm", p384, PublicKeyAlgorithmMismatch),
        ("PS256", cose(&[(1, 3.into()), (3, (-37).into())]), AlgorithmUnsupported),
        ("RSA-1024", rsa(128), AlgorithmUnsupported),
        ("RSA-16384", rsa(2048), AlgorithmUnsupported),
        (
            "an even modulus",
            cose(&[(1, 3.into()), (3, (-257).into()), (-1, vec![2; 256].into()), (-2, vec![1, 0, 1].into())]),
            PublicKeyMalformed,
        ),
    ] {
        assert_eq!(complaint(Parts { public_key, ..good() }), (reason, "public_key"), "{name}");
    }
    let parts = Parts { algorithm: -8, ..good() };
    assert_eq!(complaint(parts), (PublicKeyAlgorithmMismatch, "algorithm"));
}

#[test]
fn each_rule_names_its_member() {
    use Reason::{BackupStateInvalid, CredentialIdLength, FieldViolation, UserHandleMissing};
    let long = "a".repeat(256);
    let cases: [(Parts, Reason, &str); 17] = [
        (Parts { external_id: String::new(), ..good() }, FieldViolation, "external_id"),
        (Parts { external_id: long.clone(), ..good() }, FieldViolation, "external_id"),
        (Parts { user_display_name: long.clone(), ..good() }, FieldViolation, "user_display_name"),
        (Parts { user_handle: vec![], ..good() }, UserHandleMissing, "user_handle"),
        (Parts { user_handle: vec![], discoverable: Some(true), ..good() }, UserHandleMissing, "user_handle"),
        (Parts { user_handle: vec![1; 65], ..good() }, FieldViolation, "user_handle"),
        (Parts { webauthn_id: vec![], ..good() }, CredentialIdLength, "webauthn_id"),
        (Parts { webauthn_id: vec![1; 1024], ..good() }, CredentialIdLength, "webauthn_id"),
        (Parts { aaguid: "0".repeat(32), ..good() }, FieldViolation, "aaguid"),
        (Parts { attestation_format: "a".repeat(33), ..good() }, FieldViolation, "attestation_format"),
        (Parts { attachment: 3, ..good() }, FieldViolation, "attachment"),
        (Parts { attachment: -255, ..good() }, FieldViolation, "attachment"),
        (Parts { backed_up: Some(true), ..good() }, BackupStateInvalid, "backed_up"),
        (Parts { display_name: "a\n".into(), ..good() }, FieldViolation, "display_name"),
        (Parts { create_time: Some((-1, 0)), ..good() }, FieldViolation, "create_time"),
        (Parts { last_use_time: Some((253_402_300_800, 0)), ..good() }, FieldViolation, "last_use_time"),
        (Parts { last_use_time: Some((0, 1_000_000_000)), ..good() }, FieldViolation, "last_use_time"),
    ];
    for (parts, reason, field) in cases {
        assert_eq!(complaint(parts), (reason, field));
    }
}

#[test]
fn only_a_key_that_is_not_discoverable_needs_no_user_handle() {
    let parts = Parts { user_handle: vec![], discoverable: Some(false), ..good() };
    assert_eq!(Record::from_parts(parts).unwrap().user_handle, None);
    for length in [1, 64] {
        let parts = Parts { user_handle: vec![7; length], ..good() };
        assert_eq!(Record::from_parts(parts).unwrap().user_handle, UserHandle::new(vec![7; length]).ok());
    }
}

#[test]
fn only_active_and_suspended_credentials_are_taken() {
    for (state, expected) in [
        (0, Some(CredentialState::Active)),
        (1, Some(CredentialState::Active)),
        (2, Some(CredentialState::Suspended)),
        (3, None),
        (4, None),
        (5, None),
        (6, None),
        (-1, None),
        (257, None),
    ] {
        let record = Record::from_parts(Parts { state, ..good() });
        assert_eq!(record.as_ref().ok().map(|record| record.state), expected, "{state}");
        if let Err(refused) = record {
            assert_eq!((refused.reason, refused.field), (Reason::FieldViolation, "state"));
        }
    }
}

/// As at a registration: a word that is none, or one too many, is no reason to lock anybody out.
#[test]
fn transports_are_kept_as_far_as_they_are_words() {
    let transports = ["", "usb", "two words", "x-new"].into_iter().chain(["nfc"; 9]).map(str::to_owned);
    let record = Record::from_parts(Parts { transports: transports.collect(), ..good() }).unwrap();
    let words: Vec<&str> = record.transports.iter().map(Transport::as_str).collect();
    assert_eq!(words, ["usb", "x-new", "nfc", "nfc", "nfc", "nfc", "nfc", "nfc"]);
}

#[test]
fn a_text_that_is_no_row_is_refused_whole() {
    let long = format!("{{\"a\":\"{}\"}}", "a".repeat(MOST_ROW));
    let deep = "[".repeat(1_000);
    for format in FORMATS {
        for text in ["", "{", "[]", "null", "\"a\"", "{} {}", &long, &deep] {
            let refused = Record::from_json(format, text).unwrap_err();
            assert_eq!((refused.reason, refused.field), (Reason::FieldViolation, "row"));
        }
    }
}

#[test]
fn the_typed_form_does_not_print_whose_it_is() {
    assert_eq!(format!("{:?}", good()), "[personal]");
    let printed = format!("{:?}", Record::from_parts(good()).unwrap());
    assert!(!printed.contains("anna"), "{printed}");
}

/// Any JSON, with names that rows have.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        Just(json!(ES256)),
        Just(json!("2026-11-24T12:00:00Z")),
    ];
    let name = prop_oneof![
        Just("id"),
        Just("user"),
        Just("user_id"),
        Just("publicKey"),
        Just("public_key"),
        Just("credential"),
        Just("authenticator"),
        Just("flags"),
        Just("transports"),
        Just("user_handle"),
        Just("data"),
        Just("0"),
    ];
    leaf.prop_recursive(4, 64, 12, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::btree_map(name.clone().prop_map(str::to_owned), inner, 0..12)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC{0,300}") {
        for format in FORMATS {
            let _ = Record::from_json(format, &text);
        }
    }

    #[test]
    fn no_json_panics(value in any_json()) {
        for format in FORMATS {
            let _ = Record::from_json(format, &value.to_string());
        }
    }

    #[test]
    fn no_key_panics(public_key in proptest::collection::vec(any::<u8>(), 0..90)) {
        let _ = Record::from_parts(Parts { public_key, ..good() });
    }
}
