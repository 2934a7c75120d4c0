//! What Keystead exports, both ways.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{ES256, es256};
use crate::import::*;

fn read(row: &Value) -> Result<Record, Refused> {
    Record::from_json(Format::Keystead, &row.to_string())
}

fn full() -> Value {
    json!({
        "externalId": "anna", "userDisplayName": "Anna A.", "userHandle": "+/8=", "rpId": "example.org",
        "webauthnId": "AAECAw==", "publicKey": ES256, "algorithm": -7, "signCount": 41,
        "aaguid": "cb69481e-8ff7-4039-93ec-0a2729a154a8", "attestationFormat": "packed", "transports": ["nfc", "usb"],
        "attachment": "ATTACHMENT_CROSS_PLATFORM", "discoverable": true, "backupEligible": true, "backedUp": false,
        "userVerificationInitialized": true, "displayName": "blue key", "state": "CREDENTIAL_STATE_SUSPENDED",
        "createTime": "2026-11-24T12:00:00Z", "lastUseTime": "2026-11-24T12:00:00.250Z",
    })
}

fn record() -> Record {
    Record {
        external_id: ExternalId::new("anna").unwrap(),
        user_display_name: Some(DisplayName::new("Anna A.").unwrap()),
        user_handle: Some(UserHandle::new([0xfb, 0xff]).unwrap()),
        rp_id: Some("example.org".into()),
        webauthn_id: WebauthnId::new([0, 1, 2, 3]).unwrap(),
        public_key: es256(),
        algorithm: Algorithm::Es256,
        sign_count: 41,
        aaguid: "cb69481e-8ff7-4039-93ec-0a2729a154a8".parse().unwrap(),
        attestation_format: "packed".into(),
        transports: vec![Transport::new("nfc").unwrap(), Transport::new("usb").unwrap()],
        attachment: Some(Attachment::CrossPlatform),
        discoverable: Some(true),
        backup_eligible: true,
        backed_up: false,
        user_verification_initialized: Some(true),
        display_name: DisplayName::new("blue key").unwrap(),
        state: CredentialState::Suspended,
        created_at: Some(Timestamp::from_micros(1_795_521_600_000_000)),
        last_used_at: Some(Timestamp::from_micros(1_795_521_600_250_000)),
    }
}

#[test]
fn every_member_is_read_and_written_as_proto3_json() {
    assert_eq!(read(&full()), Ok(record()));
    assert_eq!(record().to_json(None), full().to_string());
}

#[test]
fn names_of_the_proto_file_numbers_for_enums_and_texts_for_numbers_are_read_too() {
    let row = json!({
        "external_id": "anna", "user_display_name": "Anna A.", "user_handle": "-_8", "rp_id": "example.org",
        "webauthn_id": "AAECAw", "public_key": ES256, "algorithm": "-7", "sign_count": "41",
        "aaguid": "cb69481e-8ff7-4039-93ec-0a2729a154a8", "attestation_format": "packed", "transports": ["nfc", "usb"],
        "attachment": 2, "discoverable": true, "backup_eligible": true, "backed_up": null,
        "user_verification_initialized": true, "display_name": "blue key", "state": 2,
        "create_time": "2026-11-24T13:00:00+01:00", "last_use_time": "2026-11-24T12:00:00.25Z", "later": {},
    });
    assert_eq!(read(&row), Ok(record()));
}

#[test]
fn the_ids_of_an_export_are_written_and_an_import_makes_its_own() {
    let ids = (UserId::from_bytes([1; 16]), CredentialId::from_bytes([2; 16]));
    let text = record().to_json(Some(ids));
    let row: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (&row["userId"], &row["credentialId"]),
        (&json!(ids.0.to_string()), &json!(ids.1.to_string()))
    );
    assert_eq!(Record::from_json(Format::Keystead, &text), Ok(record()));
}

