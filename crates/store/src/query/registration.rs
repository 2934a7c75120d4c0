//! What a registration reads and writes.

use keystead_domain::{
    Credential, CredentialState, Descriptor, Epoch, Lifecycle, RelyingPartyId, TenantId, Timestamp, User,
    UserHandle, UserId, UserRef,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryResult,
    sea_query::{Expr, ExprTrait, JoinType, Query, SelectStatement},
};

use super::{
    login::{handle, of_the_user},
    not_revoked,
    user::is,
};
use crate::{
    Error, Finish, Insert, Link, Store, Transaction, Within,
    entity::{credential, user, user_handle},
    insert::insert,
    row::{Id, Row, same, select},
};

/// A user who is about to register a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registrant {
    /// The user; `last_success_at` is not read.
    pub user: User,
    /// His handle at the relying party, where he has one.
    pub handle: Option<UserHandle>,
    /// His credentials at the relying party but for revoked ones.
    pub exclude: Vec<Descriptor>,
    /// How many of his credentials may log in, at any relying party.
    pub usable: u32,
}

impl<L: Link> Within<'_, L> {
    /// The user that is named and what a registration at the relying party needs of him. One statement.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn find_registrant(
        &self,
        rp: RelyingPartyId,
        user: &UserRef,
    ) -> Result<Option<Registrant>, Error> {
        let rows = self.connection.query_all(&with_handle_and_keys(self.tenant_id, rp, user)).await?;
        let Some(first) = rows.first() else { return Ok(None) };
        let user = user::Model::from_query_result(first, "u_")?;
        let place = Row { table: "user_handle", id: user.id };
        let mut registrant = Registrant {
            handle: handle(place, first)?,
            user: user.into_user(None)?,
            exclude: Vec::new(),
            usable: 0,
        };
        for row in &rows {
            registrant.add_credential(rp, row)?;
        }
        Ok(Some(registrant))
    }
}

/// A user, his handle at the relying party, and his keys at any but for revoked ones: a row for each key, or one.
pub(super) fn with_handle_and_keys(tenant: TenantId, rp: RelyingPartyId, named: &UserRef) -> SelectStatement {
    let his_handle = Condition::all()
        .add(same(user_handle::Column::TenantId, user::Column::TenantId))
        .add(user_handle::Column::RelyingPartyId.eq(rp.column()))
        .add(same(user_handle::Column::UserId, user::Column::Id));
    let his_keys = of_the_user().add(not_revoked());
    let mut query = Query::select();
    select::<user::Entity>(&mut query, "u_");
    query
        .column((user_handle::Entity, user_handle::Column::Handle))
        .expr_as(Expr::col((credential::Entity, credential::Column::Id)), "c_id")
        .column((credential::Entity, credential::Column::CreatedAt))
        .column((credential::Entity, credential::Column::RelyingPartyId))
        .column((credential::Entity, credential::Column::State))
        .column((credential::Entity, credential::Column::WebauthnId))
        .column((credential::Entity, credential::Column::Transports))
        .from(user::Entity)
        .join(JoinType::LeftJoin, user_handle::Entity, his_handle)
        .join(JoinType::LeftJoin, credential::Entity, his_keys)
        .and_where(user::Column::TenantId.eq(tenant.column()))
        .and_where(is(named));
    query
}

impl Registrant {
    fn add_credential(&mut self, rp: RelyingPartyId, row: &QueryResult) -> Result<(), Error> {
        let Some(id) = row.try_get("", "c_id")? else { return Ok(()) };
        let place = Row { table: "credential", id };
        let state = place.choice("state", row.try_get("", "state")?, CredentialState::from_number)?;
        self.usable += u32::from(state.may_log_in().is_ok());
        if RelyingPartyId::from_column(row.try_get("", "relying_party_id")?) == rp {
            let transports: String = row.try_get("", "transports")?;
            self.exclude.push(credential::descriptor(place, row.try_get("", "webauthn_id")?, &transports)?);
        }
        Ok(())
    }
}

impl Store {
    /// Gives the user his handle at the relying party: this one, or the one that was first. It never changes after. A
    /// transaction of its own.
    ///
    /// # Errors
    /// The database refused.
    pub async fn claim_user_handle(
        &self,
        tenant: TenantId,
        rp: RelyingPartyId,
        user: UserId,
        handle: &UserHandle,
        at: Timestamp,
    ) -> Result<UserHandle, Error> {
        self.transact(async |tx| tx.within(tenant).claim_user_handle(rp, user, handle, at).await).await
    }
}

impl Within<'_, Transaction> {
    async fn claim_user_handle(
        &self,
        rp: RelyingPartyId,
        user: UserId,
        handle: &UserHandle,
        at: Timestamp,
    ) -> Result<Finish<UserHandle>, Error> {
        let key = (self.tenant_id.column(), rp.column(), user.column());
        let row = user_handle::Model {
            tenant_id: key.0,
            relying_party_id: key.1,
            user_id: key.2,
            handle: handle.as_bytes().to_vec(),
            created_at: at.micros(),
        };
        match insert(self.connection, row).await? {
            Insert::Done => Ok(Finish::Commit(handle.clone())),
            Insert::Duplicate => {
                let first = user_handle::Entity::find_by_id(key).one(self.connection).await?;
                // None: another user has these very bytes.
                let first = first.ok_or(Error::Conflict)?;
                let place = Row { table: "user_handle", id: key.2 };
                Ok(Finish::RollBack(place.valid("handle", UserHandle::new(first.handle))?))
            }
        }
    }

    /// Writes the user's row for one more credential. `false`: his epoch was raised, his account is where he may not
    /// register, or he has as many as he may have.
    /// Without this write two registrations at once would pass any limit.
    ///
    /// # Errors
    /// The database refused.
    pub async fn count_credential_up(&self, user: UserId, epoch: Epoch, max: u32) -> Result<bool, Error> {
        use user::Column;
        let may = Lifecycle::ALL.iter().filter(|it| it.may_register().is_ok());
        let may = Column::Lifecycle.is_in(may.map(|it| i16::from(it.number())));
        let written = self
            .change_user(user)
            .col_expr(Column::CredentialCount, Expr::col(Column::CredentialCount).add(1))
            .filter(Condition::any().add(Column::Lifecycle.is_null()).add(may))
            .filter(Column::AuthEpoch.eq(i64::from(epoch.0)))
            .filter(Column::CredentialCount.lt(i64::from(max)))
            .exec(self.connection)
            .await?;
        Ok(written.rows_affected == 1)
    }

    /// Inserts a credential; the WebAuthn id is unique with the relying party.
    ///
    /// # Errors
    /// The database refused.
    pub async fn insert_credential(&self, credential: &Credential) -> Result<Insert, Error> {
        insert(self.connection, credential::Model::new(self.tenant_id, credential)).await
    }
}
