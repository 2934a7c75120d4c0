//! The directory of configuration: tenants with their relying parties, callers and registration profiles, API keys, the AAGUID
//! catalogue, the instance. Cached per process for at most [`Directory`]'s age by the monotonic clock; past it, with the
//! database away, a lookup fails: it is never served stale. What a lookup reads is not counted as the request's statements.

mod aging;
mod known;

use std::{sync::Arc, time::Duration};

use keystead_domain::{ApiKeyId, Name, Reason, RegistrationProfile, RelyingParty, RelyingPartyId, TenantId};
use keystead_store::{Instance, Session, Store};

pub(crate) use self::known::{KnownKey, KnownTenant};
use self::{aging::Aging, known::Rows};
use crate::{
    Environment, Error, Fault, Service, admission::Strangers, catalogue::Catalogue,
    related_origins::RelatedOrigins,
};

impl Service {
    /// The tenant, which must exist.
    pub(crate) async fn known_tenant(&self, id: TenantId) -> Result<Arc<KnownTenant>, Error> {
        self.directory.tenant(id).await?.ok_or(Error::Rejected(Reason::TenantNotFound))
    }
}

/// The cached configuration.
pub(crate) struct Directory {
    store: Store,
    environment: Environment,
    pub(crate) strangers: Strangers,
    keys: Aging<ApiKeyId, Option<Arc<KnownKey>>>,
    tenants: Aging<TenantId, Option<Arc<KnownTenant>>>,
    catalogue: Aging<(), Arc<Catalogue>>,
    related_origins: Aging<(), Arc<RelatedOrigins>>,
    instance: Aging<(), Instance>,
}

impl Directory {
    /// A directory whose entries live for `max_age`; zero reads every time.
    pub(crate) fn new(store: Store, environment: Environment, max_age: Duration) -> Self {
        Self {
            store,
            environment,
            strangers: Strangers::default(),
            keys: Aging::new(max_age),
            tenants: Aging::new(max_age),
            catalogue: Aging::new(max_age),
            related_origins: Aging::new(max_age),
            instance: Aging::new(max_age),
        }
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
        let read = || async move {
            let found = self.store.reader().find_api_key(id).await?;
            Ok(found.map(|(key, hash, caller)| Arc::new(KnownKey { key, hash, caller: Arc::new(caller) })))
        };
        self.keys.look_up(id, read).await
    }

    /// The tenant with this id.
    pub(crate) async fn tenant(&self, id: TenantId) -> Result<Option<Arc<KnownTenant>>, Fault> {
        self.tenants.look_up(id, || self.read_tenant(id)).await
    }

    async fn read_tenant(&self, id: TenantId) -> Result<Option<Arc<KnownTenant>>, keystead_store::Error> {
        let reader = self.store.reader();
        let Some(tenant) = reader.find_tenant(id).await? else { return Ok(None) };
        let rows = Rows {
            tenant,
            relying_parties: reader.within(id).relying_parties().await?,
            callers: reader.callers_of(id).await?,
            profiles: reader.within(id).registration_profiles().await?,
            decoy_key: self.decoy_key(&reader, id).await?,
        };
        Ok(Some(Arc::new(KnownTenant::new(rows))))
    }

    /// The tenant's decoy key, made where it has none yet: the one write of the directory, once in a tenant's life. Of
    /// replicas that make one at once, all get the first's.
    async fn decoy_key(&self, reader: &Session, id: TenantId) -> Result<[u8; 32], keystead_store::Error> {
        match reader.decoy_key(id).await? {
            Some(key) => Ok(key),
            None => self.store.claim_decoy_key(id, self.environment.random()).await,
        }
    }

    /// The relying party with this id. A miss reads again: rows that name it may be newer than this replica's cache.
    pub(crate) async fn relying_party(
        &self,
        tenant: TenantId,
        id: RelyingPartyId,
    ) -> Result<Option<Arc<RelyingParty>>, Fault> {
        self.find(tenant, |known| known.relying_party_by_id(id).cloned()).await
    }

    /// The newest registration profile of this name; a miss reads again, as with [`Self::relying_party`].
    pub(crate) async fn profile(
        &self,
        tenant: TenantId,
        name: &Name,
    ) -> Result<Option<Arc<RegistrationProfile>>, Fault> {
        self.find(tenant, |known| known.profile(name).cloned()).await
    }

    async fn find<T>(
        &self,
        tenant: TenantId,
        find: impl Fn(&KnownTenant) -> Option<T> + Send,
    ) -> Result<Option<T>, Fault> {
        if let Some(found) = self.tenant(tenant).await?.and_then(|known| find(&known)) {
            return Ok(Some(found));
        }
        self.forget_tenant(tenant).await;
        Ok(self.tenant(tenant).await?.and_then(|known| find(&known)))
    }

    /// The AAGUID catalogue.
    pub(crate) async fn catalogue(&self) -> Result<Arc<Catalogue>, Fault> {
        let read =
            || async { Ok(Arc::new(Catalogue::new(self.store.reader().authenticator_models().await?))) };
        self.catalogue.look_up((), read).await
    }

    /// The related origins of every relying party of the instance.
    pub(crate) async fn related_origins(&self) -> Result<Arc<RelatedOrigins>, Fault> {
        let read =
            || async { Ok(Arc::new(RelatedOrigins::new(self.store.reader().related_origins().await?))) };
        self.related_origins.look_up((), read).await
    }

    /// The instance row.
    pub(crate) async fn instance(&self) -> Result<Instance, Fault> {
        self.instance.look_up((), || async { self.store.reader().instance().await }).await
    }

    /// Forgets what a change on this replica made old. Others learn it within the age.
    pub(crate) async fn forget_tenant(&self, id: TenantId) {
        self.tenants.forget(&id).await;
    }

    /// As [`Self::forget_tenant`], of the AAGUID catalogue.
    pub(crate) async fn forget_catalogue(&self) {
        self.catalogue.forget(&()).await;
    }

    /// As [`Self::forget_tenant`], of the related origins.
    pub(crate) async fn forget_related_origins(&self) {
        self.related_origins.forget(&()).await;
    }

    /// Forgets every API key: a caller changed, and keys hold a copy of their caller.
    pub(crate) fn forget_keys(&self) {
        self.keys.forget_all();
    }
}
