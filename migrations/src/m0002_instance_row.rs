//! The instance's row, with an id of the database's own randomness.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{DbBackend, Statement},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        let backend = manager.get_database_backend();
        // The migrator's lock makes looking first safe; where it does not reach, the primary key does.
        if db.query_one_raw(Statement::from_string(backend, "SELECT 1 FROM instance")).await?.is_some() {
            return Ok(());
        }
        let (random, now) = match backend {
            DbBackend::Sqlite => ("randomblob(16)", "CAST(unixepoch('subsec') * 1000000 AS INTEGER)"),
            _ => ("RANDOM_BYTES(16)", "CAST(UNIX_TIMESTAMP(NOW(6)) * 1000000 AS SIGNED)"),
        };
        let sql = format!(
            "INSERT INTO instance (singleton, id, restore_epoch, created_at) VALUES (1, {random}, 0, {now})"
        );
        db.execute_unprepared(&sql).await?;
        Ok(())
    }
}
