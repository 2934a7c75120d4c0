//! Credentials as they are given away.

use keystead_domain::{
    Credential, CredentialId, CredentialState, DisplayName, ExternalId, RelyingPartyId, TenantId, Timestamp,
    UserHandle, UserId,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, FromQueryResult, QueryResult,
    sea_query::{JoinType, Order, Query, SelectStatement},
};
use uuid::Uuid;

use super::{in_states, login::handle};
use crate::{
    Error, Link, Within,
    entity::{credential, user, user_handle},
    many::padded,
    row::{Id, Row, same, select},
};

/// Which credentials are given away; each member that is set narrows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExportFilter {
    /// Of this user.
    pub user: Option<UserId>,
    /// Of this relying party.
    pub rp: Option<RelyingPartyId>,
    /// In one of these states; none: in any.
    pub states: Vec<CredentialState>,
}

/// A credential, and what of its owner another server needs to go on verifying it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportRow {
    /// The credential.
    pub credential: Credential,
    /// The calling service's id of its owner.
    pub external_id: ExternalId,
    /// Its owner's name.
    pub user_display_name: DisplayName,
    /// Its owner's handle at its relying party.
    pub handle: Option<UserHandle>,
}

impl<L: Link> Within<'_, L> {
    /// The credentials after one, oldest first. Whatever is registered meanwhile comes after everything that was here. One
    /// statement.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn export_page(
        &self,
        filter: &ExportFilter,
        after: Option<(Timestamp, CredentialId)>,
        limit: u64,
    ) -> Result<Vec<ExportRow>, Error> {
        let query = page(self.tenant_id, filter, after, limit);
        self.connection.query_all(&query).await?.iter().map(read).collect()
    }
}

pub(super) fn page(
    tenant: TenantId,
    filter: &ExportFilter,
    after: Option<(Timestamp, CredentialId)>,
    limit: u64,
) -> SelectStatement {
    use credential::Column;
    let (time, id) = match after {
        Some((time, id)) => (time.micros(), id.column()),
        None => (i64::MIN, Uuid::nil()),
    };
    let states = if filter.states.is_empty() { CredentialState::ALL } else { &filter.states };
    let mut query = with_owner();
    query
        .and_where(Column::TenantId.eq(tenant.column()))
        .and_where_option(filter.user.map(|user| Column::UserId.eq(user.column())))
        .and_where_option(filter.rp.map(|rp| Column::RelyingPartyId.eq(rp.column())))
        .and_where(in_states(padded(states.iter().copied())))
        // This condition alone is what an index can start from.
        .and_where(Column::CreatedAt.gte(time))
        .cond_where(Condition::any().add(Column::CreatedAt.gt(time)).add(Column::Id.gt(id)))
        .order_by((credential::Entity, Column::CreatedAt), Order::Asc)
        .order_by((credential::Entity, Column::Id), Order::Asc)
        .limit(limit);
    query
}

/// A credential, its owner, and his handle at its relying party.
fn with_owner() -> SelectStatement {
    let owner = Condition::all()
        .add(same(user::Column::Id, credential::Column::UserId))
        .add(same(user::Column::TenantId, credential::Column::TenantId));
    let his_handle = Condition::all()
        .add(same(user_handle::Column::TenantId, credential::Column::TenantId))
        .add(same(user_handle::Column::RelyingPartyId, credential::Column::RelyingPartyId))
        .add(same(user_handle::Column::UserId, credential::Column::UserId));
    let mut query = Query::select();
    select::<credential::Entity>(&mut query, "c_");
    query
        .column((user::Entity, user::Column::ExternalId))
        .column((user::Entity, user::Column::DisplayName))
        .column((user_handle::Entity, user_handle::Column::Handle))
        .from(credential::Entity)
        .join(JoinType::InnerJoin, user::Entity, owner)
        .join(JoinType::LeftJoin, user_handle::Entity, his_handle);
    query
}

fn read(row: &QueryResult) -> Result<ExportRow, Error> {
    let credential = credential::Model::from_query_result(row, "c_")?;
    let owner = Row { table: "user", id: credential.user_id };
    let external_id = owner.text("external_id", row.try_get("", "external_id")?)?;
    let display_name: String = row.try_get("", "display_name")?;
    Ok(ExportRow {
        external_id: owner.valid("external_id", ExternalId::new(external_id))?,
        user_display_name: owner.valid("display_name", DisplayName::new(display_name))?,
        handle: handle(Row { table: "user_handle", ..owner }, row)?,
        credential: credential.try_into()?,
    })
}