#[test]
fn members_at_their_default_are_left_out() {
    let bare =
        json!({ "externalId": "anna", "userHandle": "AQ==", "webauthnId": "AA==", "publicKey": ES256 });
    let text = read(&bare).unwrap().to_json(None);
    let mut written = bare;
    for (name, value) in [
        ("algorithm", json!(-7)),
        ("attestationFormat", json!("none")),
        ("backupEligible", json!(false)),
        ("backedUp", json!(false)),
        ("state", json!("CREDENTIAL_STATE_ACTIVE")),
    ] {
        written[name] = value;
    }
    assert_eq!(text, written.to_string());
}

#[test]
fn a_revoked_credential_is_written_and_not_read() {
    let text = Record { state: CredentialState::Revoked, ..record() }.to_json(None);
    assert!(text.contains("CREDENTIAL_STATE_REVOKED"));
    let refused = Record::from_json(Format::Keystead, &text).unwrap_err();
    assert_eq!((refused.reason, refused.field), (Reason::FieldViolation, "state"));
}

#[test]
fn complaints_name_members_as_the_row_does_and_never_quote_it() {
    for (member, value) in [
        ("externalId", json!("secret".repeat(50))),
        ("userDisplayName", json!("secret\u{7}")),
        ("userHandle", json!("secret!")),
        ("userHandle", json!("c2Vj".repeat(30))),
        ("rpId", json!(["secret"])),
        ("webauthnId", json!("")),
        ("publicKey", json!("secret")),
        ("algorithm", json!(-8)),
        ("signCount", json!(4_294_967_296_u64)),
        ("signCount", json!(-1)),
        ("signCount", json!(1.5)),
        ("aaguid", json!("secret")),
        ("attestationFormat", json!("secret secret")),
        ("transports", json!("secret")),
        ("transports", json!([1])),
        ("attachment", json!("SECRET")),
        ("discoverable", json!("secret")),
        ("backupEligible", json!(2)),
        ("userVerificationInitialized", json!([])),
        ("displayName", json!({ "secret": 1 })),
        ("state", json!("secret")),
        ("state", json!("CREDENTIAL_STATE_REVOKED")),
        ("createTime", json!("secret")),
        ("createTime", json!("2026-11-24T12:00:00")),
        ("lastUseTime", json!("1969-12-31T23:59:59Z")),
    ] {
        let mut row = full();
        row[member] = value;
        let refused = read(&row).unwrap_err();
        assert_eq!(refused.field, member);
        assert!(!refused.to_string().to_lowercase().contains("secret"), "{refused}");
    }
    let row = json!({ "externalId": "anna", "backedUp": true });
    let refused = read(&row).unwrap_err();
    assert_eq!((refused.reason, refused.field), (Reason::BackupStateInvalid, "backedUp"));
}

proptest! {
    #[test]
    fn every_record_survives_its_text(
        id in proptest::collection::vec(any::<u8>(), 1..1024),
        handle in proptest::option::of(proptest::collection::vec(any::<u8>(), 1..65)),
        sign_count: u32,
        aaguid: [u8; 16],
        flags: (bool, bool, bool),
        known: (Option<bool>, Option<bool>),
        micros in proptest::option::of(0..253_402_300_800_000_000_i64),
        name in "[^\\p{Cc}]{0,40}",
    ) {
        let record = Record {
            webauthn_id: WebauthnId::new(id).unwrap(),
            discoverable: if handle.is_some() { known.0 } else { Some(false) },
            user_handle: handle.map(|handle| UserHandle::new(handle).unwrap()),
            sign_count,
            aaguid: Aaguid(aaguid),
            backup_eligible: flags.0,
            backed_up: flags.0 && flags.1,
            attachment: flags.2.then_some(Attachment::Platform),
            user_verification_initialized: known.1,
            created_at: micros.map(Timestamp::from_micros),
            last_used_at: None,
            display_name: DisplayName::new(name).unwrap(),
            state: CredentialState::Active,
            ..record()
        };
        prop_assert_eq!(Record::from_json(Format::Keystead, &record.to_json(None)), Ok(record));
    }
}
