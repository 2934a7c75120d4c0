//! What is kept of a credential's life. `NULL` is what a row of an earlier release holds.

use sea_orm_migration::prelude::*;

use crate::table::{Columns, choice, flag, hash, key, number, text, time};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Columns::of("credential")
            // NULL: as `user_verification_seen` says.
            .optional(flag("user_verification_initialized"))
            // NULL: registered in a dialog.
            .optional(choice("source"))
            // NULL: `default`.
            .optional(key("profile", 64))
            .optional(hash("device_hash"))
            .optional(text("created_origin", 255))
            .optional(text("created_user_agent", 512))
            .optional(text("created_country", 64))
            .optional(flag("created_user_verified"))
            .optional(text("last_used_origin", 255))
            .optional(text("last_used_user_agent", 512))
            .optional(text("last_used_country", 64))
            .optional(choice("last_used_attachment"))
            .optional(flag("last_used_user_verified"))
            .counter(number("use_count"))
            .optional(time("lost_at"))
            .optional(time("state_changed_at"))
            .add(manager)
            .await
    }
}
