//! The hot path: what a login reads and writes. Each is one statement that finds its rows by a unique key.

use keystead_domain::{
    Credential, CredentialId, CredentialState, Descriptor, Epoch, RelyingPartyId, Timestamp, User,
    UserHandle, UserId, UserRef, WebauthnId,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, FromQueryResult, QueryFilter, QueryResult,
    sea_query::{CaseStatement, Expr, ExprTrait, JoinType, Query, SelectStatement},
};
use uuid::Uuid;

use super::user::is;
use crate::{
    Error, Link, Transaction, Within,
    entity::{credential, user, user_handle},
    row::{Id, Row, same, select},
};

/// A user who was named at the start of a login, and the credentials he may use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The user.
    pub user_id: UserId,
    /// His epoch.
    pub epoch: Epoch,
    /// His ACTIVE credentials of the relying party.
    pub allow: Vec<Descriptor>,
}

/// A credential that was presented, with what is judged beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginRow {
    /// The credential.
    pub credential: Credential,
    /// Its owner; `last_success_at` is not read.
    pub user: User,
    /// The owner's handle at the credential's relying party.
    pub user_handle: Option<UserHandle>,
}

/// What a login writes to its credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "flags of a response, each a column of its own")]
pub struct LoginUpdate {
    /// The credential.
    pub credential_id: CredentialId,
    /// The epoch the verdict rests on.
    pub user_epoch: Epoch,
    /// The signature counter of the response.
    pub sign_count: u32,
    /// Whether the counter did not rise.
    pub regressed: bool,
    /// Flag BE of the response.
    pub backup_eligible: bool,
    /// Flag BS of the response.
    pub backed_up: bool,
    /// Flag UV of the response.
    pub user_verified: bool,
    /// When the login happened.
    pub at: Timestamp,
}

impl<L: Link> Within<'_, L> {
    /// The user that is named, and his ACTIVE credentials of the relying party. One statement.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn find_named(&self, rp: RelyingPartyId, user: &UserRef) -> Result<Option<Named>, Error> {
        let usable = of_the_user()
            .add(credential::Column::RelyingPartyId.eq(rp.column()))
            .add(credential::Column::State.eq(i16::from(CredentialState::Active.number())));
        let query = Query::select()
            .column((user::Entity, user::Column::Id))
            .column((user::Entity, user::Column::AuthEpoch))
            .column((credential::Entity, credential::Column::Id))
            .column((credential::Entity, credential::Column::WebauthnId))
            .column((credential::Entity, credential::Column::Transports))
            .from(user::Entity)
            .join(JoinType::LeftJoin, credential::Entity, usable)
            .and_where(user::Column::TenantId.eq(self.tenant_id.column()))
            .and_where(is(user))
            .take();
        let rows = self.connection.query_all(&query).await?;
        let Some(first) = rows.first() else { return Ok(None) };
        let id: Uuid = first.try_get_by_index(0)?;
        let epoch = Row { table: "user", id }.count("auth_epoch", first.try_get_by_index(1)?)?;
        let mut allow = Vec::with_capacity(rows.len());
        for row in &rows {
            if let Some(id) = row.try_get_by_index(2)? {
                let transports: String = row.try_get_by_index(4)?;
                let place = Row { table: "credential", id };
                allow.push(credential::descriptor(place, row.try_get_by_index(3)?, &transports)?);
            }
        }
        Ok(Some(Named { user_id: UserId::from_column(id), epoch: Epoch(epoch), allow }))
    }

    /// The credentials with this WebAuthn id, at any relying party of the tenant: mostly one, none or more only where
    /// somebody presents what was not registered here. One statement.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn find_for_login(&self, id: &WebauthnId) -> Result<Vec<LoginRow>, Error> {
        let mut query = presented();
        query
            .and_where(credential::Column::TenantId.eq(self.tenant_id.column()))
            .and_where(credential::Column::WebauthnId.eq(id.as_bytes()));
        self.connection.query_all(&query).await?.iter().map(read).collect()
    }

    /// The credential with this id, as a login reads it. One statement.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn find_login_row(&self, id: CredentialId) -> Result<Option<LoginRow>, Error> {
        let mut query = presented();
        query
            .and_where(credential::Column::TenantId.eq(self.tenant_id.column()))
            .and_where(credential::Column::Id.eq(id.column()));
        self.connection.query_one(&query).await?.as_ref().map(read).transpose()
    }
}

