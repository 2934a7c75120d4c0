//! Pools, per engine.

pub(crate) mod mysql;
pub(crate) mod sqlite;

use std::sync::Arc;

use sea_orm::DatabaseConnection;

/// Where reads and where transactions go; one pool or two.
pub(crate) struct Pools {
    pub(crate) reads: Arc<DatabaseConnection>,
    pub(crate) writes: Arc<DatabaseConnection>,
}
