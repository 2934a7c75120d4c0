//! The AAGUID catalogue: what people call a model of authenticator. For names in lists; it proves nothing.

use crate::{Aaguid, Name, Timestamp, numbered::numbered};

numbered! {
    /// How the keys of a model live.
    SyncModel {
        /// Synced between the user's devices.
        Synced = 1;
        /// They never leave the device.
        DeviceBound = 2;
        /// Some are synced, some are not.
        Mixed = 3;
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
