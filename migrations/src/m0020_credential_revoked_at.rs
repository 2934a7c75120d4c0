//! Finds the credentials that were revoked long ago, of whichever tenant, without walking the others.

use sea_orm_migration::prelude::*;

use crate::table::add_index;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add_index(manager, "credential", &["revoked_at", "id"]).await
    }
}
