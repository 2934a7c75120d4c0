//! The instance: what every sealed token is bound to. One row.

use sea_orm_migration::prelude::*;

use crate::table::{Table, choice, id, number, time};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Table::new("instance")
            .column(choice("singleton"))
            .column(id("id"))
            .column(number("restore_epoch"))
            .column(time("created_at"))
            .primary_key(&["singleton"])
            .create(manager)
            .await
    }
}
