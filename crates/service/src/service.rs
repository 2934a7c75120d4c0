//! The use cases of one process, and their settings.

use std::{sync::Arc, time::Duration};

use keystead_keyring::Keyring;
use keystead_store::Store;

use crate::{Environment, ceremony::EventCap, directory::Directory};

/// Settings of the use cases.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How long configuration is cached, 0 to 60 s; 0 reads every time. Default 5 s.
    pub directory_max_age: Duration,
    /// How long outcomes are kept past their ceremony's expiry; at least 1 h. Default 24 h.
    pub outcome_retention: Duration,
    /// How long events are kept. Default 400 days.
    pub event_retention: Duration,
    /// How long a revoked credential is kept before it is erased and only its tombstone stays; at least 24 h. Default 400
    /// days.
    pub revoked_retention: Duration,
    /// How many refusals without a verdict become events, per caller and minute on one replica. Default 60.
    pub turned_away_per_minute: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            directory_max_age: Duration::from_secs(5),
            outcome_retention: Duration::from_hours(24),
            event_retention: Duration::from_hours(400 * 24),
            revoked_retention: Duration::from_hours(400 * 24),
            turned_away_per_minute: 60,
        }
    }
}

/// The use cases of one process. Cheap to clone.
#[derive(Clone)]
pub struct Service {
    pub(crate) store: Store,
    pub(crate) keyring: Keyring,
    pub(crate) environment: Environment,
    pub(crate) directory: Arc<Directory>,
    pub(crate) event_cap: Arc<EventCap>,
    pub(crate) settings: Settings,
}

impl Service {
    /// Use cases on this store, with these keys.
    #[must_use]
    pub fn new(store: Store, keyring: Keyring, environment: Environment, settings: Settings) -> Self {
        let directory = Directory::new(store.clone(), environment.clone(), settings.directory_max_age);
        let directory = Arc::new(directory);
        let event_cap = Arc::new(EventCap::new(settings.turned_away_per_minute));
        Self { store, keyring, environment, directory, event_cap, settings }
    }
}
