//! The changes of a key file. One that is refused changes nothing.

use keystead_domain::Timestamp;

use super::{Key, KeyFile, KeyId, State};
use crate::utc;

/// Why a change is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RotationError {
    /// No key has this id.
    #[error("no key has the id {0}")]
    Unknown(KeyId),
    /// The new key's random id is another key's.
    #[error("a key has the id {0} already; run the command again")]
    IdTaken(KeyId),
    /// The key is active, was active before, or is retired.
    #[error("key {id} is {state}; only an accepted key that was never active can become active")]
    NotWaiting {
        /// The key.
        id: KeyId,
        /// Its state.
        state: State,
    },
    /// A replica may not have read the key yet.
    #[error("key {id} may become active from {} on: every replica must have read it before", utc::text(*.from))]
    TooEarlyToActivate {
        /// The key.
        id: KeyId,
        /// From when it may become active.
        from: Timestamp,
    },
    /// The key seals.
    #[error(
        "key {0} is active; activate another key before, or replace it at once with `keystead keys rotate --now` if it leaked"
    )]
    Active(KeyId),
    /// Something that the key sealed may come back.
    #[error("key {id} may be retired from {} on: tokens that it sealed may come back until then", utc::text(*.from))]
    TooEarlyToRetire {
        /// The key.
        id: KeyId,
        /// From when it may be retired.
        from: Timestamp,
    },
    /// The key is retired.
    #[error("key {0} is retired already")]
    Retired(KeyId),
}

impl KeyFile {
    /// Adds a key. It is accepted; [`activate`](Self::activate) it once every replica has read it.
    ///
    /// # Errors
    /// [`RotationError::IdTaken`].
    pub fn add(&mut self, now: Timestamp, random: [u8; Self::RANDOM_LEN]) -> Result<KeyId, RotationError> {
        let key = Key::new(now, random);
        let id = key.id;
        if self.keys.iter().any(|other| other.id == id) {
            return Err(RotationError::IdTaken(id));
        }
        self.keys.push(key);
        Ok(id)
    }

    /// Lets a key seal that was accepted for at least [`Self::ACCEPTED_BEFORE_ACTIVE`]. The key that sealed until now is
    /// accepted from here on.
    ///
    /// # Errors
    /// The key is unknown, not waiting, or it is too early.
    pub fn activate(&mut self, id: KeyId, now: Timestamp) -> Result<(), RotationError> {
        let key = self.find(id)?;
        let from = key.may_be_activated_from().ok_or(RotationError::NotWaiting { id, state: key.state() })?;
        if now < from {
            return Err(RotationError::TooEarlyToActivate { id, from });
        }
        for key in &mut self.keys {
            if key.state() == State::Active {
                key.superseded_at = Some(now);
            } else if key.id == id {
                key.activated_at = Some(now);
            }
        }
        Ok(())
    }

    /// Erases a key that has been accepted for at least [`Self::ACCEPTED_AFTER_ACTIVE`] since it was active, or that was
    /// never active.
    ///
    /// # Errors
    /// The key is unknown, active, retired already, or it is too early.
    pub fn retire(&mut self, id: KeyId, now: Timestamp) -> Result<(), RotationError> {
        let key = self.find(id)?;
        let from = match (key.state(), key.may_be_retired_from()) {
            (State::Active, _) => return Err(RotationError::Active(id)),
            (_, None) => return Err(RotationError::Retired(id)),
            (_, Some(from)) => from,
        };
        if now < from {
            return Err(RotationError::TooEarlyToRetire { id, from });
        }
        self.keys.iter_mut().filter(|key| key.id == id).for_each(|key| key.retire(now));
        Ok(())
    }

    /// Replaces leaked keys at once: makes a key that is active immediately and erases all others, for they stood in the
    /// same file. Every open token dies; whoever holds one starts again.
    ///
    /// # Errors
    /// [`RotationError::IdTaken`].
    pub fn rotate_now(
        &mut self,
        now: Timestamp,
        random: [u8; Self::RANDOM_LEN],
    ) -> Result<KeyId, RotationError> {
        let id = self.add(now, random)?;
        for key in &mut self.keys {
            if key.id == id {
                key.activated_at = Some(now);
            } else if key.state() != State::Retired {
                key.retire(now);
            }
        }
        Ok(id)
    }

    fn find(&self, id: KeyId) -> Result<&Key, RotationError> {
        self.keys.iter().find(|key| key.id == id).ok_or(RotationError::Unknown(id))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_micros(1_795_521_600_000_000).plus(Duration::from_secs(seconds))
    }

    fn random(byte: u8) -> [u8; 36] {
        [byte; 36]
    }

    fn id(byte: u8) -> KeyId {
        KeyId::from_bytes([byte; 4])
    }

    fn states(file: &KeyFile) -> Vec<(KeyId, State)> {
        for key in file.keys() {
            assert_eq!(key.secret().is_none(), key.state() == State::Retired, "{}", key.id());
        }
        file.keys().iter().map(|key| (key.id(), key.state())).collect()
    }

