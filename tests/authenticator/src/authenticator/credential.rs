//! What an authenticator keeps.

use std::sync::Arc;

use crate::{Algorithm, Error, key::KeyPair};

/// A credential on an authenticator.
#[derive(Clone, Debug)]
pub struct Credential {
    pub(super) id: Vec<u8>,
    pub(super) rp_id: String,
    pub(super) user_handle: Vec<u8>,
    pub(super) discoverable: bool,
    pub(super) counter: u32,
    pub(crate) key: Arc<KeyPair>,
}

impl Credential {
    /// The credential id: 32 bytes.
    #[must_use]
    pub fn id(&self) -> &[u8] {
        &self.id
    }

    /// The RP ID.
    #[must_use]
    pub fn rp_id(&self) -> &str {
        &self.rp_id
    }

    /// The user handle that it was made for.
    #[must_use]
    pub fn user_handle(&self) -> &[u8] {
        &self.user_handle
    }

    /// Whether it is found without being named.
    #[must_use]
    pub const fn is_discoverable(&self) -> bool {
        self.discoverable
    }

    /// The counter that its last response carried.
    #[must_use]
    pub const fn counter(&self) -> u32 {
        self.counter
    }

    /// Its algorithm.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.key.algorithm()
    }

    /// Its public key, `COSE_Key` as registrations carry it.
    #[must_use]
    pub fn public_key(&self) -> Vec<u8> {
        self.key.cose().encode()
    }

    /// Signs any bytes, as no authenticator would: for tests that damage what is signed, and want the signature to hold.
    ///
    /// # Errors
    /// [`Error::Cryptography`].
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        self.key.sign(message)
    }
}
