//! Events: inserted and purged, never updated. A filter of a list is an index; the purge walks the primary key, for an id
//! starts with its time.

use sea_orm_migration::prelude::*;

use crate::table::{Table, choice, id, key, text, time};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Table::new("event")
            .column(id("id"))
            .column(id("tenant_id"))
            .column(time("occurred_at"))
            .column(key("kind", 64))
            .column(choice("outcome"))
            .column(text("reasons", 512))
            .optional(id("user_id"))
            .optional(id("credential_id"))
            .optional(id("ceremony_id"))
            .optional(id("caller_id"))
            .optional(text("request_id", 255))
            .optional(id("trace_id"))
            .optional(text("acting_user", 255))
            .optional(text("client_ip_address", 64))
            .optional(text("client_user_agent", 512))
            .optional(text("client_origin", 255))
            .optional(text("client_country", 64))
            .primary_key(&["id"])
            .index(&["tenant_id", "occurred_at", "id"])
            .index(&["tenant_id", "user_id", "occurred_at", "id"])
            .index(&["tenant_id", "kind", "occurred_at", "id"])
            // Without the time: a ceremony has a handful of events.
            .index(&["tenant_id", "ceremony_id"])
            .create(manager)
            .await
    }
}
