//! What the libraries and servers of others export.

use serde_json::{Value, json};

use super::{ES256, es256};
use crate::import::*;

fn simplewebauthn() -> Value {
    json!({
        "id": "AAECAw", "publicKey": ES256, "user": { "id": 17, "username": "anna@example.org" }, "webauthnUserID": "-_8",
        "counter": 41, "deviceType": "multiDevice", "backedUp": true, "transports": ["hybrid", "internal"],
    })
}

fn go_webauthn() -> Value {
    json!({
        "externalId": "anna", "userHandle": "+/8=", "displayName": "Anna A.",
        "credential": {
            "id": "AAECAw==", "publicKey": ES256, "attestationType": "none", "transport": ["nfc", "usb"],
            "flags": { "userPresent": true, "userVerified": true, "backupEligible": true, "backupState": true },
            "authenticator": {
                "AAGUID": "y2lIHo/3QDmT7AonKaFUqA==", "signCount": 41, "cloneWarning": false,
                "attachment": "cross-platform",
            },
            "attestation": { "clientDataJSON": null, "publicKeyAlgorithm": 0, "object": "" },
        },
    })
}

fn hanko() -> Value {
    json!({
        "id": "AAECAw", "name": "blue key", "user_id": "01020304-0506-0708-090a-0b0c0d0e0f10", "public_key": ES256,
        "attestation_type": "packed", "aaguid": "cb69481e-8ff7-4039-93ec-0a2729a154a8", "sign_count": 41,
        "last_used_at": null, "created_at": "2026-11-24T12:00:00.5Z", "updated_at": "2026-11-24T12:00:00Z",
        "transports": [{ "ID": "0", "Name": "nfc" }, { "name": "usb" }], "backup_eligible": true, "backup_state": true,
        "mfa_only": false,
    })
}

/// The row with the member at this pointer set.
fn with(mut row: Value, pointer: &str, value: Value) -> Value {
    let (object, name) = pointer.rsplit_once('/').unwrap();
    row.pointer_mut(object).unwrap()[name] = value;
    row
}

/// The row without the member at this pointer.
fn without(mut row: Value, pointer: &str) -> Value {
    let (object, name) = pointer.rsplit_once('/').unwrap();
    row.pointer_mut(object).unwrap().as_object_mut().unwrap().remove(name).unwrap();
    row
}

fn read(format: Format, row: &Value) -> Result<Record, Refused> {
    Record::from_json(format, &row.to_string())
}

fn words(record: &Record) -> Vec<&str> {
    record.transports.iter().map(Transport::as_str).collect()
}

/// What all three rows say.
fn assert_common(record: &Record) {
    assert_eq!(record.webauthn_id, WebauthnId::new([0, 1, 2, 3]).unwrap());
    assert_eq!((&record.public_key, record.algorithm), (&es256(), Algorithm::Es256));
    assert_eq!((record.sign_count, record.backup_eligible, record.backed_up), (41, true, true));
    assert_eq!((record.state, record.discoverable, &record.rp_id), (CredentialState::Active, None, &None));
}

#[test]
fn a_passkey_of_simplewebauthn_is_read() {
    let record = read(Format::SimpleWebauthn, &simplewebauthn()).unwrap();
    assert_common(&record);
    assert_eq!(record.external_id.as_str(), "17");
    assert_eq!(record.user_display_name, Some(DisplayName::new("anna@example.org").unwrap()));
    assert_eq!(record.user_handle, Some(UserHandle::new([0xfb, 0xff]).unwrap()));
    assert_eq!(words(&record), ["hybrid", "internal"]);
    assert_eq!(record.user_verification_initialized, None);
}

