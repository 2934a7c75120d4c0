//! Admission: an API key becomes a caller.

use std::{sync::Arc, time::Duration};

use keystead_domain::{ApiKeyId, Caller, CallerState, Reason};
use keystead_keyring::api_key;
use moka::future::Cache;
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::timeout,
};

use crate::{Error, Service};

/// How many strangers' keys are read at once: a fraction of the smallest pool.
const READS_AT_ONCE: usize = 4;
/// How long a stranger waits for his turn. Reads take well under a millisecond, so that a new key still gets through a crowd.
const PATIENCE: Duration = Duration::from_millis(100);
/// Most keys that are remembered as met: an upper bound for memory.
const MOST_MET: u64 = 100_000;

impl Service {
    /// The caller that this API key (`ks_…`) authenticates.
    ///
    /// # Errors
    /// [`Reason::CallerUnauthenticated`] for a missing, malformed, unknown or revoked key and for a disabled caller, with
    /// no difference between them; [`Reason::Overloaded`] for a key that was not met yet while too many such are looked
    /// for; a fault where the directory cannot be read.
    pub async fn authenticate(&self, presented: Option<&str>) -> Result<Arc<Caller>, Error> {
        let stranger = || Error::Rejected(Reason::CallerUnauthenticated);
        let presented = presented.and_then(api_key::parse).ok_or_else(stranger)?;
        let known = self.directory.key(presented.id).await?.ok_or_else(stranger)?;
        let admitted = presented.matches(&known.hash)
            && known.key.revoked_at.is_none()
            && known.caller.state == CallerState::Active;
        if admitted { Ok(known.caller.clone()) } else { Err(stranger()) }
    }
}

/// Those whose API key this process never found. Anybody can make up ids of keys, and each costs a read that no cache saves:
/// without a bound, a few thousand of them would take every connection from the callers we know. Who was met once is past
/// this for good, however often his key is read again.
pub(crate) struct Strangers {
    reads: Semaphore,
    met: Cache<ApiKeyId, ()>,
}

impl Default for Strangers {
    fn default() -> Self {
        Self { reads: Semaphore::new(READS_AT_ONCE), met: Cache::new(MOST_MET) }
    }
}

impl Strangers {
    /// Whether this key was found once.
    pub(crate) fn has_met(&self, id: ApiKeyId) -> bool {
        self.met.contains_key(&id)
    }

    /// Notes that this key exists.
    pub(crate) async fn meet(&self, id: ApiKeyId) {
        self.met.insert(id, ()).await;
    }

    /// The right to one read, until it is dropped.
    ///
    /// # Errors
    /// [`Reason::Overloaded`] where none is free in time.
    pub(crate) async fn turn(&self) -> Result<SemaphorePermit<'_>, Error> {
        match timeout(PATIENCE, self.reads.acquire()).await {
            Ok(Ok(turn)) => Ok(turn),
            Ok(Err(_)) | Err(_) => Err(Error::Rejected(Reason::Overloaded)),
        }
    }
}

#[cfg(test)]
mod tests {
    use keystead_domain::{Grant, Name};
    use keystead_keyring::{Keyring, key_file::KeyFile};
    use keystead_store::{Options, Store};

    use super::*;
    use crate::{Call, CreateCaller, Environment, Settings};

    async fn service(directory_max_age: Duration) -> Service {
        let environment = Environment::system();
        let home = tempfile::tempdir().unwrap();
        let keys = home.path().join("keys.toml");
        KeyFile::generate(environment.now(), [7; KeyFile::RANDOM_LEN]).write_new(&keys).unwrap();
        let keyring = Keyring::open(&keys, environment.now()).unwrap();
        let store = Store::connect(&Options::new("sqlite::memory:")).await.unwrap();
        store.migrate().await.unwrap();
        Service::new(store, keyring, environment, Settings { directory_max_age, ..Settings::default() })
    }

    /// A caller's key.
    async fn key(service: &Service) -> String {
        let operator = Call::operator(service.environment.now());
        let command = CreateCaller {
            tenant: None,
            name: Name::new("ops").unwrap(),
            grants: [Grant::Admin].into_iter().collect(),
            may_be_finished_by: Vec::new(),
        };
        let caller = service.create_caller(&operator, command).await.unwrap();
        let minted = service.create_api_key(&operator, None, caller.id).await.unwrap();
        minted.secret.unwrap().as_str().to_owned()
    }

    fn rejected(answer: Result<Arc<Caller>, Error>) -> Reason {
        match answer {
            Err(Error::Rejected(reason)) => reason,
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn strangers_never_hold_up_a_caller_whose_key_was_found_before() {
        // An age of zero reads the key each time; the other has it at hand.
        for age in [Duration::ZERO, Duration::from_secs(5)] {
            let service = service(age).await;
            let key = key(&service).await;
            service.authenticate(Some(&key)).await.unwrap();
            let made_up = api_key::mint(ApiKeyId::from_bytes([9; 16]), [9; 32]);

            let crowd = service.directory.strangers.reads.acquire_many(4).await.unwrap();
            let stranger = service.authenticate(Some(made_up.as_str())).await;
            assert_eq!(rejected(stranger), Reason::Overloaded);
            service.authenticate(Some(&key)).await.unwrap();

            drop(crowd);
            let stranger = service.authenticate(Some(made_up.as_str())).await;
            assert_eq!(rejected(stranger), Reason::CallerUnauthenticated);
        }
    }
}
