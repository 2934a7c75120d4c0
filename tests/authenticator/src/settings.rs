//! What kind of authenticator, and how its browser asks it.

use crate::{Algorithm, Attester, RsaSize};

/// Where the authenticator sits (§5.4.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attachment {
    /// Part of the device.
    Platform,
    /// Another device.
    CrossPlatform,
}

impl Attachment {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Platform => "platform",
            Self::CrossPlatform => "cross-platform",
        }
    }

    pub(crate) const fn other(self) -> Self {
        match self {
            Self::Platform => Self::CrossPlatform,
            Self::CrossPlatform => Self::Platform,
        }
    }
}

/// Which attestation statement a registration carries, whatever was asked for: some browsers send one unasked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Statement {
    /// Format `none` (§8.7).
    None,
    /// Format `packed`, signed by the credential itself (§8.2).
    PackedSelf,
    /// Format `packed`, signed by a batch key whose certificate nobody trusts.
    PackedBatch,
    /// Format `packed`, signed by an attester (§8.2).
    Packed(Attester),
    /// Format `fido-u2f`, signed by an attester (§8.6); of ES256 keys alone.
    FidoU2f(Attester),
    /// A statement of a format that nobody knows.
    Unknown(String),
}

/// Properties of an authenticator, and of the page that asks.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own in what is sent")]
pub struct Settings {
    /// What it says it is.
    pub aaguid: [u8; 16],
    /// What `getTransports()` gives.
    pub transports: Vec<String>,
    /// What `authenticatorAttachment` gives; `None`: the member is missing.
    pub attachment: Option<Attachment>,
    /// Flag BE.
    pub backup_eligible: bool,
    /// Flag BS.
    pub backed_up: bool,
    /// Whether it verifies users: flag UV. Without, what requires it is refused with [`Error::NotAllowed`](crate::Error).
    pub user_verification: bool,
    /// Whether it tests for the presence of users: flag UP.
    pub user_presence: bool,
    /// Whether it can make discoverable credentials.
    pub resident_keys: bool,
    /// By how much each response raises its credential's counter; 0: it has none.
    pub counter_step: u32,
    /// Which statement registrations carry.
    pub statement: Statement,
    /// The algorithm it takes if offered; else, and with `None`, the first offered one that it knows.
    pub preferred_algorithm: Option<Algorithm>,
    /// How long its RSA keys are.
    pub rsa_size: RsaSize,
    /// The credential id that the user picks where several fit; else the newest.
    pub preferred_credential: Option<Vec<u8>>,
    /// Whether authenticatorData has an extension output: flag ED.
    pub extension_output: bool,
    /// The origin of the page that frames the asking one: `crossOrigin` and `topOrigin`.
    pub top_origin: Option<String>,
    /// Whether client data has a member that nobody knows, as Chromium's sometimes does.
    pub extra_client_data: bool,
    /// Whether client data begins with a byte order mark, which verifiers must strip (§7.1 step 5).
    pub byte_order_mark: bool,
}

impl Default for Settings {
    /// A passkey bound to its device, with a counter.
    fn default() -> Self {
        Self {
            aaguid: *b"keystead-soft-au",
            transports: vec!["internal".to_owned()],
            attachment: Some(Attachment::Platform),
            backup_eligible: false,
            backed_up: false,
            user_verification: true,
            user_presence: true,
            resident_keys: true,
            counter_step: 1,
            statement: Statement::None,
            preferred_algorithm: None,
            rsa_size: RsaSize::Bits2048,
            preferred_credential: None,
            extension_output: false,
            top_origin: None,
            extra_client_data: false,
            byte_order_mark: false,
        }
    }
}

impl Settings {
    /// A passkey that its provider copies to the user's other devices: backed up, without counter.
    #[must_use]
    pub fn synced_passkey() -> Self {
        Self {
            transports: vec!["hybrid".to_owned(), "internal".to_owned()],
            backup_eligible: true,
            backed_up: true,
            counter_step: 0,
            ..Self::default()
        }
    }

    /// A security key without PIN: presence only, not discoverable.
    #[must_use]
    pub fn security_key() -> Self {
        Self {
            transports: vec!["nfc".to_owned(), "usb".to_owned()],
            attachment: Some(Attachment::CrossPlatform),
            user_verification: false,
            resident_keys: false,
            ..Self::default()
        }
    }
}
