//! What stays of credentials that were erased.

use sea_orm_migration::prelude::*;

use crate::table::{Table, hash, id, time};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Table::new("credential_tombstone")
            .column(id("tenant_id"))
            .column(hash("webauthn_id_hash"))
            .column(time("erased_at"))
            .primary_key(&["tenant_id", "webauthn_id_hash"])
            .create(manager)
            .await
    }
}
