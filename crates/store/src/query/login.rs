//! The hot path: what a login reads and writes. Each is one statement that finds its rows by a unique key.

use std::collections::{BTreeMap, btree_map::Entry};

use keystead_domain::{
    Credential, CredentialId, CredentialState, CredentialUse, Epoch, RelyingPartyId, TenantId, Timestamp,
    User, UserHandle, WebauthnId,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, FromQueryResult, QueryResult, Statement, Value,
    sea_query::{Expr, ExprTrait, JoinType, Query, SelectStatement},
};
use uuid::Uuid;

use crate::{
    Error, Link, Transaction, Within,
    entity::{credential, user, user_handle},
    row::{Id, Row, same, select},
    text::Text,
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
    /// The credential with this WebAuthn id at the relying party. One statement, which finds all but the owner's other
    /// credentials by whole unique keys: databases then look nowhere else, and plan nothing.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn find_for_login(
        &self,
        rp: RelyingPartyId,
        id: &WebauthnId,
    ) -> Result<Option<LoginRow>, Error> {
        static TEXT: Text = Text::new();
        let backend = self.connection.get_database_backend();
        let (tenant, rp, id) = (self.tenant_id, rp.column(), id.as_bytes().to_vec());
        let values = vec![revoked().into(), tenant.column().into(), id.clone().into(), rp.into()];
        let statement = TEXT.with(backend, values, || {
            let here = credential::Column::WebauthnId.eq(id.as_slice());
            hinted(backend.build(&presented(tenant, here.and(credential::Column::RelyingPartyId.eq(rp)))))
        });
        Ok(gather(&self.connection.query_all_raw(statement).await?)?.pop())
    }

    /// The credentials with this WebAuthn id, at any relying party of the tenant: one or none, more only where somebody gave
    /// several the same. One statement.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn find_anywhere(&self, id: &WebauthnId) -> Result<Vec<LoginRow>, Error> {
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

/// The primary key finds the row, and CASE judges it: as plain conditions tenant and state would each offer an index, and MySQL
/// and MariaDB look into all of them before they take the key, at every login.
///
/// MySQL computes each column from those that it has written already: `user_verification_seen` comes after what is made of it.
/// What is NULL in `user_verification_initialized` is of the release before, which knows only whether it was ever seen, and that
/// may be this login's. Two responses may overtake each other: the highest counter stays.
const RECORD: &str = "UPDATE credential SET row_version = row_version + 1, \
    user_verification_initialized = COALESCE(user_verification_initialized, user_verification_seen) OR ?, \
    user_verification_seen = user_verification_seen OR ?, \
    sign_count = CASE WHEN sign_count < ? THEN ? ELSE sign_count END, \
    sign_count_regressions = sign_count_regressions + ?, \
    backup_eligible = ?, backed_up = ?, last_used_at = ?, use_count = use_count + 1, last_used_origin = ?, \
    last_used_user_agent = ?, last_used_country = ?, last_used_attachment = ?, last_used_user_verified = ? \
    WHERE id = ? AND CASE WHEN tenant_id = ? AND state IN (?, ?) AND user_epoch = ? \
    AND (? OR sign_count < ? OR (? = 0 AND sign_count = 0)) THEN 1 ELSE 0 END = 1";

impl Within<'_, Transaction> {
    /// Writes a login to its credential. `false`: the credential may not log in any more, its user's epoch was raised since
    /// it was read, or its counter must rise and does not; the verdict falls. One statement.
    ///
    /// # Errors
    /// The database refused.
    pub async fn record_login(&self, login: &LoginUpdate) -> Result<bool, Error> {
        let backend = self.connection.get_database_backend();
        let values = written(login).into_iter().chain(self.judged(login));
        let statement = Statement::from_sql_and_values(backend, RECORD, values);
        Ok(self.connection.execute_raw(statement).await?.rows_affected() == 1)
    }

    /// The values of [`RECORD`]'s condition.
    fn judged(&self, login: &LoginUpdate) -> [Value; 8] {
        let sign_count = i64::from(login.sign_count);
        let [active, superseded] =
            [CredentialState::Active, CredentialState::Superseded].map(|state| i16::from(state.number()));
        [
            login.credential_id.column().into(),
            self.tenant_id.column().into(),
            active.into(),
            superseded.into(),
            i64::from(login.user_epoch.0).into(),
            (!login.counter_must_rise).into(),
            sign_count.into(),
            sign_count.into(),
        ]
    }
}

/// The values that [`RECORD`] writes.
fn written(login: &LoginUpdate) -> [Value; 13] {
    let (used, sign_count) = (&login.used, i64::from(login.sign_count));
    [
        login.user_verification_initialized.into(),
        login.user_verified.into(),
        sign_count.into(),
        sign_count.into(),
        i64::from(login.regressed).into(),
        login.backup_eligible.into(),
        login.backed_up.into(),
        login.at.micros().into(),
        credential::said(&used.origin).into(),
        credential::said(&used.user_agent).into(),
        credential::said(&used.country).into(),
        used.attachment.map(|attachment| i16::from(attachment.number())).into(),
        used.user_verified.into(),
    ]
}

fn revoked() -> i16 {
    CredentialState::Revoked.number().into()
}

/// Joins the user's credentials to him.
pub(super) fn of_the_user() -> Condition {
    Condition::all()
        .add(same(credential::Column::TenantId, user::Column::TenantId))
        .add(same(credential::Column::UserId, user::Column::Id))
}

/// What the owner's credentials at the relying party of the presented one are called beside it.
const OWN: &str = "own";

/// Every index over the tenant would do for the owner's credentials, and MySQL and MariaDB look into each before they take the one
/// over his; sea-query knows no hints for joined tables. SQLite takes the right one by itself.
fn hinted(mut statement: Statement) -> Statement {
    if statement.db_backend == DbBackend::MySql {
        let hint = "AS `own` FORCE INDEX (`credential_tenant_id_user_id_created_at_id`) ON";
        statement.sql = statement.sql.replacen("AS `own` ON", hint, 1);
    }
    statement
}

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
        .add(Expr::col((OWN, Column::State)).ne(revoked()));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mysql_is_told_where_the_owners_credentials_are_and_sqlite_is_not() {
        let any = || presented(TenantId::from_bytes([1; 16]), credential::Column::Id.eq(Uuid::nil()));
        let said = |backend: DbBackend| hinted(backend.build(&any())).sql;
        assert_eq!(said(DbBackend::MySql).matches("AS `own` FORCE INDEX (").count(), 1);
        assert_eq!(said(DbBackend::Sqlite), DbBackend::Sqlite.build(&any()).sql);
    }
}