#[test]
fn a_passkey_of_simplewebauthn_is_read_however_its_columns_are_stored() {
    let expected = read(Format::SimpleWebauthn, &simplewebauthn()).unwrap();
    let numbers = json!(es256());
    let indices: serde_json::Map<String, Value> =
        es256().iter().enumerate().map(|(index, byte)| (index.to_string(), json!(byte))).collect();
    for (pointer, value) in [
        ("/publicKey", json!(ES256.replace('+', "-").replace('/', "_").replace('=', ""))),
        ("/publicKey", numbers.clone()),
        ("/publicKey", Value::Object(indices)),
        ("/publicKey", json!({ "type": "Buffer", "data": numbers })),
        ("/transports", json!("hybrid,internal")),
        ("/transports", json!("hybrid, internal")),
        ("/counter", json!("41")),
        ("/backedUp", json!(1)),
        ("/id", json!("AAECAw==")),
        ("/user/id", json!("17")),
    ] {
        assert_eq!(
            read(Format::SimpleWebauthn, &with(simplewebauthn(), pointer, value)),
            Ok(expected.clone())
        );
    }
    let columns = json!({
        "id": "AAECAw", "public_key": ES256, "user": { "id": 17, "username": "anna@example.org" },
        "webAuthnUserID": "-_8", "counter": 41, "device_type": "multiDevice", "backed_up": true,
        "transports": "hybrid,internal", "aaguid": null,
    });
    assert_eq!(read(Format::SimpleWebauthn, &columns), Ok(expected));
}

#[test]
fn the_owner_of_a_simplewebauthn_passkey_may_be_a_column() {
    for (name, value) in [
        ("user", json!("anna")),
        ("user_id", json!("anna")),
        ("userId", json!("anna")),
        ("userID", json!("anna")),
        ("externalId", json!("anna")),
    ] {
        let row = with(without(simplewebauthn(), "/user"), &format!("/{name}"), value);
        let record = read(Format::SimpleWebauthn, &row).unwrap();
        assert_eq!((record.external_id.as_str(), record.user_display_name), ("anna", None), "{name}");
    }
}

#[test]
fn a_credential_of_go_webauthn_is_read() {
    let record = read(Format::GoWebauthn, &go_webauthn()).unwrap();
    assert_common(&record);
    assert_eq!(record.external_id.as_str(), "anna");
    assert_eq!(record.user_display_name, Some(DisplayName::new("Anna A.").unwrap()));
    assert_eq!(record.user_handle, Some(UserHandle::new([0xfb, 0xff]).unwrap()));
    assert_eq!(record.aaguid.to_string(), "cb69481e-8ff7-4039-93ec-0a2729a154a8");
    assert_eq!((words(&record), record.attachment), (vec!["nfc", "usb"], Some(Attachment::CrossPlatform)));
    assert_eq!(record.user_verification_initialized, Some(true));
    assert_eq!(record.attestation_format, "none");
}

#[test]
fn a_go_webauthn_credential_of_an_early_release_is_read() {
    let row = json!({
        "userId": "anna", "userHandle": "-_8",
        "credential": {
            "ID": "AAECAw==", "PublicKey": ES256, "AttestationType": "packed", "Transport": null,
            "Authenticator": { "AAGUID": null, "SignCount": 41, "CloneWarning": false },
        },
    });
    let record = read(Format::GoWebauthn, &row).unwrap();
    assert_eq!((record.user_verification_initialized, record.backup_eligible), (None, false));
    assert_eq!((record.aaguid, record.attestation_format.as_str()), (Aaguid([0; 16]), "packed"));
    assert_eq!((record.transports, record.attachment), (vec![], None));
}

#[test]
fn a_go_webauthn_key_that_may_be_cloned_is_suspended() {
    let row = with(go_webauthn(), "/credential/authenticator/cloneWarning", json!(true));
    assert_eq!(read(Format::GoWebauthn, &row).unwrap().state, CredentialState::Suspended);
}

#[test]
fn a_go_webauthn_key_whose_user_was_not_verified_is_presence_only() {
    let row = with(go_webauthn(), "/credential/flags/userVerified", json!(false));
    assert_eq!(read(Format::GoWebauthn, &row).unwrap().user_verification_initialized, Some(false));
}

