//! What the operator calls models of authenticators.

use keystead_domain::{Aaguid, AuthenticatorModel, Name, SyncModel, Timestamp};
use sea_orm::entity::prelude::*;

use crate::{
    Error,
    row::{Row, time},
};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "authenticator_model")]
#[expect(clippy::struct_field_names, reason = "names of columns, in the words of the domain")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub aaguid: Uuid,
    pub name: String,
    /// NULL: not known.
    pub sync_model: Option<i16>,
    pub updated_at: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub(crate) fn new(model: &AuthenticatorModel, updated_at: Timestamp) -> Self {
        Self {
            aaguid: Uuid::from_bytes(model.aaguid.0),
            name: model.name.as_str().to_owned(),
            sync_model: model.sync_model.map(|sync_model| sync_model.number().into()),
            updated_at: updated_at.micros(),
        }
    }
}

impl TryFrom<Model> for AuthenticatorModel {
    type Error = Error;

    fn try_from(model: Model) -> Result<Self, Error> {
        let row = Row { table: "authenticator_model", id: model.aaguid };
        Ok(Self {
            aaguid: Aaguid(model.aaguid.into_bytes()),
            name: row.valid("name", Name::new(model.name))?,
            sync_model: row.optional_choice("sync_model", model.sync_model, SyncModel::from_number)?,
            updated_at: Some(time(model.updated_at)),
        })
    }
}
