//! Flags that most commands take.

use std::path::PathBuf;

use crate::config::{Settings, Sources};

/// Where the settings, the database and the keys are. A flag wins over the environment, that over the file.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct Flags {
    /// Read settings from this TOML file
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Directory for files that have no place of their own [data.dir]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data_dir: Option<String>,
    /// Where the database is; other users of the machine can see it here, so keep passwords in the file or environment
    /// [database.url]
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) database_url: Option<String>,
    /// The root keys [keys.file]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) keys_file: Option<String>,
}

impl Flags {
    pub(crate) fn sources(&self) -> Sources {
        let given = [
            ("data.dir", &self.data_dir),
            ("database.url", &self.database_url),
            ("keys.file", &self.keys_file),
        ];
        let flags = given.into_iter().filter_map(|(key, value)| Some((key, value.clone()?))).collect();
        Sources { file: self.config.clone(), flags, ..Sources::default() }
    }

    /// The settings, as these flags have the last word.
    pub(crate) fn load(&self) -> anyhow::Result<Settings> {
        self.sources().load()
    }
}
