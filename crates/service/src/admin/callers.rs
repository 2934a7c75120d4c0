//! Callers and their rights.

use keystead_domain::{Caller, CallerId, CallerState, EventKind, Grant, GrantSet, Name, Reason, TenantId};
use keystead_store::{Finish, Insert, Steps};

use crate::{
    Call, Error, Listed, PageRequest, Service,
    pages::Pager,
    repeatable::{Changed, Repeatable},
};

/// Most callers that one may name to finish what it started.
const MOST_FINISHERS: usize = 16;

/// A new caller.
#[derive(Clone, Debug)]
pub struct CreateCaller {
    /// The tenant; `None`: the caller's own, or none for an instance-level one.
    pub tenant: Option<TenantId>,
    /// A name, unique in the tenant.
    pub name: Name,
    /// What it may do.
    pub grants: GrantSet,
    /// Callers of the tenant that may finish what it started.
    pub may_be_finished_by: Vec<CallerId>,
}

impl Service {
    /// Makes a caller.
    ///
    /// # Errors
    /// [`Error::Invalid`], [`Reason::TenantNotFound`], [`Reason::CallerNotFound`], [`Reason::CallerExists`],
    /// [`Reason::RequestIdReused`]; a fault where the store is away.
    pub async fn create_caller(&self, call: &Call, command: CreateCaller) -> Result<Caller, Error> {
        let scope = self.scope(call, command.tenant).await?;
        check_grants(scope, command.grants)?;
        self.check_finishers(scope, &command.may_be_finished_by).await?;
        let now = self.environment.now();
        let caller = Caller {
            id: CallerId::new(now, self.environment.random()),
            tenant_id: scope,
            name: command.name,
            grants: command.grants,
            may_be_finished_by: command.may_be_finished_by,
            state: CallerState::Active,
            created_at: now,
        };
        let grants = caller.grants.bits().to_be_bytes();
        let mut payload = vec![caller.name.as_str().as_bytes(), &grants[..]];
        payload.extend(scope.as_ref().map(|id| &id.as_bytes()[..]));
        payload.extend(caller.may_be_finished_by.iter().map(|id| &id.as_bytes()[..]));
        let repeatable = self.repeatable(call, "CreateCaller", &payload, *caller.id.as_bytes());
        let event = self.admin_event(call, scope, EventKind::CallerCreated);
        let changed = self
            .mutate(&repeatable, &event, async |tx| match tx.insert_caller(&caller).await? {
                Insert::Done => Ok(Finish::Commit(true)),
                Insert::Duplicate => Ok(Finish::RollBack(false)),
            })
            .await?;
        self.forget_callers(scope).await;
        let id = match changed {
            Changed::Now(true) => caller.id,
            Changed::Now(false) => return Err(Error::Rejected(Reason::CallerExists)),
            Changed::Before => CallerId::from_bytes(self.subject_before(&repeatable).await?),
        };
        self.find_caller(scope, id).await
    }

    /// Callers of the tenant, or of the instance, newest first.
    ///
    /// # Errors
    /// [`Reason::TenantNotFound`], [`Reason::InvalidPageToken`]; a fault where the store is away.
    pub async fn list_callers(
        &self,
        call: &Call,
        tenant: Option<TenantId>,
        request: &PageRequest,
    ) -> Result<Listed<Caller>, Error> {
        let scope = self.scope(call, tenant).await?;
        let filters = [scope.as_ref().map_or(&[][..], |id| id.as_bytes())];
        let pager = Pager { call, list: "ListCallers", filters: &filters };
        let page = self.page(&pager, request).await?;
        let callers = self.store.reader().list_callers(scope, page).await?;
        self.listed(&pager, request, callers, |caller| (caller.created_at, *caller.id.as_bytes())).await
    }

