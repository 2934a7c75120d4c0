//! Credentials.

use sea_orm_migration::prelude::*;

use crate::table::{Table, blob, choice, flag, id, key, number, text, time, words};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Table::new("credential")
            .column(id("id"))
            .column(id("tenant_id"))
            .column(id("user_id"))
            .column(id("relying_party_id"))
            .column(key("webauthn_id", 1023))
            .column(number("user_epoch"))
            .column(choice("state"))
            .column(text("display_name", 255))
            .column(blob("public_key"))
            .column(number("algorithm"))
            .column(number("sign_count"))
            .column(number("sign_count_regressions"))
            .column(id("aaguid"))
            .column(text("attestation_format", 64))
            .column(choice("attestation_trust"))
            .column(words("transports"))
            .optional(choice("attachment"))
            .optional(flag("discoverable"))
            .column(flag("backup_eligible"))
            .column(flag("backed_up"))
            .column(flag("user_verification_seen"))
            .column(number("row_version"))
            .column(time("created_at"))
            .optional(time("last_used_at"))
            .optional(time("revoked_at"))
            .primary_key(&["id"])
            // Ends with the relying party: a login asks for the WebAuthn id in the whole tenant.
            .unique(&["tenant_id", "webauthn_id", "relying_party_id"])
            .index(&["tenant_id", "user_id", "created_at", "id"])
            .index(&["tenant_id", "created_at", "id"])
            // A list of the whole tenant in a state that few are in.
            .index(&["tenant_id", "state", "created_at", "id"])
            .create(manager)
            .await
    }
}
