//! The hot path: what a login reads and writes. Each is one statement that finds its rows by a unique key.

use std::collections::{BTreeMap, btree_map::Entry};

use keystead_domain::{
    Credential, CredentialId, CredentialState, CredentialUse, Epoch, TenantId, Timestamp, User, UserHandle,
    WebauthnId,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, FromQueryResult, QueryFilter, QueryResult, UpdateMany,
    sea_query::{CaseStatement, Expr, ExprTrait, JoinType, Query, SelectStatement},
};
use uuid::Uuid;

use crate::{
    Error, Link, Transaction, Within,
    entity::{credential, user, user_handle},
    row::{Id, Row, same, select},
};

/// A credential that was presented, with what is judged beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginRow {
    /// The credential.
    pub credential: Credential,
    /// Its owner; `last_success_at` is not read.
    pub user: User,
    /// The owner's handle at the credential's relying party.
    pub user_handle: Option<UserHandle>,
    /// The WebAuthn ids of the owner's credentials there that are not REVOKED, oldest first.
    pub accepted: Vec<WebauthnId>,
}

/// What a login writes to its credential.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// Whether it is written only where the counter rises, or stays zero, by the row as it is then: the credential's counter
    /// rule refuses anything else.
    pub counter_must_rise: bool,
    /// Flag BE of the response.
    pub backup_eligible: bool,
    /// Flag BS of the response.
    pub backed_up: bool,
    /// Flag UV of the response.
    pub user_verified: bool,
    /// Whether user verification with the credential counts from now on. It never ceases to.
    pub user_verification_initialized: bool,
    /// Where and how it was used.
    pub used: CredentialUse,
    /// When the login happened.
    pub at: Timestamp,
}

impl<L: Link> Within<'_, L> {
    /// The credentials with this WebAuthn id, at any relying party of the tenant: mostly one, none or more only where
    /// somebody presents what was not registered here. One statement.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn find_for_login(&self, id: &WebauthnId) -> Result<Vec<LoginRow>, Error> {
        let query = presented(self.tenant_id, credential::Column::WebauthnId.eq(id.as_bytes()));
        gather(&self.connection.query_all(&query).await?)
    }

    /// The credential with this id, as a login reads it. One statement.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn find_login_row(&self, id: CredentialId) -> Result<Option<LoginRow>, Error> {
        let query = presented(self.tenant_id, credential::Column::Id.eq(id.column()));
        Ok(gather(&self.connection.query_all(&query).await?)?.pop())
    }
}

impl Within<'_, Transaction> {
    /// Writes a login to its credential. `false`: the credential may not log in any more, its user's epoch was raised since
    /// it was read, or its counter must rise and does not; the verdict falls. One statement.
    ///
    /// # Errors
    /// The database refused.
    pub async fn record_login(&self, login: &LoginUpdate) -> Result<bool, Error> {
        use credential::Column;
        let may = [CredentialState::Active, CredentialState::Superseded];
        let initialized = was_initialized().or(Expr::value(login.user_verification_initialized));
        let seen = Expr::col(Column::UserVerificationSeen).or(Expr::value(login.user_verified));
        let regressions = Expr::col(Column::SignCountRegressions).add(i64::from(login.regressed));
        let update = self
            .change_credential(login.credential_id)
            // First: MySQL computes each column from those that it has written already.
            .col_expr(Column::UserVerificationInitialized, initialized)
            .col_expr(Column::UserVerificationSeen, seen)
            .col_expr(Column::SignCount, highest(login.sign_count))
            .col_expr(Column::SignCountRegressions, regressions)
            .col_expr(Column::BackupEligible, Expr::value(login.backup_eligible))
            .col_expr(Column::BackedUp, Expr::value(login.backed_up))
            .col_expr(Column::LastUsedAt, Expr::value(login.at.micros()))
            .col_expr(Column::UseCount, Expr::col(Column::UseCount).add(1));
        let written = with_use(update, &login.used)
            .filter(Column::State.is_in(may.map(|state| i16::from(state.number()))))
            .filter(Column::UserEpoch.eq(i64::from(login.user_epoch.0)))
            .filter(accepts_counter(login))
            .exec(self.connection)
            .await?;
        Ok(written.rows_affected == 1)
    }
}

/// Whether user verification counted before. A row of the release before has but whether it was ever seen, and that may be
/// this login's.
fn was_initialized() -> Expr {
    let column = Expr::col(credential::Column::UserVerificationInitialized);
    column.if_null(Expr::col(credential::Column::UserVerificationSeen))
}

/// Two responses may overtake each other: the highest counter stays.
fn highest(sign_count: u32) -> Expr {
    let (stored, new) = (Expr::col(credential::Column::SignCount), i64::from(sign_count));
    CaseStatement::new().case(stored.clone().lt(new), new).finally(stored).into()
}

