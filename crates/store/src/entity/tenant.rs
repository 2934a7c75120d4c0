//! Tenants.

use keystead_domain::{Name, Tenant, TenantId};
use sea_orm::entity::prelude::*;

use crate::{
    Error,
    row::{Id, Row, time},
};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "tenant")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: Vec<u8>,
    pub row_version: i64,
    pub created_at: i64,
    /// NULL: not needed so far.
    pub decoy_key: Option<Vec<u8>>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<&Tenant> for Model {
    fn from(tenant: &Tenant) -> Self {
        Self {
            id: tenant.id.column(),
            name: tenant.name.as_str().into(),
            row_version: 1,
            created_at: tenant.created_at.micros(),
            decoy_key: None,
        }
    }
}

impl TryFrom<Model> for Tenant {
    type Error = Error;

    fn try_from(model: Model) -> Result<Self, Error> {
        let row = Row { table: "tenant", id: model.id };
        Ok(Self {
            id: TenantId::from_column(model.id),
            name: row.valid("name", Name::new(row.text("name", model.name)?))?,
            created_at: time(model.created_at),
        })
    }
}
