//! The instance as a whole: whether this process can serve it, its restore epoch, its clock.

use keystead_domain::Timestamp;
use keystead_store::Finish;

use crate::{Fault, Service};

impl Service {
    /// Asks the pool that serves requests, and the keyring: whether this replica can serve.
    ///
    /// # Errors
    /// The fault that keeps it from serving.
    pub async fn ready(&self) -> Result<(), Fault> {
        self.store.ready().await?;
        if self.keyring.is_ready(self.environment.now()) { Ok(()) } else { Err(Fault::KeysAway) }
    }

    /// Raises the restore epoch: every open ceremony and page token dies. For after a restore or an unclean fail-over.
    ///
    /// # Errors
    /// A fault where the store is away.
    pub async fn raise_restore_epoch(&self) -> Result<(), Fault> {
        self.store
            .transact(async |tx| {
                tx.raise_restore_epoch().await?;
                Ok(Finish::Commit(()))
            })
            .await?;
        Ok(())
    }

    /// Now, by the clock of this process.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.environment.now()
    }
}
