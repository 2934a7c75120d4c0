//! A row of Hanko's table `webauthn_credentials`, as its model `WebauthnCredential` or the database itself writes it to
//! JSON (`backend/persistence/models/webauthn_credential.go` at commit 22d40ca).
//!
//! Hanko's user handle is the sixteen bytes of the user's id, unless the credential itself came from elsewhere: then a row
//! of `webauthn_credential_user_handles` has it, whose `handle` is the handle's own text.

use uuid::Uuid;

use super::{
    Parts, Refused, format,
    row::{Member, Row},
    time,
};

const ID: Member = Member::new("id");
const USER_ID: Member = Member::new("user_id");
const PUBLIC_KEY: Member = Member::new("public_key");
const AAGUID: Member = Member::new("aaguid");
const SIGN_COUNT: Member = Member::new("sign_count");
const ATTESTATION_TYPE: Member = Member::new("attestation_type");
const TRANSPORTS: Member = Member::new("transports");
const TRANSPORT: Member = Member::new("transports.name");
const BACKUP_ELIGIBLE: Member = Member::new("backup_eligible");
const BACKUP_STATE: Member = Member::new("backup_state");
const NAME: Member = Member::new("name");
const CREATED_AT: Member = Member::new("created_at");
const LAST_USED_AT: Member = Member::new("last_used_at");
const MFA_ONLY: Member = Member::new("mfa_only");
const USER_HANDLE: Member = Member::new("user_handle");
const USER_HANDLE_ID: Member = Member::new("user_handle_id");
const HANDLE: Member = Member::new("user_handle.handle");

/// What the rules call a member, and what this format does.
pub(super) const NAMES: &[(&str, &str)] = &[
    ("external_id", USER_ID.path),
    ("webauthn_id", ID.path),
    ("backed_up", BACKUP_STATE.path),
    ("display_name", NAME.path),
    ("create_time", CREATED_AT.path),
    ("last_use_time", LAST_USED_AT.path),
];

pub(super) fn parts(row: Row<'_>) -> Result<Parts, Refused> {
    let user_id = USER_ID.required(row.text(USER_ID)?)?;
    let user_handle = user_handle(row, &user_id)?;
    Ok(Parts {
        external_id: user_id,
        user_handle,
        webauthn_id: ID.required(row.bytes(ID)?)?,
        public_key: PUBLIC_KEY.required(row.bytes(PUBLIC_KEY)?)?,
        sign_count: SIGN_COUNT.required(row.number(SIGN_COUNT)?)?,
        aaguid: row.text(AAGUID)?.unwrap_or_default(),
        attestation_format: format::of(None, row.text(ATTESTATION_TYPE)?),
        transports: transports(row)?,
        backup_eligible: row.flag(BACKUP_ELIGIBLE)?,
        backed_up: row.flag(BACKUP_STATE)?,
        user_verification_initialized: is_presence_only(row)?.then_some(false),
        display_name: row.text(NAME)?.unwrap_or_default(),
        create_time: moment(row, CREATED_AT)?,
        last_use_time: moment(row, LAST_USED_AT)?,
        ..Parts::default()
    })
}

/// A row that has a handle of its own and does not say which would be imported under the wrong one.
fn user_handle(row: Row<'_>, user_id: &str) -> Result<Vec<u8>, Refused> {
    let own = match row.value(USER_HANDLE) {
        Some(value) if value.is_object() => {
            let handle = USER_HANDLE.required(row.object(USER_HANDLE)?)?;
            Some(HANDLE.required(handle.text(HANDLE)?)?)
        }
        _ => row.text(USER_HANDLE)?,
    };
    match (own, row.value(USER_HANDLE_ID)) {
        (Some(handle), _) => Ok(handle.into_bytes()),
        (None, Some(_)) => Err(USER_HANDLE.refused("is missing beside user_handle_id")),
        (None, None) => {
            let id = Uuid::try_parse(user_id).map_err(|_| USER_ID.refused("must be a UUID"))?;
            Ok(id.into_bytes().to_vec())
        }
    }
}

/// Words, or rows of `webauthn_credential_transports`.
fn transports(row: Row<'_>) -> Result<Vec<String>, Refused> {
    let Some(values) = row.read(TRANSPORTS, "must be an array", |value| value.as_array())? else {
        return Ok(Vec::new());
    };
    let word = |value: &serde_json::Value| match value.as_object().map(Row::of) {
        Some(transport) => TRANSPORT.required(transport.text(TRANSPORT)?),
        None => value
            .as_str()
            .map(str::to_owned)
            .ok_or_else(|| TRANSPORTS.refused("must be of strings or objects")),
    };
    values.iter().map(word).collect()
}

/// Whether Hanko took it for a second factor only. Of the others it does not say whether the user was verified.
fn is_presence_only(row: Row<'_>) -> Result<bool, Refused> {
    Ok(row.flag(MFA_ONLY)?.unwrap_or(false))
}

/// Hanko's columns have no time zone: they are in UTC.
fn moment(row: Row<'_>, member: Member) -> Result<Option<(i64, i32)>, Refused> {
    row.read(member, "must be a time such as 2026-11-24T12:00:00Z", |value| {
        time::parse_in_utc(value.as_str()?)
    })
}
