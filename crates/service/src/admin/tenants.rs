//! Tenants: made and listed by instance-level callers.

use keystead_domain::{EventKind, Name, Reason, Tenant, TenantId};
use keystead_store::{Finish, Insert};

use super::instance_level;
use crate::{Call, Error, Listed, PageRequest, Service, pages::Pager, repeatable::Changed};

impl Service {
    /// Makes a tenant.
    ///
    /// # Errors
    /// [`Reason::CallerNotAllowed`], [`Reason::TenantExists`], [`Reason::RequestIdReused`]; a fault where the store is
    /// away.
    pub async fn create_tenant(&self, call: &Call, name: Name) -> Result<Tenant, Error> {
        instance_level(call)?;
        let now = self.environment.now();
        let tenant = Tenant { id: TenantId::new(now, self.environment.random()), name, created_at: now };
        let payload = [tenant.name.as_str().as_bytes()];
        let repeatable = self.repeatable(call, "CreateTenant", &payload, *tenant.id.as_bytes());
        let event = self.admin_event(call, Some(tenant.id), EventKind::TenantCreated);
        let changed = self
            .mutate(&repeatable, &event, async |tx| match tx.insert_tenant(&tenant).await? {
                Insert::Done => Ok(Finish::Commit(true)),
                Insert::Duplicate => Ok(Finish::RollBack(false)),
            })
            .await?;
        let id = match changed {
            Changed::Now(true) => return Ok(tenant),
            Changed::Now(false) => return Err(Error::Rejected(Reason::TenantExists)),
            Changed::Before => TenantId::from_bytes(self.subject_before(&repeatable).await?),
        };
        let found = self.store.reader().find_tenant(id).await?;
        found.ok_or(Error::Rejected(Reason::TenantNotFound))
    }

    /// A tenant: any for an instance-level caller, its own for a tenant's.
    ///
    /// # Errors
    /// [`Reason::TenantNotFound`], [`Reason::CallerNotAllowed`]; a fault where the store is away.
    pub async fn get_tenant(&self, call: &Call, tenant: Option<TenantId>) -> Result<Tenant, Error> {
        let id = self.tenant_scope(call, tenant).await?;
        let found = self.store.reader().find_tenant(id).await?;
        found.ok_or(Error::Rejected(Reason::TenantNotFound))
    }

    /// Tenants, newest first.
    ///
    /// # Errors
    /// [`Reason::CallerNotAllowed`], [`Reason::InvalidPageToken`]; a fault where the store is away.
    pub async fn list_tenants(&self, call: &Call, request: &PageRequest) -> Result<Listed<Tenant>, Error> {
        instance_level(call)?;
        let pager = Pager { call, list: "ListTenants", filters: &[] };
        let page = self.page(&pager, request).await?;
        let tenants = self.store.reader().list_tenants(page).await?;
        self.listed(&pager, request, tenants, |tenant| (tenant.created_at, *tenant.id.as_bytes())).await
    }
}
