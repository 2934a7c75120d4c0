//! The directory of configuration: tenants with their relying parties and callers, API keys, the instance. Cached per
//! process for at most [`Directory`]'s age by the monotonic clock; past it, with the database away, a lookup fails: it is
//! never served stale. What a lookup reads is not counted as the request's statements.

use std::{collections::HashMap, hash::Hash, sync::Arc, time::Duration};

use keystead_domain::{
    ApiKey, ApiKeyId, Caller, CallerId, Reason, RelyingParty, RelyingPartyId, RpId, Tenant, TenantId,
};
use keystead_store::{Instance, Store, tally};
use moka::future::Cache;
use tokio::time::Instant;

use crate::{Error, Fault, Service, admission::Strangers};

/// Most entries of one kind: an upper bound for memory, far above what is looked up within one age.
const MOST_ENTRIES: u64 = 100_000;

/// What is known about an API key.
#[derive(Debug)]
pub(crate) struct KnownKey {
    pub(crate) key: ApiKey,
    pub(crate) hash: [u8; 32],
    pub(crate) caller: Arc<Caller>,
}

/// What is known about a tenant.
#[derive(Debug)]
pub(crate) struct KnownTenant {
    pub(crate) tenant: Tenant,
    relying_parties: Vec<Arc<RelyingParty>>,
    callers: HashMap<CallerId, Arc<Caller>>,
}

impl KnownTenant {
    /// The relying party with this RP ID, or the default where none is named.
    pub(crate) fn relying_party(&self, rp_id: Option<&RpId>) -> Option<&Arc<RelyingParty>> {
        self.relying_parties.iter().find(|rp| match rp_id {
            Some(rp_id) => rp.rp_id == *rp_id,
            None => rp.is_default,
        })
    }

    pub(crate) fn relying_party_by_id(&self, id: RelyingPartyId) -> Option<&Arc<RelyingParty>> {
        self.relying_parties.iter().find(|rp| rp.id == id)
    }

    /// The caller with this id.
    pub(crate) fn caller(&self, id: CallerId) -> Option<&Arc<Caller>> {
        self.callers.get(&id)
    }
}

impl Service {
    /// The tenant, which must exist.
    pub(crate) async fn known_tenant(&self, id: TenantId) -> Result<Arc<KnownTenant>, Error> {
        self.directory.tenant(id).await?.ok_or(Error::Rejected(Reason::TenantNotFound))
    }
}

/// The cached configuration.
pub(crate) struct Directory {
    store: Store,
    max_age: Duration,
    keys: Aging<ApiKeyId, Option<Arc<KnownKey>>>,
    pub(crate) strangers: Strangers,
    tenants: Aging<TenantId, Option<Arc<KnownTenant>>>,
    instance: Aging<(), Instance>,
}

impl Directory {
    /// A directory whose entries live for `max_age`; zero reads every time.
    pub(crate) fn new(store: Store, max_age: Duration) -> Self {
        let strangers = Strangers::default();
        Self { store, max_age, keys: aging(), strangers, tenants: aging(), instance: aging() }
    }

    /// The API key with this id. One that was never found before is looked for in the strangers' turn.
    pub(crate) async fn key(&self, id: ApiKeyId) -> Result<Option<Arc<KnownKey>>, Error> {
        if self.strangers.has_met(id) {
            return Ok(self.known_key(id).await?);
        }
        let _turn = self.strangers.turn().await?;
        let found = self.known_key(id).await?;
        if found.is_some() {
            self.strangers.meet(id).await;
        }
        Ok(found)
    }

    async fn known_key(&self, id: ApiKeyId) -> Result<Option<Arc<KnownKey>>, Fault> {
        self.look_up(&self.keys, id, || async move {
            let found = self.store.reader().find_api_key(id).await?;
            Ok(found.map(|(key, hash, caller)| Arc::new(KnownKey { key, hash, caller: Arc::new(caller) })))
        })
        .await
    }

    /// The tenant with this id.
    pub(crate) async fn tenant(&self, id: TenantId) -> Result<Option<Arc<KnownTenant>>, Fault> {
        self.look_up(&self.tenants, id, || async move {
            let reader = self.store.reader();
            let Some(tenant) = reader.find_tenant(id).await? else { return Ok(None) };
            let relying_parties =
                reader.within(id).relying_parties().await?.into_iter().map(Arc::new).collect();
            let callers = reader.callers_of(id).await?;
            let callers = callers.into_iter().map(|caller| (caller.id, Arc::new(caller))).collect();
            Ok(Some(Arc::new(KnownTenant { tenant, relying_parties, callers })))
        })
        .await
    }

    /// The relying party with this id. A miss reads again: rows that name it may be newer than this replica's cache.
    pub(crate) async fn relying_party(
        &self,
        tenant: TenantId,
        id: RelyingPartyId,
    ) -> Result<Option<Arc<RelyingParty>>, Fault> {
        if let Some(relying_party) = self.cached_relying_party(tenant, id).await? {
            return Ok(Some(relying_party));
        }
        self.forget_tenant(tenant).await;
        self.cached_relying_party(tenant, id).await
    }

    async fn cached_relying_party(
        &self,
        tenant: TenantId,
        id: RelyingPartyId,
    ) -> Result<Option<Arc<RelyingParty>>, Fault> {
        Ok(self.tenant(tenant).await?.and_then(|known| known.relying_party_by_id(id).cloned()))
    }

    /// The instance row.
    pub(crate) async fn instance(&self) -> Result<Instance, Fault> {
        self.look_up(&self.instance, (), || async { self.store.reader().instance().await }).await
    }

    /// Forgets what a change on this replica made old. Others learn it within the age.
    pub(crate) async fn forget_tenant(&self, id: TenantId) {
        self.tenants.invalidate(&id).await;
    }

    /// Forgets every API key: a caller changed, and keys hold a copy of their caller.
    pub(crate) fn forget_keys(&self) {
        self.keys.invalidate_all();
    }

    /// What is cached, else what `read` finds. The future of a read is large and rarely needed: boxed, so that no call of a
    /// use case carries it.
    async fn look_up<K, V, F>(
        &self,
        cache: &Aging<K, V>,
        key: K,
        read: impl FnOnce() -> F + Send,
    ) -> Result<V, Fault>
    where
        K: Hash + Eq + Send + Sync + 'static,
        V: Clone + Send + Sync + 'static,
        F: Future<Output = Result<V, keystead_store::Error>> + Send,
    {
        if self.max_age.is_zero() {
            return Ok(Box::pin(tally::scope(read())).await.0?);
        }
        if let Some(aged) = cache.get(&key).await {
            return Ok(aged.value);
        }
        // The age counts from before the read: what was read may have changed right after.
        let expires = Instant::now() + self.max_age;
        let load = async { tally::scope(read()).await.0.map(|value| Aged { value, expires }) };
        let aged = Box::pin(cache.try_get_with(key, load)).await.map_err(Fault::Storage)?;
        Ok(aged.value)
    }
}

type Aging<K, V> = Cache<K, Aged<V>>;

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

fn aging<K, V>() -> Aging<K, V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    Cache::builder().max_capacity(MOST_ENTRIES).expire_after(ByAge).build()
}
