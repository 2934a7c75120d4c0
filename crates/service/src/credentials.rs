//! Credentials as people manage them.

mod change;
mod listing;
mod renaming;
mod resuming;
mod signals;
mod taking;

use keystead_domain::{Credential, CredentialId, Event, EventId, EventKind, EventOutcome, Reason, TenantId};

pub use self::{listing::CredentialFilter, taking::Taking};
use crate::{Call, CredentialAtRp, Error, Service, Signals};

/// A credential that was acted on.
#[derive(Clone, Debug)]
pub struct Managed {
    /// As it is now.
    pub credential: CredentialAtRp,
    /// What the page should tell the browser about its passkeys; nothing where someone acted for someone else's sake, for the
    /// browser is not the owner's then.
    pub signals: Signals,
}

impl Service {
    async fn find_credential(&self, tenant: TenantId, id: CredentialId) -> Result<Credential, Error> {
        let found = self.store.reader().within(tenant).find_credential(id).await?;
        found.ok_or(Error::Rejected(Reason::CredentialNotFound))
    }

    fn credential_event(&self, call: &Call, kind: EventKind, credential: &Credential) -> Event {
        let now = self.environment.now();
        Event {
            user_id: Some(credential.user_id),
            credential_id: Some(credential.id),
            ..call.event(EventId::new(now, self.environment.random()), now, kind, EventOutcome::Success)
        }
    }
}

#[cfg(test)]
mod tests;
