//! What was read lives for a while and is then read again: the caches of the directory.

use std::{hash::Hash, time::Duration};

use keystead_store::tally;
use moka::future::Cache;
use tokio::time::Instant;

use crate::Fault;

/// Most entries of one cache: an upper bound for memory, far above what is looked up within one age.
const MOST_ENTRIES: u64 = 100_000;

/// A cache whose entries live for one age.
pub(super) struct Aging<K, V> {
    age: Duration,
    entries: Cache<K, Aged<V>>,
}

impl<K, V> Aging<K, V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// An age of zero reads every time.
    pub(super) fn new(age: Duration) -> Self {
        Self { age, entries: Cache::builder().max_capacity(MOST_ENTRIES).expire_after(ByAge).build() }
    }

    /// What is cached, else what `read` finds. The future of a read is large and rarely needed: boxed, so that no call of a
    /// use case carries it. What it reads is not counted as the request's statements.
    pub(super) async fn look_up<F>(&self, key: K, read: impl FnOnce() -> F + Send) -> Result<V, Fault>
    where
        F: Future<Output = Result<V, keystead_store::Error>> + Send,
    {
        if self.age.is_zero() {
            return Ok(Box::pin(tally::scope(read())).await.0?);
        }
        if let Some(aged) = self.entries.get(&key).await {
            return Ok(aged.value);
        }
        // The age counts from before the read: what was read may have changed right after.
        let expires = Instant::now() + self.age;
        let load = async { tally::scope(read()).await.0.map(|value| Aged { value, expires }) };
        let aged = Box::pin(self.entries.try_get_with(key, load)).await.map_err(Fault::Storage)?;
        Ok(aged.value)
    }

    /// Forgets one entry.
    pub(super) async fn forget(&self, key: &K) {
        self.entries.invalidate(key).await;
    }

    /// Forgets every entry.
    pub(super) fn forget_all(&self) {
        self.entries.invalidate_all();
    }
}

#[derive(Clone)]
struct Aged<V> {
    value: V,
    expires: Instant,
}

struct ByAge;

impl<K, V> moka::Expiry<K, Aged<V>> for ByAge {
    fn expire_after_create(&self, _: &K, aged: &Aged<V>, _: std::time::Instant) -> Option<Duration> {
        Some(aged.expires.saturating_duration_since(Instant::now()))
    }
}
