//! Where a user's account is in its life.

use sea_orm_migration::prelude::*;

use crate::table::{Columns, choice, number};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Columns::of("user")
            // NULL: ACTIVE.
            .optional(choice("lifecycle"))
            .counter(number("state_version"))
            .add(manager)
            .await
    }
}
