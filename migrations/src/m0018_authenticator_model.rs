//! What the operator calls models of authenticators.

use sea_orm_migration::prelude::*;

use crate::table::{Table, choice, id, text, time};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Table::new("authenticator_model")
            .column(id("aaguid"))
            .column(text("name", 64))
            .optional(choice("sync_model"))
            .column(time("updated_at"))
            .primary_key(&["aaguid"])
            .create(manager)
            .await
    }
}