/// The text is the same whether the counter must rise or not: it is a value.
fn accepts_counter(login: &LoginUpdate) -> Condition {
    let (stored, new) = (Expr::col(credential::Column::SignCount), i64::from(login.sign_count));
    let keeps_none = Expr::value(new).eq(0).and(stored.clone().eq(0));
    Condition::any().add(Expr::value(!login.counter_must_rise)).add(stored.lt(new)).add(keeps_none)
}

fn with_use(update: UpdateMany<credential::Entity>, used: &CredentialUse) -> UpdateMany<credential::Entity> {
    use credential::{Column, said};
    let attachment = used.attachment.map(|attachment| i16::from(attachment.number()));
    update
        .col_expr(Column::LastUsedOrigin, Expr::value(said(&used.origin)))
        .col_expr(Column::LastUsedUserAgent, Expr::value(said(&used.user_agent)))
        .col_expr(Column::LastUsedCountry, Expr::value(said(&used.country)))
        .col_expr(Column::LastUsedAttachment, Expr::value(attachment))
        .col_expr(Column::LastUsedUserVerified, Expr::value(used.user_verified))
}

/// Joins the user's credentials to him.
pub(super) fn of_the_user() -> Condition {
    Condition::all()
        .add(same(credential::Column::TenantId, user::Column::TenantId))
        .add(same(credential::Column::UserId, user::Column::Id))
}

/// What the owner's credentials at the relying party of the presented one are called beside it.
const OWN: &str = "own";

/// A credential, its owner, his handle at its relying party, and his credentials there that are not revoked: a row for each of
/// those, or one.
pub(super) fn presented(tenant: TenantId, which: Expr) -> SelectStatement {
    use credential::{Column, Entity};
    let owner = Condition::all()
        .add(same(user::Column::Id, Column::UserId))
        .add(same(user::Column::TenantId, Column::TenantId));
    let handle = Condition::all()
        .add(same(user_handle::Column::TenantId, Column::TenantId))
        .add(same(user_handle::Column::RelyingPartyId, Column::RelyingPartyId))
        .add(same(user_handle::Column::UserId, Column::UserId));
    let as_presented = |column: Column| Expr::col((OWN, column)).equals((Entity, column));
    let own = Condition::all()
        .add(as_presented(Column::TenantId))
        .add(as_presented(Column::UserId))
        .add(as_presented(Column::RelyingPartyId))
        .add(Expr::col((OWN, Column::State)).ne(i16::from(CredentialState::Revoked.number())));
    let mut query = Query::select();
    select::<Entity>(&mut query, "c_");
    select::<user::Entity>(&mut query, "u_");
    query
        .column((user_handle::Entity, user_handle::Column::Handle))
        .expr_as(Expr::col((OWN, Column::CreatedAt)), "own_created_at")
        .expr_as(Expr::col((OWN, Column::Id)), "own_id")
        .expr_as(Expr::col((OWN, Column::WebauthnId)), "own_webauthn_id")
        .from(Entity)
        .join(JoinType::InnerJoin, user::Entity, owner)
        .join(JoinType::LeftJoin, user_handle::Entity, handle)
        .join_as(JoinType::LeftJoin, Entity, OWN, own)
        .and_where(Column::TenantId.eq(tenant.column()))
        .and_where(which);
    query
}

/// Makes one of the rows with the same presented credential. What it costs to bring the rest of it along with each is less than
/// another statement, and less than having the database sort or join texts.
fn gather(rows: &[QueryResult]) -> Result<Vec<LoginRow>, Error> {
    let mut found = BTreeMap::new();
    for row in rows {
        let id: Uuid = row.try_get("c_", "id")?;
        let (_, accepted) = match found.entry(id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert((read(row)?, Vec::new())),
        };
        if let Some(id) = row.try_get("", "own_id")? {
            let created_at: i64 = row.try_get("", "own_created_at")?;
            let place = Row { table: "credential", id };
            let webauthn_id = place
                .valid("webauthn_id", WebauthnId::new(row.try_get::<Vec<u8>>("", "own_webauthn_id")?))?;
            accepted.push((created_at, id, webauthn_id));
        }
    }
    let oldest_first = |(row, accepted)| LoginRow { accepted: super::oldest_first(accepted), ..row };
    Ok(found.into_values().map(oldest_first).collect())
}

fn read(row: &QueryResult) -> Result<LoginRow, Error> {
    let user = user::Model::from_query_result(row, "u_")?;
    let place = Row { table: "user_handle", id: user.id };
    Ok(LoginRow {
        credential: credential::Model::from_query_result(row, "c_")?.try_into()?,
        user: user.into_user(None)?,
        user_handle: handle(place, row)?,
        accepted: Vec::new(),
    })
}

pub(super) fn handle(place: Row, row: &QueryResult) -> Result<Option<UserHandle>, Error> {
    let handle: Option<Vec<u8>> = row.try_get("", "handle")?;
    handle.map(|handle| place.valid("handle", UserHandle::new(handle))).transpose()
}
