//! The `Passkey` type that the documentation of `@simplewebauthn/server` 13 proposes for a database ("Additional data
//! structures", <https://simplewebauthn.dev/docs/packages/server>), as JSON of a row.
//!
//! It is a proposal, and people store what it says under slightly other names: capitals do not matter, and the names of
//! columns with underscores do as well. It has no times, and does not say whether the user was verified.

use super::{
    Parts, Refused,
    row::{Member, Row},
};

const ID: Member = Member::new("id");
const PUBLIC_KEY: Member = Member { path: "publicKey", other: &["public_key"] };
const USER: Member = Member::new("user");
const USER_ID: Member = Member::new("user.id");
const USER_NAME: Member = Member::new("user.username");
const OWNER: Member = Member { path: "userId", other: &["user_id", "externalId", "external_id"] };
const USER_HANDLE: Member = Member { path: "webauthnUserID", other: &["webauthn_user_id"] };
const COUNTER: Member = Member::new("counter");
const DEVICE_TYPE: Member = Member { path: "deviceType", other: &["device_type"] };
const BACKED_UP: Member = Member { path: "backedUp", other: &["backed_up"] };
const TRANSPORTS: Member = Member::new("transports");
const AAGUID: Member = Member::new("aaguid");

/// What the rules call a member, and what this format does.
pub(super) const NAMES: &[(&str, &str)] = &[
    ("external_id", USER.path),
    ("user_display_name", USER_NAME.path),
    ("user_handle", USER_HANDLE.path),
    ("webauthn_id", ID.path),
    ("public_key", PUBLIC_KEY.path),
    ("backed_up", BACKED_UP.path),
];

pub(super) fn parts(row: Row<'_>) -> Result<Parts, Refused> {
    let (external_id, user_display_name) = user(row)?;
    Ok(Parts {
        external_id,
        user_display_name,
        user_handle: row.bytes(USER_HANDLE)?.unwrap_or_default(),
        webauthn_id: ID.required(row.bytes(ID)?)?,
        public_key: PUBLIC_KEY.required(row.byte_array(PUBLIC_KEY)?)?,
        sign_count: COUNTER.required(row.number(COUNTER)?)?,
        aaguid: row.text(AAGUID)?.unwrap_or_default(),
        transports: transports(row)?,
        backup_eligible: Some(is_multi_device(row)?),
        backed_up: Some(BACKED_UP.required(row.flag(BACKED_UP)?)?),
        ..Parts::default()
    })
}

/// The owner's id and name: of the user model that the type refers to, or of the column that does.
fn user(row: Row<'_>) -> Result<(String, String), Refused> {
    match row.value(USER) {
        Some(value) if value.is_object() => {
            let user = USER.required(row.object(USER)?)?;
            Ok((USER_ID.required(user.id(USER_ID)?)?, user.text(USER_NAME)?.unwrap_or_default()))
        }
        Some(_) => Ok((USER.required(row.id(USER)?)?, String::new())),
        None => Ok((USER.required(row.id(OWNER)?)?, String::new())),
    }
}

/// Flag BE, in words.
fn is_multi_device(row: Row<'_>) -> Result<bool, Refused> {
    let eligible =
        row.read(DEVICE_TYPE, "must be singleDevice or multiDevice", |value| match value.as_str()? {
            "singleDevice" => Some(false),
            "multiDevice" => Some(true),
            _ => None,
        })?;
    DEVICE_TYPE.required(eligible)
}

/// An array, or as the documentation suggests for a column, the words with commas between.
fn transports(row: Row<'_>) -> Result<Vec<String>, Refused> {
    match row.value(TRANSPORTS).and_then(|value| value.as_str()) {
        Some(text) => Ok(text.split(',').map(|word| word.trim().to_owned()).collect()),
        None => row.texts(TRANSPORTS),
    }
}