#[test]
fn an_attestation_type_that_is_no_format_is_none() {
    for (format, kind, expected) in [
        (json!("tpm"), json!("attca"), "tpm"),
        (json!(null), json!("fido-u2f"), "fido-u2f"),
        (json!(""), json!("basic_full"), "none"),
        (json!(null), json!(null), "none"),
    ] {
        let row = with(
            with(go_webauthn(), "/credential/attestationFormat", format),
            "/credential/attestationType",
            kind,
        );
        assert_eq!(read(Format::GoWebauthn, &row).unwrap().attestation_format, expected);
    }
}

#[test]
fn a_row_of_hanko_is_read() {
    let record = read(Format::Hanko, &hanko()).unwrap();
    assert_common(&record);
    assert_eq!(record.external_id.as_str(), "01020304-0506-0708-090a-0b0c0d0e0f10");
    let handle: Vec<u8> = (1..=16).collect();
    assert_eq!(record.user_handle, Some(UserHandle::new(handle).unwrap()));
    assert_eq!(record.display_name.as_str(), "blue key");
    assert_eq!((record.attestation_format.as_str(), words(&record)), ("packed", vec!["nfc", "usb"]));
    assert_eq!(record.created_at, Some(Timestamp::from_micros(1_795_521_600_500_000)));
    assert_eq!((record.last_used_at, record.user_verification_initialized), (None, None));
}

#[test]
fn a_row_of_hanko_is_read_as_the_database_writes_it() {
    let expected = read(Format::Hanko, &hanko()).unwrap();
    for (pointer, value) in [
        ("/created_at", json!("2026-11-24T12:00:00.5")),
        ("/created_at", json!("2026-11-24 12:00:00.5")),
        ("/transports", json!(["nfc", "", "usb"])),
        ("/backup_eligible", json!(1)),
        ("/mfa_only", json!(0)),
        ("/mfa_only", json!(null)),
        ("/user_handle_id", json!(null)),
    ] {
        assert_eq!(read(Format::Hanko, &with(hanko(), pointer, value)), Ok(expected.clone()), "{pointer}");
    }
}

#[test]
fn a_hanko_security_key_is_presence_only() {
    let row = with(hanko(), "/mfa_only", json!(true));
    assert_eq!(read(Format::Hanko, &row).unwrap().user_verification_initialized, Some(false));
}

#[test]
fn a_hanko_credential_that_came_from_elsewhere_keeps_its_own_handle() {
    let own = Some(UserHandle::new(*b"anna-1").unwrap());
    for value in [json!("anna-1"), json!({ "id": "0", "handle": "anna-1" })] {
        let row = with(hanko(), "/user_handle", value);
        assert_eq!(read(Format::Hanko, &row).unwrap().user_handle, own);
    }
    let row = with(hanko(), "/user_handle_id", json!("0b0c0d0e-0506-0708-090a-0b0c0d0e0f10"));
    assert_eq!(read(Format::Hanko, &row).unwrap_err().field, "user_handle");
}

#[test]
fn what_a_format_requires_is_missed_by_its_own_name() {
    let rows = [
        (Format::SimpleWebauthn, simplewebauthn()),
        (Format::GoWebauthn, go_webauthn()),
        (Format::Hanko, hanko()),
    ];
    let required: [&[(&str, &str)]; 3] = [
        &[
            ("/id", "id"),
            ("/publicKey", "publicKey"),
            ("/user", "user"),
            ("/user/id", "user.id"),
            ("/webauthnUserID", "webauthnUserID"),
            ("/counter", "counter"),
            ("/deviceType", "deviceType"),
            ("/backedUp", "backedUp"),
        ],
        &[
            ("/externalId", "externalId"),
            ("/userHandle", "userHandle"),
            ("/credential", "credential"),
            ("/credential/id", "credential.id"),
            ("/credential/publicKey", "credential.publicKey"),
            ("/credential/authenticator", "credential.authenticator"),
            ("/credential/authenticator/signCount", "credential.authenticator.signCount"),
        ],
        &[
            ("/id", "id"),
            ("/user_id", "user_id"),
            ("/public_key", "public_key"),
            ("/sign_count", "sign_count"),
        ],
    ];
    for ((format, row), members) in rows.into_iter().zip(required) {
        for (pointer, field) in members {
            let refused = read(format, &without(row.clone(), pointer)).unwrap_err();
            let reason = match *field {
                "webauthnUserID" | "userHandle" => Reason::UserHandleMissing,
                _ => Reason::FieldViolation,
            };
            assert_eq!((refused.reason, refused.field), (reason, *field), "{format:?}");
        }
    }
}

