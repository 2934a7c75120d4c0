//! Pools, per engine.

pub(crate) mod mysql;
pub(crate) mod sqlite;

use std::sync::Arc;

use sea_orm::DatabaseConnection;

use crate::{Error, transact::Line};

/// Where reads and where transactions go; one pool or two.
pub(crate) struct Pools {
    pub(crate) reads: Arc<DatabaseConnection>,
    pub(crate) writes: Arc<DatabaseConnection>,
    /// Where transactions are committed together: who waits for the one connection of `writes`.
    pub(crate) line: Option<Arc<Line>>,
}

impl Pools {
    /// Closes the connections once they come back. From its first poll on none is given out.
    pub(crate) async fn close(&self) -> Result<(), Error> {
        self.reads.close_by_ref().await?;
        Ok(self.writes.close_by_ref().await?)
    }
}
