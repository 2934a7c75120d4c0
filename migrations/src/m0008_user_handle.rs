//! User handles: one per user and relying party, immutable.

use sea_orm_migration::prelude::*;

use crate::table::{Table, id, key, time};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Table::new("user_handle")
            .column(id("tenant_id"))
            .column(id("relying_party_id"))
            .column(id("user_id"))
            .column(key("handle", 64))
            .column(time("created_at"))
            .primary_key(&["tenant_id", "relying_party_id", "user_id"])
            .unique(&["tenant_id", "relying_party_id", "handle"])
            .create(manager)
            .await
    }
}
