//! The key of a tenant's decoys: made when it is first needed, never changed.

use sea_orm_migration::prelude::*;

use crate::table::{Columns, hash};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Columns::of("tenant").optional(hash("decoy_key")).add(manager).await
    }
}
