//! One key: its state follows from its times.

use std::fmt;

use keystead_domain::Timestamp;

use super::{KeyFile, KeyId};
use crate::secret::Secret;

/// What a key may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It opens; it does not seal.
    Accepted,
    /// It seals and opens.
    Active,
    /// It does nothing any more; its secret is erased.
    Retired,
}

impl State {
    /// The word in the key file.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Active => "active",
            Self::Retired => "retired",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A root key.
#[derive(Debug)]
pub struct Key {
    pub(super) id: KeyId,
    /// `None` once retired.
    pub(super) secret: Option<Secret>,
    pub(super) created_at: Timestamp,
    pub(super) activated_at: Option<Timestamp>,
    pub(super) superseded_at: Option<Timestamp>,
    pub(super) retired_at: Option<Timestamp>,
}

impl Key {
    pub(super) fn new(now: Timestamp, random: [u8; KeyFile::RANDOM_LEN]) -> Self {
        let mut id = [0; KeyId::LEN];
        let mut secret = [0; Secret::LEN];
        id.copy_from_slice(&random[..KeyId::LEN]);
        secret.copy_from_slice(&random[KeyId::LEN..]);
        Self {
            id: KeyId::from_bytes(id),
            secret: Some(Secret::new(secret)),
            created_at: now,
            activated_at: None,
            superseded_at: None,
            retired_at: None,
        }
    }

    /// Its name.
    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// What it may do.
    #[must_use]
    pub const fn state(&self) -> State {
        match (self.activated_at, self.superseded_at, self.retired_at) {
            (_, _, Some(_)) => State::Retired,
            (Some(_), None, None) => State::Active,
            (_, Some(_), None) | (None, None, None) => State::Accepted,
        }
    }

    /// When it was made.
    #[must_use]
    pub const fn created_at(&self) -> Timestamp {
        self.created_at
    }

    /// When it became active; `None`: it has never sealed anything.
    #[must_use]
    pub const fn activated_at(&self) -> Option<Timestamp> {
        self.activated_at
    }

    /// When another key became active instead.
    #[must_use]
    pub const fn superseded_at(&self) -> Option<Timestamp> {
        self.superseded_at
    }

    /// When it was retired.
    #[must_use]
    pub const fn retired_at(&self) -> Option<Timestamp> {
        self.retired_at
    }

    /// From when it may become active; `None`: never, as it was active before or is retired.
    #[must_use]
    pub fn may_be_activated_from(&self) -> Option<Timestamp> {
        let waits = self.state() == State::Accepted && self.activated_at.is_none();
        waits.then(|| self.created_at.plus(KeyFile::ACCEPTED_BEFORE_ACTIVE))
    }

    /// From when it may be retired; `None`: not while it is active, nor twice. A key that never sealed anything may be
    /// retired at any time.
    #[must_use]
    pub fn may_be_retired_from(&self) -> Option<Timestamp> {
        let superseded = self.superseded_at.map(|at| at.plus(KeyFile::ACCEPTED_AFTER_ACTIVE));
        (self.state() == State::Accepted).then(|| superseded.unwrap_or(self.created_at))
    }

    pub(crate) fn secret(&self) -> Option<&Secret> {
        self.secret.as_ref()
    }

    pub(super) fn retire(&mut self, now: Timestamp) {
        self.secret = None;
        self.retired_at = Some(now);
    }
}