    /// Replaces a caller's grants.
    ///
    /// # Errors
    /// [`Error::Invalid`], [`Reason::CallerNotFound`], [`Reason::RequestIdReused`]; a fault where the store is away.
    pub async fn set_caller_grants(
        &self,
        call: &Call,
        tenant: Option<TenantId>,
        id: CallerId,
        grants: GrantSet,
    ) -> Result<Caller, Error> {
        let scope = self.scope(call, tenant).await?;
        check_grants(scope, grants)?;
        let caller = self.find_caller(scope, id).await?;
        let payload = [&id.as_bytes()[..], &grants.bits().to_be_bytes()];
        let repeatable = self.repeatable(call, "SetCallerGrants", &payload, *id.as_bytes());
        self.change_caller(call, &caller, EventKind::CallerChanged, &repeatable, async |tx| {
            Ok(Finish::Commit(tx.set_caller_grants(scope, id, grants).await?))
        })
        .await
    }

    /// Replaces the callers that may finish what a caller started.
    ///
    /// # Errors
    /// [`Error::Invalid`], [`Reason::CallerNotFound`], [`Reason::RequestIdReused`]; a fault where the store is away.
    pub async fn set_caller_finishers(
        &self,
        call: &Call,
        tenant: Option<TenantId>,
        id: CallerId,
        finishers: &[CallerId],
    ) -> Result<Caller, Error> {
        let scope = self.scope(call, tenant).await?;
        self.check_finishers(scope, finishers).await?;
        let caller = self.find_caller(scope, id).await?;
        let mut payload = vec![&id.as_bytes()[..]];
        payload.extend(finishers.iter().map(|id| &id.as_bytes()[..]));
        let repeatable = self.repeatable(call, "SetCallerFinishers", &payload, *id.as_bytes());
        self.change_caller(call, &caller, EventKind::CallerChanged, &repeatable, async |tx| {
            Ok(Finish::Commit(tx.set_caller_finishers(scope, id, finishers).await?))
        })
        .await
    }

    /// Disables a caller: all its keys stop working.
    ///
    /// # Errors
    /// [`Reason::CallerNotFound`], [`Reason::RequestIdReused`]; a fault where the store is away.
    pub async fn disable_caller(
        &self,
        call: &Call,
        tenant: Option<TenantId>,
        id: CallerId,
    ) -> Result<Caller, Error> {
        let scope = self.scope(call, tenant).await?;
        let caller = self.find_caller(scope, id).await?;
        let repeatable = self.repeatable(call, "DisableCaller", &[id.as_bytes()], *id.as_bytes());
        self.change_caller(call, &caller, EventKind::CallerDisabled, &repeatable, async |tx| {
            Ok(Finish::Commit(tx.disable_caller(scope, id).await?))
        })
        .await
    }

    async fn change_caller(
        &self,
        call: &Call,
        caller: &Caller,
        kind: EventKind,
        repeatable: &Repeatable,
        change: impl Steps<Finish<bool>>,
    ) -> Result<Caller, Error> {
        let event = self.admin_event(call, caller.tenant_id, kind);
        let changed = self.mutate(repeatable, &event, change).await?;
        self.forget_callers(caller.tenant_id).await;
        if let Changed::Before = changed {
            self.subject_before(repeatable).await?;
        }
        self.find_caller(caller.tenant_id, caller.id).await
    }

    pub(super) async fn find_caller(&self, scope: Option<TenantId>, id: CallerId) -> Result<Caller, Error> {
        let found = self.store.reader().find_caller(id).await?.filter(|caller| caller.tenant_id == scope);
        found.ok_or(Error::Rejected(Reason::CallerNotFound))
    }

    async fn check_finishers(&self, scope: Option<TenantId>, finishers: &[CallerId]) -> Result<(), Error> {
        if finishers.len() > MOST_FINISHERS {
            return Err(Error::invalid("may_be_finished_by", "must be at most 16 callers"));
        }
        for finisher in finishers {
            self.find_caller(scope, *finisher).await?;
        }
        Ok(())
    }

    pub(super) async fn forget_callers(&self, scope: Option<TenantId>) {
        self.directory.forget_keys();
        if let Some(tenant) = scope {
            self.directory.forget_tenant(tenant).await;
        }
    }
}

fn check_grants(scope: Option<TenantId>, grants: GrantSet) -> Result<(), Error> {
    if scope.is_none() && grants.iter().any(|grant| grant != Grant::Admin) {
        return Err(Error::invalid("grants", "a caller without tenant may have `admin` only"));
    }
    Ok(())
}
