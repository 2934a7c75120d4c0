//! API keys: the hash of the secret, never the secret.

use sea_orm_migration::prelude::*;

use crate::table::{Table, hash, id, number, time};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Table::new("api_key")
            .column(id("id"))
            .column(id("tenant_id"))
            .column(id("caller_id"))
            .column(hash("secret_hash"))
            .column(number("row_version"))
            .column(time("created_at"))
            .optional(time("revoked_at"))
            .primary_key(&["id"])
            .index(&["tenant_id", "caller_id", "created_at", "id"])
            .create(manager)
            .await
    }
}
