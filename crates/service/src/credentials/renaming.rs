//! Renaming a credential.

use keystead_domain::{CredentialId, DisplayName, EventKind};
use keystead_store::Finish;

use super::{
    Managed,
    signals::{Browser, Seen},
};
use crate::{Call, Error, Service, repeatable::Changed};

impl Service {
    /// Gives a credential another display name.
    ///
    /// # Errors
    /// [`Reason::CredentialNotFound`](keystead_domain::Reason::CredentialNotFound),
    /// [`Reason::RequestIdReused`](keystead_domain::Reason::RequestIdReused); a fault where the store is away.
    pub async fn rename_credential(
        &self,
        call: &Call,
        id: CredentialId,
        display_name: DisplayName,
    ) -> Result<Managed, Error> {
        let tenant = call.tenant()?;
        let before = self.find_credential(tenant, id).await?;
        let payload = [&id.as_bytes()[..], display_name.as_str().as_bytes()];
        let repeatable = self.repeatable(call, "RenameCredential", &payload, *id.as_bytes());
        let event = self.credential_event(call, EventKind::CredentialRenamed, &before);
        let changed = self
            .mutate(&repeatable, &event, async |tx| {
                let within = tx.within(tenant);
                // The list of his passkeys that goes with the answer is complete only once his row is written.
                within.write_user(before.user_id).await?;
                if within.rename_credential(id, &display_name).await? {
                    Ok(Finish::Commit(Seen::read(&within, id, Browser::Owners).await?))
                } else {
                    Ok(Finish::RollBack(None))
                }
            })
            .await?;
        let seen = match changed {
            Changed::Now(seen) => seen,
            Changed::Before => {
                self.subject_before(&repeatable).await?;
                None
            }
        };
        self.managed(tenant, id, Browser::Owners, seen).await
    }
}
