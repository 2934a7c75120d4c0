//! Settings: defaults, then a TOML file, then the environment, then flags; what comes later wins.

mod bounds;
mod database_url;
pub mod duration;
mod log;
mod rooms;
mod sections;
mod sources;

use std::path::Path;

pub use bounds::{Bound, OutOfBounds};
pub use database_url::DatabaseUrl;
pub use log::{Level, Log, LogFormat};
pub use sections::{Data, Database, Directory, Http, Keys, Reflection, Retention, Server};
use serde::{Deserialize, Serialize};
pub use sources::{Mode, Sources};

/// All settings, one field per section. `docs/operating.md` is their reference; a test holds the two together.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The gRPC listener, its limits and how it stops.
    pub server: Server,
    /// The public HTTP listener.
    pub http: Http,
    /// Where files live that have no place of their own.
    pub data: Data,
    /// The database.
    pub database: Database,
    /// The root keys.
    pub keys: Keys,
    /// The cache of configuration.
    pub directory: Directory,
    /// How long records are kept.
    pub retention: Retention,
    /// The log.
    pub log: Log,
    /// gRPC server reflection.
    pub reflection: Reflection,
}

impl Settings {
    /// The defaults, with every file in `dir`.
    #[must_use]
    pub fn in_dir(dir: &Path) -> Self {
        Self {
            data: Data { dir: dir.to_owned() },
            database: Database {
                url: DatabaseUrl::sqlite_file(&dir.join("keystead.db")),
                ..Database::default()
            },
            keys: Keys { file: dir.join("keys.toml") },
            ..Self::default()
        }
    }

    /// The settings as a TOML document, without the database's password.
    ///
    /// # Errors
    /// A path that is not UTF-8 cannot be written.
    pub fn to_redacted_toml(&self) -> Result<String, toml::ser::Error> {
        toml::to_string(self)
    }
}
