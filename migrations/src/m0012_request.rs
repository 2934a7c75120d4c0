//! Mutations that carried a `request_id`: a repeat is answered as the first was.

use sea_orm_migration::prelude::*;

use crate::table::{Table, hash, id, key, time};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Table::new("request")
            .column(id("caller_id"))
            .column(key("method", 255))
            .column(hash("request_id_hash"))
            .column(hash("request_hash"))
            .optional(id("subject"))
            .column(time("created_at"))
            .column(time("expires_at"))
            .primary_key(&["caller_id", "method", "request_id_hash"])
            .index(&["expires_at"])
            .create(manager)
            .await
    }
}
