//! The JSON form of `keystead.v1.CredentialRecord`, both ways: the proto3 JSON mapping, so that any protobuf runtime reads
//! what is written here and writes what is read.

use keystead_domain::{Aaguid, CredentialId, Transport, UserId};
use serde_json::Value;

use super::{
    Parts, Record, Refused, bytes,
    row::{Member, Row},
    time,
};

/// A member by its JSON name; as in every protobuf runtime, its name in the proto file does as well.
const fn member(path: &'static str, other: &'static [&'static str]) -> Member {
    Member { path, other }
}

const EXTERNAL_ID: Member = member("externalId", &["external_id"]);
const USER_DISPLAY_NAME: Member = member("userDisplayName", &["user_display_name"]);
const USER_HANDLE: Member = member("userHandle", &["user_handle"]);
const RP_ID: Member = member("rpId", &["rp_id"]);
const WEBAUTHN_ID: Member = member("webauthnId", &["webauthn_id"]);
const PUBLIC_KEY: Member = member("publicKey", &["public_key"]);
const ALGORITHM: Member = Member::new("algorithm");
const SIGN_COUNT: Member = member("signCount", &["sign_count"]);
const AAGUID: Member = Member::new("aaguid");
const ATTESTATION_FORMAT: Member = member("attestationFormat", &["attestation_format"]);
const TRANSPORTS: Member = Member::new("transports");
const ATTACHMENT: Member = Member::new("attachment");
const DISCOVERABLE: Member = Member::new("discoverable");
const BACKUP_ELIGIBLE: Member = member("backupEligible", &["backup_eligible"]);
const BACKED_UP: Member = member("backedUp", &["backed_up"]);
const USER_VERIFICATION: Member = member("userVerificationInitialized", &["user_verification_initialized"]);
const DISPLAY_NAME: Member = member("displayName", &["display_name"]);
const STATE: Member = Member::new("state");
const CREATE_TIME: Member = member("createTime", &["create_time"]);
const LAST_USE_TIME: Member = member("lastUseTime", &["last_use_time"]);
// Only written: an import makes its own ids.
const USER_ID: Member = Member::new("userId");
const CREDENTIAL_ID: Member = Member::new("credentialId");

/// What the rules call a member, and what this format does.
pub(super) const NAMES: &[(&str, &str)] = &[
    ("external_id", EXTERNAL_ID.path),
    ("user_display_name", USER_DISPLAY_NAME.path),
    ("user_handle", USER_HANDLE.path),
    ("webauthn_id", WEBAUTHN_ID.path),
    ("public_key", PUBLIC_KEY.path),
    ("attestation_format", ATTESTATION_FORMAT.path),
    ("backed_up", BACKED_UP.path),
    ("display_name", DISPLAY_NAME.path),
    ("create_time", CREATE_TIME.path),
    ("last_use_time", LAST_USE_TIME.path),
];

/// The values of `keystead.v1.Attachment`, each at its number.
const ATTACHMENTS: &[&str] = &["ATTACHMENT_UNSPECIFIED", "ATTACHMENT_PLATFORM", "ATTACHMENT_CROSS_PLATFORM"];
/// The values of `keystead.v1.CredentialState`, each at its number.
const STATES: &[&str] = &[
    "CREDENTIAL_STATE_UNSPECIFIED",
    "CREDENTIAL_STATE_ACTIVE",
    "CREDENTIAL_STATE_SUSPENDED",
    "CREDENTIAL_STATE_QUARANTINED",
    "CREDENTIAL_STATE_REVOKED",
    "CREDENTIAL_STATE_SUPERSEDED",
];

pub(super) fn parts(row: Row<'_>) -> Result<Parts, Refused> {
    Ok(Parts {
        external_id: row.text(EXTERNAL_ID)?.unwrap_or_default(),
        user_display_name: row.text(USER_DISPLAY_NAME)?.unwrap_or_default(),
        user_handle: row.bytes(USER_HANDLE)?.unwrap_or_default(),
        rp_id: row.text(RP_ID)?.unwrap_or_default(),
        webauthn_id: row.bytes(WEBAUTHN_ID)?.unwrap_or_default(),
        public_key: row.bytes(PUBLIC_KEY)?.unwrap_or_default(),
        algorithm: row.number(ALGORITHM)?.unwrap_or_default(),
        sign_count: row.number(SIGN_COUNT)?.unwrap_or_default(),
        aaguid: row.text(AAGUID)?.unwrap_or_default(),
        attestation_format: row.text(ATTESTATION_FORMAT)?.unwrap_or_default(),
        transports: row.texts(TRANSPORTS)?,
        attachment: number_of(row, ATTACHMENT, ATTACHMENTS)?,
        discoverable: row.flag(DISCOVERABLE)?,
        backup_eligible: row.flag(BACKUP_ELIGIBLE)?,
        backed_up: row.flag(BACKED_UP)?,
        user_verification_initialized: row.flag(USER_VERIFICATION)?,
        display_name: row.text(DISPLAY_NAME)?.unwrap_or_default(),
        state: number_of(row, STATE, STATES)?,
        create_time: row.time(CREATE_TIME)?,
        last_use_time: row.time(LAST_USE_TIME)?,
    })
}

/// The number of an enum's value, which is written by name or by number.
fn number_of(row: Row<'_>, member: Member, names: &[&str]) -> Result<i32, Refused> {
    let number = row.read(member, "is not a known value", |value| match value.as_str() {
        Some(text) => names.iter().position(|name| *name == text)?.try_into().ok(),
        None => value.as_i64()?.try_into().ok(),
    })?;
    Ok(number.unwrap_or_default())
}

/// A member at its default means the same as an absent one, and is left out, as proto3 JSON does.
pub(super) fn json(record: &Record, ids: Option<(UserId, CredentialId)>) -> String {
    let known_aaguid = Some(record.aaguid).filter(|aaguid| *aaguid != Aaguid([0; 16]));
    let transports: Vec<&str> = record.transports.iter().map(Transport::as_str).collect();
    let members = [
        (EXTERNAL_ID, text(record.external_id.as_str())),
        (USER_DISPLAY_NAME, record.user_display_name.as_ref().and_then(|name| text(name.as_str()))),
        (USER_HANDLE, record.user_handle.as_ref().and_then(|handle| base64(handle.as_bytes()))),
        (RP_ID, record.rp_id.as_deref().and_then(text)),
        (WEBAUTHN_ID, base64(record.webauthn_id.as_bytes())),
        (PUBLIC_KEY, base64(&record.public_key)),
        (ALGORITHM, Some(record.algorithm.cose().into())),
        (SIGN_COUNT, Some(record.sign_count).filter(|count| *count != 0).map(Value::from)),
        (AAGUID, known_aaguid.map(|aaguid| aaguid.to_string().into())),
        (ATTESTATION_FORMAT, text(&record.attestation_format)),
        (TRANSPORTS, Some(transports).filter(|words| !words.is_empty()).map(Value::from)),
        (ATTACHMENT, record.attachment.and_then(|attachment| name(ATTACHMENTS, attachment.number()))),
        (DISCOVERABLE, record.discoverable.map(Value::from)),
        (BACKUP_ELIGIBLE, Some(record.backup_eligible.into())),
        (BACKED_UP, Some(record.backed_up.into())),
        (USER_VERIFICATION, record.user_verification_initialized.map(Value::from)),
        (DISPLAY_NAME, text(record.display_name.as_str())),
        (STATE, name(STATES, record.state.number())),
        (CREATE_TIME, record.created_at.and_then(time::text).map(Value::from)),
        (LAST_USE_TIME, record.last_used_at.and_then(time::text).map(Value::from)),
        (USER_ID, ids.map(|(user, _)| user.to_string().into())),
        (CREDENTIAL_ID, ids.map(|(_, credential)| credential.to_string().into())),
    ];
    let present = members.into_iter().filter_map(|(member, value)| Some((member.path.to_owned(), value?)));
    Value::Object(present.collect()).to_string()
}

fn text(text: &str) -> Option<Value> {
    Some(text).filter(|text| !text.is_empty()).map(Value::from)
}

fn base64(bytes: &[u8]) -> Option<Value> {
    text(&bytes::encode(bytes))
}

/// The name of an enum's value.
fn name(names: &[&str], number: u8) -> Option<Value> {
    names.get(usize::from(number)).map(|name| Value::from(*name))
}
