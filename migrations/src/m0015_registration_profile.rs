//! Registration profiles: never changed; the newest of a name counts.

use sea_orm_migration::prelude::*;

use crate::table::{Table, choice, flag, id, key, number, time, words};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Table::new("registration_profile")
            .column(id("id"))
            .column(id("tenant_id"))
            .column(key("name", 64))
            .column(choice("user_verification"))
            .column(choice("resident_key"))
            .optional(choice("attachment"))
            .column(words("hints"))
            .column(choice("attestation"))
            // COSE numbers.
            .column(words("algorithms"))
            .column(choice("counter_rule"))
            .column(number("max_credentials"))
            .column(flag("locked"))
            .column(words("allowed_aaguids"))
            .column(words("denied_aaguids"))
            .column(choice("aaguid_mode"))
            .column(time("created_at"))
            .primary_key(&["id"])
            .index(&["tenant_id", "name", "created_at", "id"])
            .create(manager)
            .await
    }
}
