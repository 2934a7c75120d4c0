//! Relying parties.

use sea_orm_migration::prelude::*;

use crate::table::{Table, flag, id, key, number, text, time, words};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Table::new("relying_party")
            .column(id("id"))
            .column(id("tenant_id"))
            .column(key("rp_id", 255))
            .column(text("name", 255))
            .column(words("origins"))
            .column(words("top_origins"))
            // True or NULL: NULLs do not meet in a unique key, so that a tenant has one default at most.
            .optional(flag("is_default"))
            .column(number("ceremony_lifetime"))
            .column(number("row_version"))
            .column(time("created_at"))
            .primary_key(&["id"])
            .unique(&["tenant_id", "rp_id"])
            .unique(&["tenant_id", "is_default"])
            .create(manager)
            .await
    }
}
