//! Credentials of other servers, one row each: read strictly, so that what could not log in here later is refused now.
//!
//! A row is a text in one of four [`Format`]s, or the typed [`Parts`]. Whatever it comes as, it ends as a [`Record`] under
//! the same rules, or as a [`Refused`] that names the member at fault and never says what stood there: reports are kept
//! and passed on. Nothing in a record is proven, the key's own form apart. Members that no rule knows are ignored; a member
//! that is `null` is absent; their names are found whatever their capitals.

mod bytes;
mod format;
mod go_webauthn;
mod hanko;
mod key;
mod keystead;
mod parts;
mod row;
mod simplewebauthn;
mod time;

use std::fmt;

use keystead_domain::{
    Aaguid, Algorithm, Attachment, CredentialId, CredentialState, DisplayName, ExternalId, Reason, Timestamp,
    Transport, UserHandle, UserId, WebauthnId,
};

pub use self::parts::Parts;
use self::row::Row;

/// The shape of a row's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// What Keystead exports: the JSON form (proto3 JSON mapping) of `keystead.v1.CredentialRecord`.
    Keystead,
    /// The `Passkey` type that the documentation of `@simplewebauthn/server` 13 proposes for a database.
    SimpleWebauthn,
    /// A `webauthn.Credential` of go-webauthn as `encoding/json` writes it, in a wrapper that says whose it is.
    GoWebauthn,
    /// A row of Hanko's table `webauthn_credentials`.
    Hanko,
}

/// Most bytes of a row's text.
pub const MOST_ROW: usize = 32 * 1024;

/// A credential as another server kept it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The owner, by the calling service's id.
    pub external_id: ExternalId,
    /// The owner's name as the browser shows it; `None`: the row has none.
    pub user_display_name: Option<DisplayName>,
    /// The owner's user handle at the relying party. `None` only where the key is not discoverable, so that nothing ever
    /// tells it back.
    pub user_handle: Option<UserHandle>,
    /// The RP ID, as far as the row names one.
    pub rp_id: Option<String>,
    /// The WebAuthn id.
    pub webauthn_id: WebauthnId,
    /// The public key, `COSE_Key` bytes as given (RFC 9052 §7); signatures can be verified with it.
    pub public_key: Vec<u8>,
    /// The key's algorithm.
    pub algorithm: Algorithm,
    /// The signature counter; 0 where there is none.
    pub sign_count: u32,
    /// What the authenticator said it is; all zero where the row does not say.
    pub aaguid: Aaguid,
    /// The attestation statement's format, 1 to 32 bytes; `none` where the row does not say.
    pub attestation_format: String,
    /// Transports as the browser reported them, at most [`Transport::MOST`].
    pub transports: Vec<Transport>,
    /// Where the authenticator sat at registration, where the row says so.
    pub attachment: Option<Attachment>,
    /// Whether it can be found without naming it, where the row says so.
    pub discoverable: Option<bool>,
    /// Flag BE; false where the row does not say.
    pub backup_eligible: bool,
    /// Flag BS; false where the row does not say.
    pub backed_up: bool,
    /// Whether user verification with it counts (`uvInitialized`, §4); `None`: the row does not say.
    pub user_verification_initialized: Option<bool>,
    /// A name the user gave it; may be empty.
    pub display_name: DisplayName,
    /// What it may be used for. A record that was read is ACTIVE or SUSPENDED.
    pub state: CredentialState,
    /// When it was registered, where the row says so.
    pub created_at: Option<Timestamp>,
    /// When it last logged in, where the row says so.
    pub last_used_at: Option<Timestamp>,
}

/// Why a row is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct Refused {
    /// Why: what would go wrong at a login, or [`Reason::FieldViolation`].
    pub reason: Reason,
    /// The member at fault as the format names it, with its path; `row` for the whole.
    pub field: &'static str,
    /// What is wrong with it, to be read after its name; no value of the row.
    pub problem: String,
}

impl Record {
    /// Reads a row of at most [`MOST_ROW`] bytes.
    ///
    /// # Errors
    /// The first rule that does not hold: as for [`Self::from_parts`], and [`Reason::FieldViolation`] for what is not of
    /// the format.
    pub fn from_json(format: Format, text: &str) -> Result<Self, Refused> {
        let document = row::document(text)?;
        let row = Row::of(&document);
        let (parts, names) = match format {
            Format::Keystead => (keystead::parts(row)?, keystead::NAMES),
            Format::SimpleWebauthn => (simplewebauthn::parts(row)?, simplewebauthn::NAMES),
            Format::GoWebauthn => (go_webauthn::parts(row)?, go_webauthn::NAMES),
            Format::Hanko => (hanko::parts(row)?, hanko::NAMES),
        };
        parts.check().map_err(|refused| refused.named(names))
    }

    /// Takes the typed form; complaints name members as `keystead.v1.CredentialRecord` does.
    ///
    /// # Errors
    /// The first rule that does not hold: [`Reason::PublicKeyMalformed`], [`Reason::PublicKeyAlgorithmMismatch`],
    /// [`Reason::AlgorithmUnsupported`], [`Reason::CredentialIdLength`], [`Reason::UserHandleMissing`],
    /// [`Reason::BackupStateInvalid`], or [`Reason::FieldViolation`] for everything else.
    pub fn from_parts(parts: Parts) -> Result<Self, Refused> {
        parts.check()
    }

    /// The row in [`Format::Keystead`], on one line; with the ids it had here, which an import ignores. A record in any
    /// state is written; not every state is read again.
    #[must_use]
    pub fn to_json(&self, ids: Option<(UserId, CredentialId)>) -> String {
        keystead::json(self, ids)
    }
}

impl Refused {
    fn field(field: &'static str, problem: impl fmt::Display) -> Self {
        Self::of(Reason::FieldViolation, field, problem)
    }

    fn of(reason: Reason, field: &'static str, problem: impl fmt::Display) -> Self {
        Self { reason, field, problem: problem.to_string() }
    }

    /// The same complaint with the name a format has for the member, from pairs of both.
    fn named(mut self, names: &[(&'static str, &'static str)]) -> Self {
        if let Some((_, own)) = names.iter().find(|(member, _)| *member == self.field) {
            self.field = own;
        }
        self
    }
}

#[cfg(test)]
mod tests;
