//! Background jobs: plain async functions that any replica may run at any time.

use std::time::Duration;

use keystead_store::{Finish, Steps};

use crate::{Fault, Service};

/// How many rows one run of the purge removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purged {
    /// Outcomes of ceremonies.
    pub outcomes: u64,
    /// Remembered requests.
    pub requests: u64,
    /// Events.
    pub events: u64,
    /// Credentials that were revoked long ago.
    pub credentials: u64,
}

/// Whatever a setting says, this long support finds what happened.
const SHORTEST_RETENTION: Duration = Duration::from_hours(24);

impl Service {
    /// Removes what has outlived its retention, in small transactions.
    ///
    /// # Errors
    /// A fault where the store is away; what was removed until then stays removed.
    pub async fn purge(&self) -> Result<Purged, Fault> {
        let now = self.environment.now();
        let oldest_event = now.minus(self.settings.event_retention.max(SHORTEST_RETENTION));
        let oldest_revoked = now.minus(self.settings.revoked_retention.max(SHORTEST_RETENTION));
        Ok(Purged {
            outcomes: self.purge_all(async |tx| tx.purge_outcomes(now).await).await?,
            requests: self.purge_all(async |tx| tx.purge_requests(now).await).await?,
            events: self.purge_all(async |tx| tx.purge_events(oldest_event).await).await?,
            credentials: self
                .purge_all(async |tx| tx.erase_revoked_credentials(oldest_revoked).await)
                .await?,
        })
    }

    async fn purge_all(&self, chunk: impl Steps<u64>) -> Result<u64, Fault> {
        let mut removed = 0;
        loop {
            let rows = self.store.transact(async |tx| Ok(Finish::Commit(chunk.run(tx).await?))).await?;
            removed += rows;
            if rows == 0 {
                return Ok(removed);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        CredentialFilter, Taking,
        fixture::{Home, all, support},
    };

    #[tokio::test]
    async fn a_credential_is_erased_once_it_was_revoked_for_as_long_as_is_set() {
        let mut home = Home::new().await;
        let key = home.passkey("anna", |_| {}).await;
        let kept = home.passkey("anna", |_| {}).await;
        let taking = Taking {
            id: key.id,
            acting_user: Some(support()),
            remaining_methods: Vec::new(),
            acknowledge_lockout: false,
        };
        home.service.revoke_credential(&home.call, taking).await.unwrap();
        // Less than a day is a day: support asks what happened.
        for (setting, hours, erased) in [(0, 23, 0), (48, 24, 0), (48, 2, 1), (0, 0, 0)] {
            home.service.settings.revoked_retention = Duration::from_hours(setting);
            home.hands.wait(Duration::from_hours(hours));
            assert_eq!(home.service.purge().await.unwrap().credentials, erased, "{setting} {hours}");
        }
        let left =
            home.service.list_credentials(&home.call, &CredentialFilter::default(), &all()).await.unwrap();
        assert_eq!(left.items.into_iter().map(|it| it.credential.id).collect::<Vec<_>>(), [kept.id]);
    }
}
