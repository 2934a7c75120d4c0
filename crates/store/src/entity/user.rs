//! Users.

use keystead_domain::{DisplayName, Epoch, ExternalId, Lifecycle, TenantId, User, UserId};
use sea_orm::entity::prelude::*;

use crate::{
    Error,
    row::{Id, Row, time},
};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "user")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant_id: Uuid,
    pub external_id: Vec<u8>,
    pub display_name: String,
    pub auth_epoch: i64,
    pub credential_count: i64,
    pub row_version: i64,
    pub created_at: i64,
    /// NULL, as the release before writes: ACTIVE.
    pub lifecycle: Option<i16>,
    pub state_version: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub(crate) fn new(tenant_id: TenantId, user: &User) -> Self {
        Self {
            id: user.id.column(),
            tenant_id: tenant_id.column(),
            external_id: user.external_id.as_str().into(),
            display_name: user.display_name.as_str().to_owned(),
            auth_epoch: user.epoch.0.into(),
            credential_count: user.credential_count.into(),
            row_version: 1,
            created_at: user.created_at.micros(),
            lifecycle: Some(user.lifecycle.number().into()),
            state_version: user.state_version,
        }
    }

    /// The user, with the time of his last success from his credentials.
    pub(crate) fn into_user(self, last_success_at: Option<i64>) -> Result<User, Error> {
        let row = Row { table: "user", id: self.id };
        let lifecycle = row.optional_choice("lifecycle", self.lifecycle, Lifecycle::from_number)?;
        Ok(User {
            id: UserId::from_column(self.id),
            external_id: row
                .valid("external_id", ExternalId::new(row.text("external_id", self.external_id)?))?,
            display_name: row.valid("display_name", DisplayName::new(self.display_name))?,
            epoch: Epoch(row.count("auth_epoch", self.auth_epoch)?),
            credential_count: row.count("credential_count", self.credential_count)?,
            lifecycle: lifecycle.unwrap_or(Lifecycle::Active),
            state_version: self.state_version,
            created_at: time(self.created_at),
            last_success_at: last_success_at.map(time),
        })
    }
}
