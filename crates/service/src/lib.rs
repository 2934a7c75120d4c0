//! Use cases: one read, the pure verdict of `domain` and `ceremony`, one transaction.
//!
//! Ids, time and random bytes are drawn here, once per request, and passed down. Closures given to `transact` capture
//! values and draw nothing, so that a retry writes the same rows.

mod admin;
mod admission;
mod call;
pub mod ceremony;
mod credentials;
mod directory;
pub mod environment;
mod error;
mod events;
mod jobs;
mod pages;
mod repeatable;
mod users;

use std::{sync::Arc, time::Duration};

pub use admin::{CreateCaller, CreateRelyingParty, MintedApiKey, SetCallerGrants, SetOrigins};
pub use call::Call;
pub use credentials::{CredentialAtRp, CredentialFilter};
pub use environment::Environment;
pub use error::{Error, Fault, Refused, Signals};
pub use events::ListEvents;
pub use jobs::Purged;
pub use keystead_ceremony::{assertion, registration};
use keystead_keyring::Keyring;
use keystead_store::Store;
pub use keystead_store::tally;
pub use pages::{Listed, PageRequest};
pub use users::UpsertUser;

/// Settings of the use cases.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How long configuration is cached, 0 to 60 s; 0 reads every time. Default 5 s.
    pub directory_max_age: Duration,
    /// How long outcomes are kept past their ceremony's expiry; at least 1 h. Default 24 h.
    pub outcome_retention: Duration,
    /// How long events are kept. Default 400 days.
    pub event_retention: Duration,
    /// How many refusals without a verdict become events, per caller and minute on one replica. Default 60.
    pub turned_away_per_minute: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            directory_max_age: Duration::from_secs(5),
            outcome_retention: Duration::from_hours(24),
            event_retention: Duration::from_hours(400 * 24),
            turned_away_per_minute: 60,
        }
    }
}

/// The use cases of one process. Cheap to clone.
#[derive(Clone)]
pub struct Service {
    store: Store,
    keyring: Keyring,
    environment: Environment,
    directory: Arc<directory::Directory>,
    turned_away: Arc<ceremony::TurnedAway>,
    settings: Settings,
}

impl Service {
    /// Use cases on this store, with these keys.
    #[must_use]
    pub fn new(store: Store, keyring: Keyring, environment: Environment, settings: Settings) -> Self {
        let directory = Arc::new(directory::Directory::new(store.clone(), settings.directory_max_age));
        let turned_away = Arc::new(ceremony::TurnedAway::new(settings.turned_away_per_minute));
        Self { store, keyring, environment, directory, turned_away, settings }
    }
}
