//! Tenants.

use sea_orm_migration::prelude::*;

use crate::table::{Table, id, key, number, time};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Table::new("tenant")
            .column(id("id"))
            .column(key("name", 255))
            .column(number("row_version"))
            .column(time("created_at"))
            .primary_key(&["id"])
            .unique(&["name"])
            .index(&["created_at", "id"])
            .create(manager)
            .await
    }
}
