//! Callers and their API keys.

use crate::{ApiKeyId, CallerId, Grant, GrantSet, Name, TenantId, Timestamp, numbered::numbered};

numbered! {
    /// Whether a caller may call.
    CallerState {
        /// May call.
        Active = 1;
        /// All its keys are refused.
        Disabled = 2;
    }
}

/// An authenticated calling service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The id.
    pub id: CallerId,
    /// The tenant it acts in; `None`: instance-level, `AdminService` only.
    pub tenant_id: Option<TenantId>,
    /// A name for people, unique in the tenant.
    pub name: Name,
    /// What it may do.
    pub grants: GrantSet,
    /// Callers that may finish what this one started.
    pub may_be_finished_by: Vec<CallerId>,
    /// Whether it may call.
    pub state: CallerState,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Caller {
    /// Whether it may use an RPC that needs this grant. An instance-level caller has `admin` at most.
    #[must_use]
    pub fn may(&self, grant: Grant) -> bool {
        self.state == CallerState::Active
            && self.grants.contains(grant)
            && (self.tenant_id.is_some() || grant == Grant::Admin)
    }

    /// Whether `finisher` may finish a ceremony that this caller started.
    #[must_use]
    pub fn may_be_finished_by(&self, finisher: CallerId) -> bool {
        self.id == finisher || self.may_be_finished_by.contains(&finisher)
    }
}

/// An API key without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// The id, also the part of the key by which it is looked up.
    pub id: ApiKeyId,
    /// The caller it authenticates.
    pub caller_id: CallerId,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}
