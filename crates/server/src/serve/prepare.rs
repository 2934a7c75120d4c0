//! From settings to use cases: the keys, the database, its schema.

use std::time::Duration;

use anyhow::Context;
use keystead_keyring::{Keyring, KeyringError, key_file::KeyFile};
use keystead_store::{Error, Store};
use tracing::{info, warn};

use super::Serve;
use crate::{
    config::{Mode, Settings},
    private,
};

/// How long to wait before the database is asked again.
const PAUSE: Duration = Duration::from_secs(1);

/// Opens the key file; in development one is made where there is none.
pub(super) fn open_keyring(serve: &Serve) -> anyhow::Result<Keyring> {
    let path = &serve.settings.keys.file;
    let now = serve.environment.now();
    if serve.mode == Mode::Development && !path.exists() {
        private::make_parent(path)
            .with_context(|| format!("cannot make a directory for {}", path.display()))?;
        match KeyFile::generate(now, serve.environment.random()).write_new(path) {
            // Another process that starts in the same directory was faster.
            Ok(()) | Err(KeyringError::Exists { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Keyring::open(path, now)?)
}

/// Makes the directory of data where the database is a file in it.
pub(crate) fn make_data_dir(settings: &Settings) -> anyhow::Result<()> {
    let dir = &settings.data.dir;
    if settings.database.url != Settings::in_dir(dir).database.url {
        return Ok(());
    }
    private::make_dir(dir).with_context(|| format!("cannot make the directory {}", dir.display()))
}

/// Connects, however long the database is away.
pub(super) async fn connect(settings: &Settings) -> anyhow::Result<Store> {
    let options = settings.database.options();
    loop {
        match Store::connect(&options).await {
            Ok(store) => return Ok(store),
            Err(error) if passes(&error) => {
                let error = format!("{:#}", anyhow::Error::from(error));
                warn!(database = %settings.database.url, error, "waiting for the database");
                tokio::time::sleep(PAUSE).await;
            }
            Err(error) => {
                return Err(error)
                    .with_context(|| format!("cannot use the database {}", settings.database.url));
            }
        }
    }
}

/// Migrates, or waits until somebody else did.
pub(super) async fn migrated(store: &Store, serve: &Serve) -> anyhow::Result<()> {
    if serve.migrate || serve.mode == Mode::Development {
        let applied = store.migrate().await.context("cannot migrate the database")?;
        if applied > 0 {
            info!(applied, "migrated the database");
        }
        return Ok(());
    }
    let mut told = None;
    while let Some(problem) = unmigrated(store).await? {
        if told.as_ref() != Some(&problem) {
            warn!("not serving yet: {problem}");
            told = Some(problem);
        }
        tokio::time::sleep(serve.settings.server.readiness_interval).await;
    }
    Ok(())
}

/// What keeps the schema from being served; `None`: it is up to date.
async fn unmigrated(store: &Store) -> anyhow::Result<Option<String>> {
    match store.pending_migrations().await {
        Ok(0) => Ok(None),
        Ok(count) => Ok(Some(format!(
            "the database lacks {count} migrations; run `keystead migrate`, or start with `--migrate`"
        ))),
        Err(error) if passes(&error) => Ok(Some(format!("{:#}", anyhow::Error::from(error)))),
        Err(error) => Err(error).context("cannot read the database's migrations"),
    }
}

/// Whether time may help.
const fn passes(error: &Error) -> bool {
    matches!(error, Error::Unavailable(_) | Error::Busy)
}
