//! From settings to use cases: the keys, the database, its schema.

use std::time::Duration;

use anyhow::Context;
use keystead_keyring::{Keyring, KeyringError, key_file::KeyFile};
use keystead_store::{Error, Store};
use tracing::{info, warn};

use super::Serve;
use crate::{
    config::{DatabaseUrl, Mode, Settings},
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
    let (url, options) = (&settings.database.url, settings.database.options());
    let connected = patiently(url, || Store::connect(&options)).await;
    connected.with_context(|| format!("cannot use the database {url}"))
}

/// Migrates, or waits until somebody else did.
pub(super) async fn migrated(store: &Store, serve: &Serve) -> anyhow::Result<()> {
    if serve.migrate || serve.mode == Mode::Development {
        let url = &serve.settings.database.url;
        let applied = patiently(url, || store.migrate()).await.context("cannot migrate the database")?;
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

/// Asks again and again while time may help.
async fn patiently<T, A>(url: &DatabaseUrl, ask: impl Fn() -> A) -> Result<T, Error>
where
    A: Future<Output = Result<T, Error>>,
{
    loop {
        match ask().await {
            Err(error) if passes(&error) => {
                let error = format!("{:#}", anyhow::Error::from(error));
                warn!(database = %url, error, "waiting for the database");
                tokio::time::sleep(PAUSE).await;
            }
            answer => return answer,
        }
    }
}

/// Whether time may help.
const fn passes(error: &Error) -> bool {
    matches!(error, Error::Unavailable(_) | Error::Busy)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    async fn answered(answers: Vec<Result<usize, Error>>) -> (Result<usize, Error>, usize) {
        let (url, left) = (DatabaseUrl::new("sqlite::memory:"), Cell::new(answers));
        let answer = patiently(&url, || {
            let mut answers = left.take();
            let answer = answers.remove(0);
            left.set(answers);
            std::future::ready(answer)
        });
        (answer.await, left.take().len())
    }

    #[tokio::test(start_paused = true)]
    async fn what_may_pass_is_waited_for_and_what_may_not_is_an_end() {
        let (applied, left) = answered(vec![Err(Error::Busy), Err(Error::Busy), Ok(3)]).await;
        assert_eq!((applied.unwrap(), left), (3, 0));
        let (refused, left) = answered(vec![Err(Error::Busy), Err(Error::Conflict), Ok(3)]).await;
        assert!(matches!(refused, Err(Error::Conflict)) && left == 1);
    }
}
