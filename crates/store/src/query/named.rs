//! What the start of a login reads of the user who is named.

use keystead_domain::{
    Aaguid, CredentialState, Descriptor, Epoch, Name, RelyingPartyId, TenantId, UserId, UserRef,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, QueryResult,
    sea_query::{JoinType, Query, SelectStatement},
};
use uuid::Uuid;

use super::{in_states, login::of_the_user, oldest_first, user::is};
use crate::{
    Error, Link, Within,
    entity::{credential, user},
    row::{Id, Row},
};

/// A user who was named at the start of a login, and the credentials he may use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The user.
    pub user_id: UserId,
    /// His epoch.
    pub epoch: Epoch,
    /// His ACTIVE and SUPERSEDED credentials of the relying party, oldest first.
    pub allow: Vec<Allowed>,
}

/// A credential that a login may name, and what decides whether it could succeed with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// The credential as options name it.
    pub descriptor: Descriptor,
    /// What the authenticator says it is.
    pub aaguid: Aaguid,
    /// The registration profile it counts as registered under, by name.
    pub profile: Name,
}

impl<L: Link> Within<'_, L> {
    /// The user that is named, and his credentials of the relying party that may log in. One statement.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn find_named(&self, rp: RelyingPartyId, user: &UserRef) -> Result<Option<Named>, Error> {
        let rows = self.connection.query_all(&with_keys(self.tenant_id, rp, user)).await?;
        let Some(first) = rows.first() else { return Ok(None) };
        let id: Uuid = first.try_get("", "u_id")?;
        let epoch = Row { table: "user", id }.count("auth_epoch", first.try_get("", "auth_epoch")?)?;
        let mut allow = Vec::with_capacity(rows.len());
        for row in &rows {
            let Some(id) = row.try_get("", "c_id")? else { continue };
            allow.push((row.try_get("", "created_at")?, id, read(Row { table: "credential", id }, row)?));
        }
        Ok(Some(Named { user_id: UserId::from_column(id), epoch: Epoch(epoch), allow: oldest_first(allow) }))
    }
}

/// A user and his keys at the relying party that may log in: a row for each key, or one.
pub(super) fn with_keys(tenant: TenantId, rp: RelyingPartyId, named: &UserRef) -> SelectStatement {
    use credential::{Column, Entity};
    let usable = of_the_user()
        .add(Column::RelyingPartyId.eq(rp.column()))
        .add(in_states([CredentialState::Active, CredentialState::Superseded]));
    let mut query = Query::select();
    query
        .expr_as(user::Column::Id.into_expr(), "u_id")
        .column((user::Entity, user::Column::AuthEpoch))
        .expr_as(Column::Id.into_expr(), "c_id")
        .columns([
            (Entity, Column::CreatedAt),
            (Entity, Column::WebauthnId),
            (Entity, Column::Transports),
            (Entity, Column::Aaguid),
            (Entity, Column::Profile),
        ])
        .from(user::Entity)
        .join(JoinType::LeftJoin, Entity, usable)
        .and_where(user::Column::TenantId.eq(tenant.column()))
        .and_where(is(named));
    query
}

fn read(place: Row, row: &QueryResult) -> Result<Allowed, Error> {
    let transports: String = row.try_get("", "transports")?;
    Ok(Allowed {
        descriptor: credential::descriptor(place, row.try_get("", "webauthn_id")?, &transports)?,
        aaguid: Aaguid(row.try_get::<Uuid>("", "aaguid")?.into_bytes()),
        profile: credential::profile(place, row.try_get("", "profile")?)?,
    })
}