impl Within<'_, Transaction> {
    /// Writes a login to its credential. `false`: the credential may not log in any more, or its user's epoch was raised
    /// since it was read; the verdict falls. One statement.
    ///
    /// # Errors
    /// The database refused.
    pub async fn record_login(&self, login: &LoginUpdate) -> Result<bool, Error> {
        use credential::Column;
        let sign_count = i64::from(login.sign_count);
        // Two responses may overtake each other: the highest counter stays.
        let highest = CaseStatement::new()
            .case(Expr::col(Column::SignCount).lt(sign_count), sign_count)
            .finally(Expr::col(Column::SignCount));
        let regressions = Expr::col(Column::SignCountRegressions).add(i64::from(login.regressed));
        let seen = Expr::col(Column::UserVerificationSeen).or(Expr::value(login.user_verified));
        let may = [CredentialState::Active, CredentialState::Superseded];
        let written = self
            .change_credential(login.credential_id)
            .col_expr(Column::SignCount, highest.into())
            .col_expr(Column::SignCountRegressions, regressions)
            .col_expr(Column::BackupEligible, Expr::value(login.backup_eligible))
            .col_expr(Column::BackedUp, Expr::value(login.backed_up))
            .col_expr(Column::UserVerificationSeen, seen)
            .col_expr(Column::LastUsedAt, Expr::value(login.at.micros()))
            .filter(Column::State.is_in(may.map(|state| i16::from(state.number()))))
            .filter(Column::UserEpoch.eq(i64::from(login.user_epoch.0)))
            .exec(self.connection)
            .await?;
        Ok(written.rows_affected == 1)
    }
}

/// Joins the user's credentials to him.
pub(super) fn of_the_user() -> Condition {
    Condition::all()
        .add(same(credential::Column::TenantId, user::Column::TenantId))
        .add(same(credential::Column::UserId, user::Column::Id))
}

/// A credential, its owner, and his handle at its relying party.
fn presented() -> SelectStatement {
    let owner = Condition::all()
        .add(same(user::Column::Id, credential::Column::UserId))
        .add(same(user::Column::TenantId, credential::Column::TenantId));
    let handle = Condition::all()
        .add(same(user_handle::Column::TenantId, credential::Column::TenantId))
        .add(same(user_handle::Column::RelyingPartyId, credential::Column::RelyingPartyId))
        .add(same(user_handle::Column::UserId, credential::Column::UserId));
    let mut query = Query::select();
    select::<credential::Entity>(&mut query, "c_");
    select::<user::Entity>(&mut query, "u_");
    query
        .column((user_handle::Entity, user_handle::Column::Handle))
        .from(credential::Entity)
        .join(JoinType::InnerJoin, user::Entity, owner)
        .join(JoinType::LeftJoin, user_handle::Entity, handle);
    query
}

fn read(row: &QueryResult) -> Result<LoginRow, Error> {
    let user = user::Model::from_query_result(row, "u_")?;
    let place = Row { table: "user_handle", id: user.id };
    Ok(LoginRow {
        credential: credential::Model::from_query_result(row, "c_")?.try_into()?,
        user: user.into_user(None)?,
        user_handle: handle(place, row)?,
    })
}

pub(super) fn handle(place: Row, row: &QueryResult) -> Result<Option<UserHandle>, Error> {
    let handle: Option<Vec<u8>> = row.try_get("", "handle")?;
    handle.map(|handle| place.valid("handle", UserHandle::new(handle))).transpose()
}
