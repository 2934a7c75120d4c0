//! The keyring of a running replica: seals, opens, and keeps up with the key file.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, TryLockError},
};

use keystead_domain::Timestamp;
use tracing::{info, warn};

use crate::{
    context::Context,
    key_file::{Error, KeyFile},
    sealed_box,
    token::{NONCE_LEN, Token},
};

mod loaded;
mod schedule;
#[cfg(test)]
mod tests;

use loaded::Loaded;
use schedule::Schedule;

/// Why nothing was sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// No key may seal.
    #[error("no key is active")]
    NoActiveKey,
    /// The token would be longer than its purpose allows.
    #[error("the token would be longer than its purpose allows")]
    TooLong,
    /// The cipher refused.
    #[error("the cipher failed")]
    Cipher,
}

/// Why a token was not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnsealError {
    /// It is no token, or was sealed in another context, or was changed. One reason for all, so that nobody learns which.
    #[error("not a token of this context")]
    Invalid,
    /// It names a key that is not here: the key was retired, or the file has not reached this replica. Start again.
    #[error("sealed with a key that is not here")]
    KeyUnknown,
}

/// The root keys in use. Cheap to clone; clones share the keys.
///
/// The key file is read again at most once in 10 s when a token names an unknown key, and by the first call after 30 s
/// otherwise, so that an activated key seals and a leaked one is gone without a restart. A reading that fails is logged
/// and keeps the keys that are loaded. It is a small local file, read on the calling thread; times are the callers'.
#[derive(Clone)]
pub struct Keyring {
    shared: Arc<Shared>,
}

struct Shared {
    path: PathBuf,
    loaded: RwLock<Arc<Loaded>>,
    schedule: Mutex<Schedule>,
}

impl Keyring {
    /// Reads the key file.
    ///
    /// # Errors
    /// The file is missing, may be used by others, cannot be read or is not valid; the message says what to do.
    pub fn open(path: &Path, now: Timestamp) -> Result<Self, Error> {
        let loaded = Loaded::from(&KeyFile::read(path)?);
        Ok(Self {
            shared: Arc::new(Shared {
                path: path.to_owned(),
                loaded: RwLock::new(Arc::new(loaded)),
                schedule: Mutex::new(Schedule::opened(now)),
            }),
        })
    }

    /// Seals bytes into a token, with the active key. `nonce` must be random.
    ///
    /// # Errors
    /// [`SealError`].
    pub fn seal(
        &self,
        context: &Context<'_>,
        plaintext: &[u8],
        nonce: [u8; NONCE_LEN],
        now: Timestamp,
    ) -> Result<String, SealError> {
        if Token::encoded_len(plaintext.len()) > context.purpose.longest_token() {
            return Err(SealError::TooLong);
        }
        let loaded = self.shared.current(now);
        let root = loaded.sealing().ok_or(SealError::NoActiveKey)?;
        let token = sealed_box::seal(root, context, plaintext, nonce).map_err(|_| SealError::Cipher)?;
        Ok(token.encode())
    }

    /// Opens a token that was sealed in this context, with whichever accepted or active key sealed it.
    ///
    /// # Errors
    /// [`UnsealError`].
    pub fn unseal(&self, context: &Context<'_>, token: &str, now: Timestamp) -> Result<Vec<u8>, UnsealError> {
        let token = Token::decode(token, context.purpose.longest_token()).ok_or(UnsealError::Invalid)?;
        let mut loaded = self.shared.current(now);
        if loaded.opening(token.key_id).is_none() {
            loaded = self.shared.look_for_new_keys(now);
        }
        let root = loaded.opening(token.key_id).ok_or(UnsealError::KeyUnknown)?;
        sealed_box::open(root, context, token).map_err(|_| UnsealError::Invalid)
    }

    /// Whether an active key exists, so that ceremonies can be started.
    #[must_use]
    pub fn is_ready(&self, now: Timestamp) -> bool {
        self.shared.current(now).sealing().is_some()
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring").field("path", &self.shared.path).finish_non_exhaustive()
    }
}

impl Shared {
    fn loaded(&self) -> Arc<Loaded> {
        Arc::clone(&self.loaded.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The keys, read again if that is long ago. Whoever comes while another call reads goes on with the keys there are.
    fn current(&self, now: Timestamp) -> Arc<Loaded> {
        let schedule = match self.schedule.try_lock() {
            Ok(schedule) => Some(schedule),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        };
        if let Some(schedule) = schedule
            && schedule.is_due_by_age(now)
        {
            self.read_again(schedule, now);
        }
        self.loaded()
    }

    /// The keys, read again unless that was tried just now. Whoever comes while another call reads waits for it: the key
    /// he misses may be in that reading.
    fn look_for_new_keys(&self, now: Timestamp) -> Arc<Loaded> {
        let schedule = self.schedule.lock().unwrap_or_else(PoisonError::into_inner);
        if schedule.is_due_for_unknown_key(now) {
            self.read_again(schedule, now);
        }
        self.loaded()
    }

    /// Holds the schedule while it reads: there is one reading at a time.
    fn read_again(&self, mut schedule: MutexGuard<'_, Schedule>, now: Timestamp) {
        schedule.read_again(now);
        match KeyFile::read(&self.path) {
            Ok(file) => {
                let new = Arc::new(Loaded::from(&file));
                let mut loaded = self.loaded.write().unwrap_or_else(PoisonError::into_inner);
                if !loaded.has_same_keys(&new) {
                    info!(path = %self.path.display(), keys = ?new, "the key file has other keys");
                }
                *loaded = new;
            }
            Err(error) => {
                let source = std::error::Error::source(&error).map(tracing::field::display);
                warn!(%error, source, "the loaded keys stay in use");
            }
        }
    }
}
