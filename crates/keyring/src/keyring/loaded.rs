//! Keys in memory.

use std::fmt;

use crate::{
    key_file::{Key, KeyFile, KeyId, State},
    secret::Secret,
};

/// The keys of one reading of the file that may open, and the one that may seal.
pub(super) struct Loaded {
    active: Option<KeyId>,
    keys: Vec<(KeyId, Secret)>,
}

impl Loaded {
    /// The key that seals.
    pub(super) fn sealing(&self) -> Option<(KeyId, &Secret)> {
        let id = self.active?;
        Some((id, self.opening(id)?))
    }

    /// The key with this id, if it may open.
    pub(super) fn opening(&self, id: KeyId) -> Option<&Secret> {
        self.keys.iter().find(|(other, _)| *other == id).map(|(_, secret)| secret)
    }

    /// Whether another reading brought nothing new.
    pub(super) fn has_same_keys(&self, other: &Self) -> bool {
        self.active == other.active && self.ids().eq(other.ids())
    }

    fn ids(&self) -> impl Iterator<Item = KeyId> {
        self.keys.iter().map(|(id, _)| *id)
    }
}

impl From<&KeyFile> for Loaded {
    fn from(file: &KeyFile) -> Self {
        let keys = file.keys();
        Self {
            active: keys.iter().find(|key| key.state() == State::Active).map(Key::id),
            keys: keys.iter().filter_map(|key| Some((key.id(), key.secret()?.clone()))).collect(),
        }
    }
}

impl fmt::Debug for Loaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map()
            .entries(
                self.ids()
                    .map(|id| (id, if Some(id) == self.active { State::Active } else { State::Accepted })),
            )
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use keystead_domain::Timestamp;

    use super::*;

    fn file() -> KeyFile {
        let mut file = KeyFile::generate(Timestamp::from_micros(0), [1; 36]);
        file.add(Timestamp::from_micros(0), [2; 36]).unwrap();
        file
    }

    #[test]
    fn accepted_keys_open_and_only_the_active_one_seals() {
        let loaded = Loaded::from(&file());
        let ids: Vec<_> = loaded.ids().collect();
        assert_eq!(loaded.sealing().map(|(id, secret)| (id, *secret.expose())), Some((ids[0], [1; 32])));
        assert_eq!(loaded.opening(ids[1]).map(|secret| *secret.expose()), Some([2; 32]));
        assert_eq!(loaded.opening(KeyId::from_bytes([3; 4])).map(Secret::expose), None);
        assert_eq!(format!("{loaded:?}"), "{01010101: Active, 02020202: Accepted}");
    }

    #[test]
    fn without_an_active_key_nothing_seals() {
        let loaded = Loaded { active: None, ..Loaded::from(&file()) };
        assert!(loaded.sealing().is_none());
    }
}
