//! Pools, per engine.

pub(crate) mod mysql;
pub(crate) mod sqlite;

use sea_orm::DatabaseConnection;

/// Where reads and where transactions go; one pool or two.
pub(crate) struct Pools {
    pub(crate) reads: DatabaseConnection,
    pub(crate) writes: DatabaseConnection,
}
