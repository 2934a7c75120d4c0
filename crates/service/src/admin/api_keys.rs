//! API keys: shown once, kept as a hash.

use keystead_domain::{ApiKey, ApiKeyId, CallerId, CallerState, EventKind, Reason, TenantId};
use keystead_keyring::api_key::{self, ApiKeySecret};
use keystead_store::Finish;

use crate::{Call, Error, Listed, PageRequest, Service, pages::Pager, repeatable::Changed};

/// A new API key.
#[derive(Debug)]
pub struct MintedApiKey {
    /// Names the key when it is to be revoked.
    pub id: ApiKeyId,
    /// The secret; `None` in the answer to a repeat.
    pub secret: Option<ApiKeySecret>,
}

impl Service {
    /// Makes an API key for a caller and shows it, this once.
    ///
    /// # Errors
    /// [`Reason::CallerNotFound`], [`Reason::RequestIdReused`]; a fault where the store is away.
    pub async fn create_api_key(
        &self,
        call: &Call,
        tenant: Option<TenantId>,
        caller: CallerId,
    ) -> Result<MintedApiKey, Error> {
        let scope = self.scope(call, tenant).await?;
        if self.find_caller(scope, caller).await?.state == CallerState::Disabled {
            return Err(Error::invalid("caller_id", "the caller is disabled: its keys would not work"));
        }
        let now = self.environment.now();
        let key = ApiKey {
            id: ApiKeyId::new(now, self.environment.random()),
            caller_id: caller,
            created_at: now,
            revoked_at: None,
        };
        let secret = api_key::mint(key.id, self.environment.random());
        let hash = api_key::hash(&secret);
        let repeatable = self.repeatable(call, "CreateApiKey", &[caller.as_bytes()], *key.id.as_bytes());
        let event = self.admin_event(call, scope, EventKind::ApiKeyCreated);
        let changed = self
            .mutate(&repeatable, &event, async |tx| {
                Ok(Finish::Commit(tx.insert_api_key(scope, &key, &hash).await?))
            })
            .await?;
        Ok(match changed {
            Changed::Now(()) => MintedApiKey { id: key.id, secret: Some(secret) },
            Changed::Before => {
                let id = ApiKeyId::from_bytes(self.subject_before(&repeatable).await?);
                // After a COMMIT whose answer was lost, the earlier call is this one: its secret is still at hand.
                MintedApiKey { id, secret: (id == key.id).then_some(secret) }
            }
        })
    }

    /// A caller's API keys, newest first.
    ///
    /// # Errors
    /// [`Reason::CallerNotFound`], [`Reason::InvalidPageToken`]; a fault where the store is away.
    pub async fn list_api_keys(
        &self,
        call: &Call,
        tenant: Option<TenantId>,
        caller: CallerId,
        request: &PageRequest,
    ) -> Result<Listed<ApiKey>, Error> {
        let scope = self.scope(call, tenant).await?;
        self.find_caller(scope, caller).await?;
        let pager = Pager { call, list: "ListApiKeys", filters: &[caller.as_bytes()] };
        let page = self.page(&pager, request).await?;
        let keys = self.store.reader().list_api_keys(scope, caller, page).await?;
        self.listed(&pager, request, keys, |key| (key.created_at, *key.id.as_bytes())).await
    }

    /// Revokes an API key: it stops working within the directory's age everywhere, here at once. One that is revoked
    /// already stays as it is.
    ///
    /// # Errors
    /// [`Reason::ApiKeyNotFound`], [`Reason::RequestIdReused`]; a fault where the store is away.
    pub async fn revoke_api_key(
        &self,
        call: &Call,
        tenant: Option<TenantId>,
        id: ApiKeyId,
    ) -> Result<ApiKey, Error> {
        let scope = self.scope(call, tenant).await?;
        self.find_api_key(scope, id).await?;
        let at = self.environment.now();
        let repeatable = self.repeatable(call, "RevokeApiKey", &[id.as_bytes()], *id.as_bytes());
        let event = self.admin_event(call, scope, EventKind::ApiKeyRevoked);
        let changed = self
            .store
            .transact(async |tx| {
                if !repeatable.is_first(tx).await? {
                    return Ok(Finish::RollBack(Changed::Before));
                }
                if tx.revoke_api_key(scope, id, at).await? {
                    tx.insert_event(&event).await?;
                }
                Ok(Finish::Commit(Changed::Now(())))
            })
            .await?;
        self.directory.forget_keys();
        if let Changed::Before = changed {
            self.subject_before(&repeatable).await?;
        }
        self.find_api_key(scope, id).await
    }

    async fn find_api_key(&self, scope: Option<TenantId>, id: ApiKeyId) -> Result<ApiKey, Error> {
        match self.store.reader().find_api_key(id).await? {
            Some((key, _, caller)) if caller.tenant_id == scope => Ok(key),
            _ => Err(Error::Rejected(Reason::ApiKeyNotFound)),
        }
    }
}
