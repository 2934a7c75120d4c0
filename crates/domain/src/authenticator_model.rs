//! The AAGUID catalogue: what people call a model of authenticator. For names in lists; it proves nothing.

use crate::{Aaguid, Name, Timestamp};

/// How the keys of a model live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum SyncModel {
    /// Synced between the user's devices.
    Synced = 1,
    /// They never leave the device.
    DeviceBound = 2,
    /// Some are synced, some are not.
    Mixed = 3,
}

impl SyncModel {
    /// The number in `keystead.v1.SyncModel`, also what the database keeps.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The value with this number.
    #[must_use]
    pub const fn from_number(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::Synced),
            2 => Some(Self::DeviceBound),
            3 => Some(Self::Mixed),
            _ => None,
        }
    }
}

/// An entry of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthenticatorModel {
    /// The model.
    pub aaguid: Aaguid,
    /// What people call it.
    pub name: Name,
    /// How its keys live; `None`: not known.
    pub sync_model: Option<SyncModel>,
    /// When an operator put it; `None`: built in.
    pub updated_at: Option<Timestamp>,
}
