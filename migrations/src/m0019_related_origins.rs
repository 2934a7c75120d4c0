//! Origins of other domains that may use a relying party's RP ID. `NULL`: none.

use sea_orm_migration::prelude::*;

use crate::table::{Columns, words};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Columns::of("relying_party").optional(words("related_origins")).add(manager).await
    }
}