#[test]
fn what_breaks_a_rule_is_named_as_the_format_does_and_never_quoted() {
    use Format::{GoWebauthn, Hanko, SimpleWebauthn};
    let (simple, go, hanko) = (simplewebauthn, go_webauthn, hanko);
    for (format, row, field) in [
        (SimpleWebauthn, with(simple(), "/deviceType", json!("secret")), "deviceType"),
        (SimpleWebauthn, with(simple(), "/deviceType", json!("singleDevice")), "backedUp"),
        (SimpleWebauthn, with(simple(), "/id", json!("secret!")), "id"),
        (SimpleWebauthn, with(simple(), "/id", json!("")), "id"),
        (SimpleWebauthn, with(simple(), "/publicKey", json!({ "0": 165, "secret": 1 })), "publicKey"),
        (SimpleWebauthn, with(simple(), "/publicKey", json!([165])), "publicKey"),
        (SimpleWebauthn, with(simple(), "/user", json!(["secret"])), "user"),
        (SimpleWebauthn, with(simple(), "/user/id", json!("secret".repeat(50))), "user"),
        (SimpleWebauthn, with(simple(), "/webauthnUserID", json!("c2Vj".repeat(30))), "webauthnUserID"),
        (SimpleWebauthn, with(simple(), "/aaguid", json!("secret")), "aaguid"),
        (
            GoWebauthn,
            with(go(), "/credential/flags/backupEligible", json!(false)),
            "credential.flags.backupState",
        ),
        (
            GoWebauthn,
            with(go(), "/credential/authenticator/AAGUID", json!("c2Vj")),
            "credential.authenticator.AAGUID",
        ),
        (GoWebauthn, with(go(), "/credential/transport", json!("secret")), "credential.transport"),
        (GoWebauthn, with(go(), "/credential/publicKey", json!("c2Vj")), "credential.publicKey"),
        (GoWebauthn, with(go(), "/displayName", json!("secret\n")), "displayName"),
        (GoWebauthn, with(go(), "/userHandle", json!("")), "userHandle"),
        (Hanko, with(hanko(), "/user_id", json!("secret")), "user_id"),
        (Hanko, with(hanko(), "/backup_eligible", json!(false)), "backup_state"),
        (Hanko, with(hanko(), "/created_at", json!("secret")), "created_at"),
        (Hanko, with(hanko(), "/last_used_at", json!("0001-01-01T00:00:00Z")), "last_used_at"),
        (Hanko, with(hanko(), "/name", json!("secret".repeat(50))), "name"),
        (Hanko, with(hanko(), "/transports", json!(["usb", 1])), "transports"),
        (Hanko, with(hanko(), "/transports", json!([{ "secret": 1 }])), "transports.name"),
        (Hanko, with(hanko(), "/sign_count", json!(-1)), "sign_count"),
    ] {
        let refused = read(format, &row).unwrap_err();
        assert_eq!(refused.field, field, "{format:?} {refused}");
        assert!(
            !refused.to_string().contains("secret") && !refused.to_string().contains("c2Vj"),
            "{refused}"
        );
    }
}
