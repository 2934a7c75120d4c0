//! Callers.

use keystead_domain::{Caller, CallerId, CallerState, GrantSet, Name};
use sea_orm::entity::prelude::*;

use crate::{
    Error,
    row::{Id, Row, join, owner, owning_tenant, time},
};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "caller")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant_id: Uuid,
    pub name: Vec<u8>,
    pub grants: i64,
    pub may_be_finished_by: String,
    pub state: i16,
    pub row_version: i64,
    pub created_at: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<&Caller> for Model {
    fn from(caller: &Caller) -> Self {
        Self {
            id: caller.id.column(),
            tenant_id: owner(caller.tenant_id),
            name: caller.name.as_str().into(),
            grants: caller.grants.bits().into(),
            may_be_finished_by: finishers(&caller.may_be_finished_by),
            state: caller.state.number().into(),
            row_version: 1,
            created_at: caller.created_at.micros(),
        }
    }
}

/// The callers that may finish, as the column keeps them.
pub(crate) fn finishers(callers: &[CallerId]) -> String {
    let ids: Vec<String> = callers.iter().map(ToString::to_string).collect();
    join(ids.iter().map(String::as_str))
}

impl TryFrom<Model> for Caller {
    type Error = Error;

    fn try_from(model: Model) -> Result<Self, Error> {
        let row = Row { table: "caller", id: model.id };
        Ok(Self {
            id: CallerId::from_column(model.id),
            tenant_id: owning_tenant(model.tenant_id),
            name: row.valid("name", Name::new(row.text("name", model.name)?))?,
            grants: GrantSet::from_bits(row.count("grants", model.grants)?),
            may_be_finished_by: row
                .words("may_be_finished_by", &model.may_be_finished_by, |id| id.parse().ok())?,
            state: row.choice("state", model.state, CallerState::from_number)?,
            created_at: time(model.created_at),
        })
    }
}
