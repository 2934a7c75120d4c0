//! A `webauthn.Credential` of go-webauthn as `encoding/json` writes it, within an object that says whose it is:
//! `{"externalId": …, "userHandle": …, "displayName": …, "credential": {…}}`.
//!
//! Its fields as in `webauthn/credential.go` at commit 0135d5d and `webauthn/authenticator.go`. Before it had JSON names, a
//! field was written as `SignCount`, and early releases kept no flags. As with `encoding/json`, the capitals of a name do
//! not matter.
//!
//! The library keeps the flags of the last login over those of the registration: a key whose user was verified then is one
//! whose verification counted there.

use keystead_domain::{Aaguid, Attachment, CredentialState};

use super::{
    Parts, Refused, format,
    row::{Member, Row},
};

const OWNER: Member = Member { path: "externalId", other: &["external_id", "userId", "user_id"] };
const USER_HANDLE: Member = Member { path: "userHandle", other: &["user_handle"] };
const DISPLAY_NAME: Member = Member { path: "displayName", other: &["display_name"] };
const CREDENTIAL: Member = Member::new("credential");
const ID: Member = Member::new("credential.id");
const PUBLIC_KEY: Member = Member::new("credential.publicKey");
const FORMAT: Member = Member::new("credential.attestationFormat");
const TYPE: Member = Member::new("credential.attestationType");
const TRANSPORT: Member = Member::new("credential.transport");
const FLAGS: Member = Member::new("credential.flags");
const USER_VERIFIED: Member = Member::new("credential.flags.userVerified");
const BACKUP_ELIGIBLE: Member = Member::new("credential.flags.backupEligible");
const BACKUP_STATE: Member = Member::new("credential.flags.backupState");
const AUTHENTICATOR: Member = Member::new("credential.authenticator");
const AAGUID: Member = Member::new("credential.authenticator.AAGUID");
const SIGN_COUNT: Member = Member::new("credential.authenticator.signCount");
const CLONE_WARNING: Member = Member::new("credential.authenticator.cloneWarning");
const ATTACHMENT: Member = Member::new("credential.authenticator.attachment");

/// What the rules call a member, and what this format does.
pub(super) const NAMES: &[(&str, &str)] = &[
    ("external_id", OWNER.path),
    ("user_display_name", DISPLAY_NAME.path),
    ("user_handle", USER_HANDLE.path),
    ("webauthn_id", ID.path),
    ("public_key", PUBLIC_KEY.path),
    ("backed_up", BACKUP_STATE.path),
];

pub(super) fn parts(row: Row<'_>) -> Result<Parts, Refused> {
    let credential = CREDENTIAL.required(row.object(CREDENTIAL)?)?;
    let authenticator = AUTHENTICATOR.required(credential.object(AUTHENTICATOR)?)?;
    let flags = Flags::of(credential)?;
    Ok(Parts {
        external_id: OWNER.required(row.id(OWNER)?)?,
        user_display_name: row.text(DISPLAY_NAME)?.unwrap_or_default(),
        user_handle: row.bytes(USER_HANDLE)?.unwrap_or_default(),
        webauthn_id: ID.required(credential.bytes(ID)?)?,
        public_key: PUBLIC_KEY.required(credential.bytes(PUBLIC_KEY)?)?,
        sign_count: SIGN_COUNT.required(authenticator.number(SIGN_COUNT)?)?,
        aaguid: aaguid(authenticator)?,
        attestation_format: format::of(credential.text(FORMAT)?, credential.text(TYPE)?),
        transports: credential.texts(TRANSPORT)?,
        attachment: attachment(authenticator)?,
        backup_eligible: flags.backup_eligible,
        backed_up: flags.backup_state,
        user_verification_initialized: flags.user_verified,
        state: state(authenticator)?.number().into(),
        ..Parts::default()
    })
}

#[derive(Default)]
struct Flags {
    user_verified: Option<bool>,
    backup_eligible: Option<bool>,
    backup_state: Option<bool>,
}

impl Flags {
    fn of(credential: Row<'_>) -> Result<Self, Refused> {
        let Some(flags) = credential.object(FLAGS)? else { return Ok(Self::default()) };
        Ok(Self {
            user_verified: flags.flag(USER_VERIFIED)?,
            backup_eligible: flags.flag(BACKUP_ELIGIBLE)?,
            backup_state: flags.flag(BACKUP_STATE)?,
        })
    }
}

/// Sixteen bytes, or none.
fn aaguid(authenticator: Row<'_>) -> Result<String, Refused> {
    let bytes = authenticator.bytes(AAGUID)?.unwrap_or_default();
    match (bytes.len(), <[u8; 16]>::try_from(bytes)) {
        (_, Ok(aaguid)) => Ok(Aaguid(aaguid).to_string()),
        (0, _) => Ok(String::new()),
        _ => Err(AAGUID.refused("must have 16 bytes")),
    }
}

/// What the browser said; words of later browsers say nothing here.
fn attachment(authenticator: Row<'_>) -> Result<i32, Refused> {
    let word = authenticator.text(ATTACHMENT)?.unwrap_or_default();
    Ok(Attachment::from_word(&word).map_or(0, |attachment| attachment.number().into()))
}

/// A counter that went backwards may mean a second copy of the key: somebody looks at it before it logs in again.
fn state(authenticator: Row<'_>) -> Result<CredentialState, Refused> {
    match authenticator.flag(CLONE_WARNING)? {
        Some(true) => Ok(CredentialState::Suspended),
        _ => Ok(CredentialState::Active),
    }
}
