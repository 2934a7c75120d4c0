//! Changes that would leave somebody without a way to log in: asked about here, and noted where they are refused.

use keystead_domain::{Credential, Event, EventKind, EventOutcome};
use keystead_store::{Finish, Insert};

use crate::{Error, Service, directory::KnownTenant};

/// Whether a credential is its owner's last way in, by the profiles in force. `his`: all of his but for revoked ones.
pub(crate) fn is_last_way_in(known: &KnownTenant, his: &[Credential], taken: &Credential) -> bool {
    taken.is_last_way_in(his, |credential| known.profile(&credential.profile).map(AsRef::as_ref))
}

impl Service {
    /// Notes that a change was refused. It left nothing behind, so that its event tells it, in a transaction of its own.
    pub(crate) async fn prevented(&self, change: Event) -> Result<(), Error> {
        let event = Event { kind: EventKind::LockoutPrevented, outcome: EventOutcome::Refused, ..change };
        self.store
            .transact(async |tx| {
                match tx.insert_event_once(&event).await? {
                    // There already: by this one's own COMMIT, whose answer was lost.
                    Insert::Done | Insert::Duplicate => Ok(Finish::Commit(())),
                }
            })
            .await?;
        Ok(())
    }
}
