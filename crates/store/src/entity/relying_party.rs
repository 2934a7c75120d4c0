//! Relying parties.

use std::time::Duration;

use keystead_domain::{Name, Origin, RelatedOrigin, RelyingParty, RelyingPartyId, RpId, TenantId, TopOrigin};
use sea_orm::entity::prelude::*;

use crate::{
    Error,
    row::{Id, Row, join, time},
};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "relying_party")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant_id: Uuid,
    pub rp_id: Vec<u8>,
    pub name: String,
    pub origins: String,
    pub top_origins: String,
    /// True or NULL, never false: the unique key over it allows a tenant one default.
    pub is_default: Option<bool>,
    /// Microseconds.
    pub ceremony_lifetime: i64,
    pub row_version: i64,
    pub created_at: i64,
    /// NULL, as the release before writes: none.
    pub related_origins: Option<String>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The row of a new relying party, which is no default yet.
    pub(crate) fn new(tenant_id: TenantId, rp: &RelyingParty) -> Self {
        Self {
            id: rp.id.column(),
            tenant_id: tenant_id.column(),
            rp_id: rp.rp_id.as_str().into(),
            name: rp.name.as_str().to_owned(),
            origins: origins(&rp.origins),
            top_origins: top_origins(&rp.top_origins),
            is_default: None,
            ceremony_lifetime: i64::try_from(rp.ceremony_lifetime.as_micros()).unwrap_or(i64::MAX),
            row_version: 1,
            created_at: rp.created_at.micros(),
            related_origins: related_origins(&rp.related_origins),
        }
    }
}

pub(crate) fn origins(origins: &[Origin]) -> String {
    join(origins.iter().map(Origin::as_str))
}

pub(crate) fn top_origins(origins: &[TopOrigin]) -> String {
    join(origins.iter().map(TopOrigin::as_str))
}

/// None is NULL, as in the rows of the release before.
pub(crate) fn related_origins(origins: &[RelatedOrigin]) -> Option<String> {
    (!origins.is_empty()).then(|| join(origins.iter().map(RelatedOrigin::as_str)))
}

/// Reads what [`related_origins`] wrote.
pub(crate) fn read_related_origins(row: Row, column: Option<&str>) -> Result<Vec<RelatedOrigin>, Error> {
    let trusted = |origin: &str| Some(RelatedOrigin::from_trusted(origin.to_owned()));
    row.words("related_origins", column.unwrap_or_default(), trusted)
}

impl TryFrom<Model> for RelyingParty {
    type Error = Error;

    fn try_from(model: Model) -> Result<Self, Error> {
        let row = Row { table: "relying_party", id: model.id };
        Ok(Self {
            id: RelyingPartyId::from_column(model.id),
            tenant_id: TenantId::from_column(model.tenant_id),
            rp_id: row.valid("rp_id", RpId::new(row.text("rp_id", model.rp_id)?))?,
            name: row.valid("name", Name::new(model.name))?,
            origins: row.words("origins", &model.origins, |o| Some(Origin::from_trusted(o.to_owned())))?,
            top_origins: row
                .words("top_origins", &model.top_origins, |o| Some(TopOrigin::from_trusted(o.to_owned())))?,
            related_origins: read_related_origins(row, model.related_origins.as_deref())?,
            is_default: model.is_default.unwrap_or(false),
            ceremony_lifetime: Duration::from_micros(
                row.valid("ceremony_lifetime", model.ceremony_lifetime.try_into())?,
            ),
            created_at: time(model.created_at),
        })
    }
}
