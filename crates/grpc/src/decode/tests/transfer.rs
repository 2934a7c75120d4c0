use keystead_ceremony::import::{Format, MOST_ROW};
use keystead_domain::{CredentialState, DisplayName, Reason, UserHandle};
use keystead_proto::v1::{
    CredentialRecord, ExportCredentialsRequest, ImportOptions, ImportRow, import_row::Row,
};
use keystead_service::UnknownUserVerification;

use super::{super::credentials as decode, *};

/// An ES256 key: its algorithm, and the base point of P-256.
const KEY: &str = "a5010203262001215820\
    6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296225820\
    4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";

fn key() -> Vec<u8> {
    let digits = KEY.as_bytes().chunks_exact(2).map(|pair| std::str::from_utf8(pair).unwrap());
    digits.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

fn record() -> CredentialRecord {
    CredentialRecord {
        external_id: "anna".to_owned(),
        user_handle: vec![1, 2, 3],
        webauthn_id: vec![4, 5, 6],
        public_key: key(),
        create_time: Some(prost_types::Timestamp { seconds: 1_700_000_000, nanos: 5_000 }),
        ..CredentialRecord::default()
    }
}

fn row(number: i64, row: Row) -> ImportRow {
    ImportRow { number, row: Some(row) }
}

fn options() -> ImportOptions {
    ImportOptions {
        rp_id: "example.org".to_owned(),
        dry_run: true,
        format: 2,
        unknown_user_verification: 2,
        existing_users_only: true,
        profile: "staff".to_owned(),
    }
}

fn named<T>(decoded: Result<T, Violations>) -> Vec<String> {
    let violations = decoded.err().unwrap_or_default();
    violations.into_iter().map(|(field, _)| field.into_owned()).collect()
}

#[test]
fn violations_of_the_options_of_an_import_name_their_fields() {
    let breaks: &[Break<ImportOptions>] = &[
        (|_| {}, &[]),
        (|m| m.rp_id = "https://example.org".to_owned(), &["options.rp_id"]),
        (|m| m.format = 5, &["options.format"]),
        (|m| m.unknown_user_verification = 3, &["options.unknown_user_verification"]),
        (|m| m.profile = "p".repeat(65), &["options.profile"]),
        (|m| (m.rp_id, m.format) = ("-".to_owned(), -1), &["options.rp_id", "options.format"]),
    ];
    for (n, (break_it, expected)) in breaks.iter().enumerate() {
        let mut message = options();
        break_it(&mut message);
        assert_eq!(named(decode::import_options(Some(message))), *expected, "row {n}");
    }
}

#[test]
fn options_come_with_the_first_message_and_with_no_other() {
    assert_eq!(named(decode::import_options(None)), ["options"]);
    assert_eq!(named(decode::no_options(Some(&ImportOptions::default()))), ["options"]);
    assert!(decode::no_options(None).is_ok());
}

#[test]
fn options_carry_what_was_said() {
    let (format, asked) = decode::import_options(Some(options())).unwrap();
    assert_eq!(format, Format::SimpleWebauthn);
    assert_eq!(asked.unknown_user_verification, UnknownUserVerification::PresenceOnly);
    assert!(asked.rp_id.is_some() && asked.profile.is_some() && asked.dry_run && asked.existing_users_only);

    let (format, asked) = decode::import_options(Some(ImportOptions::default())).unwrap();
    assert_eq!(format, Format::Keystead);
    assert_eq!(asked.unknown_user_verification, UnknownUserVerification::Refuse);
    assert!(asked.rp_id.is_none() && asked.profile.is_none());
    assert!(!asked.dry_run && !asked.existing_users_only);
}

#[test]
fn rows_that_are_no_rows_are_violations_of_their_message() {
    let json = || Row::Json("{}".to_owned());
    let empty = ImportRow { number: 2, row: None };
    let rows = vec![row(1, json()), empty, row(3, json())];
    assert_eq!(named(decode::import_rows(Format::Keystead, rows)), ["rows[1]"]);
    let rows = vec![row(1, Row::Record(record()))];
    assert_eq!(named(decode::import_rows(Format::Hanko, rows)), ["rows[0].record"]);
    let rows = (0..501).map(|number| row(number, json())).collect();
    assert_eq!(named(decode::import_rows(Format::Keystead, rows)), ["rows"]);
    let rows = (0..500).map(|number| row(number, json())).collect();
    assert_eq!(decode::import_rows(Format::Keystead, rows).unwrap().len(), 500);
}

#[test]
fn what_is_wrong_within_a_row_is_the_rows_own_and_holds_up_no_other() {
    let broken = |change: fn(&mut CredentialRecord)| {
        let mut record = record();
        change(&mut record);
        Row::Record(record)
    };
    let rows = [
        (Row::Record(record()), None),
        (Row::Json("no JSON".to_owned()), Some((Reason::FieldViolation, "row"))),
        (Row::Json(" ".repeat(MOST_ROW + 1)), Some((Reason::FieldViolation, "row"))),
        (broken(|m| m.external_id.clear()), Some((Reason::FieldViolation, "external_id"))),
        (broken(|m| m.attachment = 7), Some((Reason::FieldViolation, "attachment"))),
        (broken(|m| m.state = 4), Some((Reason::FieldViolation, "state"))),
        (broken(|m| m.aaguid = "x".to_owned()), Some((Reason::FieldViolation, "aaguid"))),
        (broken(|m| m.webauthn_id.clear()), Some((Reason::CredentialIdLength, "webauthn_id"))),
        (broken(|m| m.public_key.truncate(9)), Some((Reason::PublicKeyMalformed, "public_key"))),
        (broken(|m| m.backed_up = Some(true)), Some((Reason::BackupStateInvalid, "backed_up"))),
    ];
    let (rows, expected): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
    let numbered = (1..).zip(rows).map(|(number, it)| row(number, it)).collect();
    let taken = decode::import_rows(Format::Keystead, numbered).unwrap();
    assert_eq!(taken.len(), expected.len());
    for (n, (row, expected)) in (1..).zip(taken.iter().zip(expected)) {
        let refused = row.record.as_ref().err().map(|refused| (refused.reason, refused.field));
        assert_eq!((row.number, refused), (n, expected));
    }
}

#[test]
fn typed_row_carries_every_member() {
    let message = CredentialRecord {
        user_display_name: "Anna".to_owned(),
        rp_id: "example.org".to_owned(),
        algorithm: -7,
        sign_count: 9,
        aaguid: "CB69481E-8FF7-4039-93EC-0A2729A154A8".to_owned(),
        attestation_format: "packed".to_owned(),
        transports: vec!["usb".to_owned()],
        attachment: 2,
        discoverable: Some(true),
        backup_eligible: Some(true),
        backed_up: Some(true),
        user_verification_initialized: Some(false),
        display_name: "Key".to_owned(),
        state: 2,
        last_use_time: Some(prost_types::Timestamp { seconds: 1_700_000_001, nanos: 0 }),
        ..record()
    };
    let rows = vec![row(1, Row::Record(message))];
    let record = decode::import_rows(Format::Keystead, rows).unwrap().remove(0).record.unwrap();
    assert_eq!(record.external_id.as_str(), "anna");
    assert_eq!(record.user_display_name.as_ref().map(DisplayName::as_str), Some("Anna"));
    assert_eq!(record.user_handle.as_ref().map(UserHandle::as_bytes), Some(&[1, 2, 3][..]));
    assert_eq!(
        (record.rp_id.as_deref(), record.webauthn_id.as_bytes()),
        (Some("example.org"), &[4, 5, 6][..])
    );
    assert_eq!((record.algorithm.cose(), record.sign_count), (-7, 9));
    assert_eq!(record.aaguid.to_string(), "cb69481e-8ff7-4039-93ec-0a2729a154a8");
    assert_eq!((record.attestation_format.as_str(), record.transports[0].as_str()), ("packed", "usb"));
    assert_eq!(record.attachment, Some(keystead_domain::Attachment::CrossPlatform));
    assert_eq!((record.discoverable, record.user_verification_initialized), (Some(true), Some(false)));
    assert!(record.backup_eligible && record.backed_up);
    assert_eq!((record.display_name.as_str(), record.state), ("Key", CredentialState::Suspended));
    assert_eq!(record.created_at, Some(Timestamp::from_micros(1_700_000_000_000_005)));
    assert_eq!(record.last_used_at, Some(Timestamp::from_micros(1_700_000_001_000_000)));
}

#[test]
fn violations_of_an_export_name_their_fields() {
    let export = ExportCredentialsRequest {
        user: Some(by_id(USER)),
        rp_id: "example.org".to_owned(),
        states: vec![4, 1],
        resume_token: "token".to_owned(),
    };
    assert_violations(
        &export,
        decode::export_credentials,
        &[
            (|m| m.user = Some(by_external_id("")), &["user.external_id"]),
            (|m| m.rp_id = "-".to_owned(), &["rp_id"]),
            (|m| m.states = vec![1, 0], &["states[1]"]),
        ],
    );
    let (_, (filter, token)) = decode::export_credentials(arrival(), export).unwrap();
    assert_eq!(
        (filter.states, token.as_str()),
        (vec![CredentialState::Active, CredentialState::Revoked], "token")
    );
}
