//! Set-up: tenants, relying parties, callers and their keys.

mod api_keys;
mod authenticator_models;
mod callers;
mod registration_profiles;
mod relying_parties;
mod tenants;

pub use api_keys::MintedApiKey;
pub use callers::CreateCaller;
use keystead_domain::{Event, EventId, EventKind, EventOutcome, Reason, TenantId};
pub use registration_profiles::{CreateRegistrationProfile, ListedProfile, ProfileFilter, ProfilePreview};
pub use relying_parties::{CreateRelyingParty, RelyingPartyChange, SetOrigins};

use crate::{Call, Error, Service};

impl Service {
    /// The tenant an admin call acts in: a tenant's caller in its own, an instance-level caller in the one it names;
    /// `None`: the instance.
    async fn scope(&self, call: &Call, named: Option<TenantId>) -> Result<Option<TenantId>, Error> {
        match (call.caller.tenant_id, named) {
            (Some(own), None) => Ok(Some(own)),
            (Some(own), Some(named)) if own == named => Ok(Some(own)),
            (Some(_), Some(_)) => Err(Error::Rejected(Reason::CallerNotAllowed)),
            (None, None) => Ok(None),
            (None, Some(named)) => match self.directory.tenant(named).await? {
                Some(known) => Ok(Some(known.tenant.id)),
                None => Err(Error::Rejected(Reason::TenantNotFound)),
            },
        }
    }

    /// As [`Self::scope`], for what exists in tenants only.
    async fn tenant_scope(&self, call: &Call, named: Option<TenantId>) -> Result<TenantId, Error> {
        let scope = self.scope(call, named).await?;
        scope.ok_or_else(|| Error::invalid("tenant_id", "an instance-level caller names the tenant"))
    }

    fn admin_event(&self, call: &Call, tenant: Option<TenantId>, kind: EventKind) -> Event {
        let now = self.environment.now();
        Event {
            tenant_id: tenant,
            ..call.event(EventId::new(now, self.environment.random()), now, kind, EventOutcome::Success)
        }
    }
}

fn instance_level(call: &Call) -> Result<(), Error> {
    match call.caller.tenant_id {
        None => Ok(()),
        Some(_) => Err(Error::Rejected(Reason::CallerNotAllowed)),
    }
}
