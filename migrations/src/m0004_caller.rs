//! Callers; `tenant_id` is zero for those of the instance.

use sea_orm_migration::prelude::*;

use crate::table::{Table, choice, id, key, number, time, words};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Table::new("caller")
            .column(id("id"))
            .column(id("tenant_id"))
            .column(key("name", 255))
            .column(number("grants"))
            .column(words("may_be_finished_by"))
            .column(choice("state"))
            .column(number("row_version"))
            .column(time("created_at"))
            .primary_key(&["id"])
            .unique(&["tenant_id", "name"])
            .index(&["tenant_id", "created_at", "id"])
            .create(manager)
            .await
    }
}
