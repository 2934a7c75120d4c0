//! The members of a row, whatever its format, and the rules they must keep.

use std::fmt;

use keystead_domain::{
    Aaguid, Attachment, CredentialState, DisplayName, ExternalId, LengthError, Reason, TextError, Timestamp,
    Transport, UserHandle, WebauthnId,
};

use super::{Record, Refused, key};

/// The members of `keystead.v1.CredentialRecord` that an import reads, as they are on the wire. Absent texts and bytes
/// are empty.
#[derive(Clone, Default)]
pub struct Parts {
    /// `external_id`.
    pub external_id: String,
    /// `user_display_name`.
    pub user_display_name: String,
    /// `user_handle`.
    pub user_handle: Vec<u8>,
    /// `rp_id`.
    pub rp_id: String,
    /// `webauthn_id`.
    pub webauthn_id: Vec<u8>,
    /// `public_key`.
    pub public_key: Vec<u8>,
    /// `algorithm`; 0: not said.
    pub algorithm: i32,
    /// `sign_count`.
    pub sign_count: u32,
    /// `aaguid`.
    pub aaguid: String,
    /// `attestation_format`.
    pub attestation_format: String,
    /// `transports`.
    pub transports: Vec<String>,
    /// `attachment`, by number; 0: not said.
    pub attachment: i32,
    /// `discoverable`.
    pub discoverable: Option<bool>,
    /// `backup_eligible`.
    pub backup_eligible: Option<bool>,
    /// `backed_up`.
    pub backed_up: Option<bool>,
    /// `user_verification_initialized`.
    pub user_verification_initialized: Option<bool>,
    /// `display_name`.
    pub display_name: String,
    /// `state`, by number; 0: ACTIVE.
    pub state: i32,
    /// `create_time`: seconds since 1970 and nanoseconds.
    pub create_time: Option<(i64, i32)>,
    /// `last_use_time`, likewise.
    pub last_use_time: Option<(i64, i32)>,
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[personal]")
    }
}

impl Parts {
    /// The record that the members make, where they keep the rules.
    pub(super) fn check(self) -> Result<Record, Refused> {
        let (backup_eligible, backed_up) = self.backup()?;
        Ok(Record {
            external_id: present("external_id", &self.external_id).and_then(|id| {
                ExternalId::new(id).map_err(|problem| Refused::field("external_id", problem))
            })?,
            user_display_name: match self.user_display_name.as_str() {
                "" => None,
                name => Some(display_name("user_display_name", name)?),
            },
            user_handle: self.user_handle()?,
            webauthn_id: self.webauthn_id()?,
            algorithm: key::algorithm(&self.public_key, self.algorithm)?,
            public_key: self.public_key,
            sign_count: self.sign_count,
            aaguid: aaguid(&self.aaguid)?,
            attestation_format: attestation_format(self.attestation_format)?,
            transports: self
                .transports
                .iter()
                .filter_map(|word| Transport::new(word))
                .take(Transport::MOST)
                .collect(),
            attachment: attachment(self.attachment)?,
            discoverable: self.discoverable,
            backup_eligible,
            backed_up,
            user_verification_initialized: self.user_verification_initialized,
            display_name: display_name("display_name", &self.display_name)?,
            state: state(self.state)?,
            created_at: time("create_time", self.create_time)?,
            last_used_at: time("last_use_time", self.last_use_time)?,
            rp_id: Some(self.rp_id).filter(|id| !id.is_empty()),
        })
    }

    /// Without a handle, a key that can be found without naming it would answer with one nobody knows.
    fn user_handle(&self) -> Result<Option<UserHandle>, Refused> {
        match (self.user_handle.as_slice(), self.discoverable) {
            (&[], Some(false)) => Ok(None),
            (&[], _) => Err(Refused::of(
                Reason::UserHandleMissing,
                "user_handle",
                "is missing, and the key may be discoverable",
            )),
            (handle, _) => {
                UserHandle::new(handle).map(Some).map_err(|problem| Refused::field("user_handle", problem))
            }
        }
    }

    fn webauthn_id(&self) -> Result<WebauthnId, Refused> {
        WebauthnId::new(self.webauthn_id.as_slice())
            .map_err(|problem: LengthError| Refused::of(Reason::CredentialIdLength, "webauthn_id", problem))
    }

    /// A login with flag BS and without BE is refused, so no key has that state.
    fn backup(&self) -> Result<(bool, bool), Refused> {
        match (self.backup_eligible.unwrap_or(false), self.backed_up.unwrap_or(false)) {
            (false, true) => Err(Refused::of(
                Reason::BackupStateInvalid,
                "backed_up",
                "is true for a key that is not eligible",
            )),
            flags => Ok(flags),
        }
    }
}

fn present<'a>(field: &'static str, text: &'a str) -> Result<&'a str, Refused> {
    if text.is_empty() { Err(Refused::field(field, "is missing")) } else { Ok(text) }
}

fn display_name(field: &'static str, name: &str) -> Result<DisplayName, Refused> {
    DisplayName::new(name).map_err(|problem: TextError| Refused::field(field, problem))
}

fn aaguid(text: &str) -> Result<Aaguid, Refused> {
    match text {
        "" => Ok(Aaguid([0; 16])),
        text => text.parse().map_err(|problem| Refused::field("aaguid", problem)),
    }
}

/// Formats are short words of the registry of §8.
fn attestation_format(text: String) -> Result<String, Refused> {
    match text.len() {
        0 => Ok("none".to_owned()),
        1..=32 if text.bytes().all(|byte| byte.is_ascii_graphic()) => Ok(text),
        _ => Err(Refused::field("attestation_format", "must be at most 32 printable ASCII characters")),
    }
}

fn attachment(number: i32) -> Result<Option<Attachment>, Refused> {
    match u8::try_from(number).map(|number| (number, Attachment::from_number(number))) {
        Ok((0, _)) => Ok(None),
        Ok((_, Some(attachment))) => Ok(Some(attachment)),
        _ => Err(Refused::field("attachment", "is not known")),
    }
}

fn state(number: i32) -> Result<CredentialState, Refused> {
    let state = match number {
        0 => Some(CredentialState::Active),
        _ => u8::try_from(number).ok().and_then(CredentialState::from_number),
    };
    state
        .filter(|state| matches!(state, CredentialState::Active | CredentialState::Suspended))
        .ok_or_else(|| Refused::field("state", "must be ACTIVE or SUSPENDED"))
}

/// Whole microseconds; ids are made of the time, which so lies after 1970, and texts of it before the year 10000.
fn time(field: &'static str, at: Option<(i64, i32)>) -> Result<Option<Timestamp>, Refused> {
    const SECONDS: std::ops::Range<i64> = 0..253_402_300_800;
    match at {
        None => Ok(None),
        Some((seconds, nanos)) if SECONDS.contains(&seconds) && (0..1_000_000_000).contains(&nanos) => {
            Ok(Some(Timestamp::from_micros(seconds * 1_000_000 + i64::from(nanos) / 1_000)))
        }
        Some(_) => Err(Refused::field(field, "must lie in the years 1970 to 9999")),
    }
}