    #[test]
    fn a_key_is_accepted_then_active_then_accepted_then_retired() {
        use State::{Accepted, Active, Retired};
        let mut file = KeyFile::generate(at(0), random(1));
        assert_eq!(states(&file), [(id(1), Active)]);
        assert_eq!(file.add(at(100), random(2)), Ok(id(2)));
        assert_eq!(states(&file), [(id(1), Active), (id(2), Accepted)]);
        assert_eq!(file.activate(id(2), at(700)), Ok(()));
        assert_eq!(states(&file), [(id(1), Accepted), (id(2), Active)]);
        assert_eq!(file.retire(id(1), at(700 + 960)), Ok(()));
        assert_eq!(states(&file), [(id(1), Retired), (id(2), Active)]);
    }

    #[test]
    fn a_key_cannot_become_active_before_it_was_accepted_for_ten_minutes() {
        let mut file = KeyFile::generate(at(0), random(1));
        file.add(at(100), random(2)).unwrap();
        let early = Err(RotationError::TooEarlyToActivate { id: id(2), from: at(700) });
        for now in [at(0), at(100), at(700).minus(Duration::from_micros(1))] {
            assert_eq!(file.activate(id(2), now), early);
        }
        assert_eq!(states(&file), [(id(1), State::Active), (id(2), State::Accepted)]);
        assert_eq!(file.activate(id(2), at(700)), Ok(()));
    }

    #[test]
    fn an_old_key_cannot_be_retired_before_its_last_token_is_dead() {
        let mut file = KeyFile::generate(at(0), random(1));
        file.add(at(0), random(2)).unwrap();
        file.activate(id(2), at(1000)).unwrap();
        let from = at(1000 + 15 * 60 + 60);
        let early = Err(RotationError::TooEarlyToRetire { id: id(1), from });
        assert_eq!(file.retire(id(1), at(1000)), early);
        assert_eq!(file.retire(id(1), from.minus(SECOND)), early);
        assert_eq!(file.retire(id(1), from), Ok(()));
        assert_eq!(file.retire(id(1), from), Err(RotationError::Retired(id(1))));
    }

    #[test]
    fn the_active_key_cannot_be_retired_and_one_that_never_sealed_can_at_once() {
        let mut file = KeyFile::generate(at(0), random(1));
        assert_eq!(file.retire(id(1), at(1_000_000)), Err(RotationError::Active(id(1))));
        file.add(at(5), random(2)).unwrap();
        assert_eq!(file.retire(id(2), at(5)), Ok(()));
        assert_eq!(states(&file), [(id(1), State::Active), (id(2), State::Retired)]);
    }

    #[test]
    fn only_a_waiting_key_can_become_active() {
        let mut file = KeyFile::generate(at(0), random(1));
        let not_waiting = |id, state| Err(RotationError::NotWaiting { id, state });
        assert_eq!(file.activate(id(1), at(700)), not_waiting(id(1), State::Active));
        file.add(at(0), random(2)).unwrap();
        file.activate(id(2), at(700)).unwrap();
        assert_eq!(file.activate(id(1), at(9000)), not_waiting(id(1), State::Accepted));
        file.retire(id(1), at(9000)).unwrap();
        assert_eq!(file.activate(id(1), at(9000)), not_waiting(id(1), State::Retired));
        assert_eq!(file.activate(id(7), at(9000)), Err(RotationError::Unknown(id(7))));
        assert_eq!(file.retire(id(7), at(9000)), Err(RotationError::Unknown(id(7))));
    }

    #[test]
    fn a_leaked_file_leaves_one_new_active_key_and_no_old_secret() {
        use State::{Active, Retired};
        let mut file = KeyFile::generate(at(0), random(1));
        file.add(at(0), random(2)).unwrap();
        file.activate(id(2), at(700)).unwrap();
        file.add(at(800), random(3)).unwrap();
        assert_eq!(file.rotate_now(at(801), random(4)), Ok(id(4)));
        assert_eq!(states(&file), [(id(1), Retired), (id(2), Retired), (id(3), Retired), (id(4), Active)]);
        assert_eq!(file.keys()[1].retired_at(), Some(at(801)));
    }

    #[test]
    fn an_id_is_never_given_twice_not_even_a_retired_ones() {
        let mut file = KeyFile::generate(at(0), random(1));
        assert_eq!(file.add(at(1), random(1)), Err(RotationError::IdTaken(id(1))));
        assert_eq!(file.rotate_now(at(1), random(1)), Err(RotationError::IdTaken(id(1))));
        assert_eq!(states(&file), [(id(1), State::Active)]);
        file.rotate_now(at(2), random(2)).unwrap();
        assert_eq!(file.add(at(3), random(1)), Err(RotationError::IdTaken(id(1))));
    }

    #[test]
    fn refusals_say_when_it_may_be() {
        let mut file = KeyFile::generate(at(0), random(1));
        file.add(at(0), random(2)).unwrap();
        assert_eq!(
            file.activate(id(2), at(1)).unwrap_err().to_string(),
            "key 02020202 may become active from 2026-11-24T12:10:00Z on: every replica must have read it before"
        );
        file.activate(id(2), at(600)).unwrap();
        assert_eq!(
            file.retire(id(1), at(601)).unwrap_err().to_string(),
            "key 01010101 may be retired from 2026-11-24T12:26:00Z on: tokens that it sealed may come back until then"
        );
    }
}
