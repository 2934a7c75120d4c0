//! Finished ceremonies: the primary key is the single use. Rows are inserted and purged, never updated.

use sea_orm_migration::prelude::*;

use crate::table::{Table, choice, hash, id, number, time};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Table::new("ceremony_outcome")
            .column(id("ceremony_id"))
            .column(choice("kind"))
            .column(id("tenant_id"))
            .column(id("relying_party_id"))
            .column(id("caller_id"))
            .optional(id("user_id"))
            .optional(number("user_epoch"))
            .optional(id("credential_id"))
            .optional(hash("request_id_hash"))
            .column(hash("payload_hash"))
            .column(id("attempt_id"))
            // NULL: accepted.
            .optional(choice("refusal"))
            .column(time("finished_at"))
            .column(time("expires_at"))
            .primary_key(&["ceremony_id"])
            .index(&["expires_at"])
            .create(manager)
            .await
    }
}
