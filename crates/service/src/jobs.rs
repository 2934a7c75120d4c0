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
}

impl Service {
    /// Removes what has outlived its retention, in small transactions.
    ///
    /// # Errors
    /// A fault where the store is away; what was removed until then stays removed.
    pub async fn purge(&self) -> Result<Purged, Fault> {
        let now = self.environment.now();
        let oldest_event = now.minus(self.settings.event_retention.max(Duration::from_hours(24)));
        Ok(Purged {
            outcomes: self.purge_all(async |tx| tx.purge_outcomes(now).await).await?,
            requests: self.purge_all(async |tx| tx.purge_requests(now).await).await?,
            events: self.purge_all(async |tx| tx.purge_events(oldest_event).await).await?,
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
