//! The key file: root keys, their states and times, as operators rotate them.
//!
//! A key is *accepted* first (it opens only, for [`KeyFile::ACCEPTED_BEFORE_ACTIVE`], until every replica has read it),
//! then *active* (it seals; exactly one key does), then accepted again (for [`KeyFile::ACCEPTED_AFTER_ACTIVE`], until
//! nothing that it sealed can come back), then *retired* (its secret is erased). A leaked key goes at once:
//! [`KeyFile::rotate_now`].
//!
//! The changes are pure: they take the time and random bytes and change the value. Reading and writing are apart.

use std::time::Duration;

use keystead_domain::{RelyingParty, Timestamp};

use crate::secret::Secret;

mod disk;
mod id;
mod key;
mod rotation;
mod text;

pub use disk::Error;
pub use id::{KeyId, KeyIdError};
pub use key::{Key, State};
pub use rotation::RotationError;
pub use text::Problem;

/// The keys of an installation. Exactly one of them is active.
#[derive(Debug)]
pub struct KeyFile {
    keys: Vec<Key>,
}

impl KeyFile {
    /// Random bytes that a new key takes: its id, then its secret.
    pub const RANDOM_LEN: usize = KeyId::LEN + Secret::LEN;
    /// How long a new key is accepted before it may become active. Every replica reads the file meanwhile.
    pub const ACCEPTED_BEFORE_ACTIVE: Duration = Duration::from_mins(10);
    /// How long an old key is accepted after another one became active: the longest life of a token, and a minute in
    /// which a replica that has not read the file yet may still seal with it.
    pub const ACCEPTED_AFTER_ACTIVE: Duration =
        Duration::from_secs(RelyingParty::LONGEST_LIFETIME.as_secs() + 60);

    /// A file with one key, active at once: there is nothing yet that another key has sealed.
    #[must_use]
    pub fn generate(now: Timestamp, random: [u8; Self::RANDOM_LEN]) -> Self {
        Self { keys: vec![Key { activated_at: Some(now), ..Key::new(now, random) }] }
    }

    /// All keys, in the order they were made; retired ones without their secret.
    #[must_use]
    pub fn keys(&self) -> &[Key] {
        &self.keys
    }
}
