//! Users.

use sea_orm_migration::prelude::*;

use crate::table::{Table, id, key, number, text, time};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Table::new("user")
            .column(id("id"))
            .column(id("tenant_id"))
            .column(key("external_id", 255))
            .column(text("display_name", 255))
            .column(number("auth_epoch"))
            .column(number("credential_count"))
            .column(number("row_version"))
            .column(time("created_at"))
            .primary_key(&["id"])
            .unique(&["tenant_id", "external_id"])
            .index(&["tenant_id", "created_at", "id"])
            .create(manager)
            .await
    }
}
