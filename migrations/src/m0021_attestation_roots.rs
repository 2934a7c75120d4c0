//! Whose attestation a registration profile trusts. `NULL`: nobody's, as in every profile made before.

use sea_orm_migration::prelude::*;

use crate::table::{Columns, blob, choice};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Columns::of("registration_profile")
            // Certificates, each with its length before it: at most 32, 40 KiB together.
            .optional(blob("attestation_roots"))
            .optional(choice("untrusted_attestation"))
            .add(manager)
            .await
    }
}
