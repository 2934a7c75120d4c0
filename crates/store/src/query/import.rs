//! What an import reads and writes: hundreds of rows with a few statements.

use std::collections::BTreeMap;

use keystead_domain::{
    Credential, CredentialId, Event, ExternalId, RelyingPartyId, Timestamp, User, UserHandle, UserId,
    WebauthnId,
};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QuerySelect, UpdateMany,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use crate::{
    Error, Link, Transaction, Tx, Within,
    entity::{credential, event, user, user_handle},
    many::{MOST, insert_all, padded},
    row::{Id, Row},
};

/// A credential that is here already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresentCredential {
    /// Its WebAuthn id.
    pub webauthn_id: WebauthnId,
    /// Its id.
    pub id: CredentialId,
    /// Its owner.
    pub user_id: UserId,
    /// Its public key, `COSE_Key` bytes.
    pub public_key: Vec<u8>,
}

impl<L: Link> Within<'_, L> {
    /// The users with these external ids, in no order; `last_success_at` is not read.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn users_named(&self, ids: &[ExternalId]) -> Result<Vec<User>, Error> {
        use user::{Column, Entity};
        let mut users = Vec::with_capacity(ids.len());
        for ids in ids.chunks(MOST) {
            let named = padded(ids.iter().map(|id| id.as_str().as_bytes()));
            let found = Entity::find()
                .filter(Column::TenantId.eq(self.tenant_id.column()))
                .filter(Column::ExternalId.is_in(named))
                .all(self.connection)
                .await?;
            for user in found {
                users.push(user.into_user(None)?);
            }
        }
        Ok(users)
    }

    /// The user handles that these users have at the relying party.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn handles_at(
        &self,
        rp: RelyingPartyId,
        users: &[UserId],
    ) -> Result<Vec<(UserId, UserHandle)>, Error> {
        let mut handles = Vec::with_capacity(users.len());
        for users in users.chunks(MOST) {
            let theirs = user_handle::Column::UserId.is_in(padded(users.iter().map(|id| id.column())));
            handles.extend(self.handles(rp, theirs).await?);
        }
        Ok(handles)
    }

    /// The users who have these user handles at the relying party.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn owners_of_handles(
        &self,
        rp: RelyingPartyId,
        handles: &[UserHandle],
    ) -> Result<Vec<(UserHandle, UserId)>, Error> {
        let mut owners = Vec::with_capacity(handles.len());
        for handles in handles.chunks(MOST) {
            let these = user_handle::Column::Handle.is_in(padded(handles.iter().map(UserHandle::as_bytes)));
            let found = self.handles(rp, these).await?;
            owners.extend(found.into_iter().map(|(user, handle)| (handle, user)));
        }
        Ok(owners)
    }

    async fn handles(&self, rp: RelyingPartyId, condition: Expr) -> Result<Vec<(UserId, UserHandle)>, Error> {
        use user_handle::{Column, Entity};
        let found: Vec<(Uuid, Vec<u8>)> = Entity::find()
            .select_only()
            .columns([Column::UserId, Column::Handle])
            .filter(Column::TenantId.eq(self.tenant_id.column()))
            .filter(Column::RelyingPartyId.eq(rp.column()))
            .filter(condition)
            .into_tuple()
            .all(self.connection)
            .await?;
        let read = |(user, handle)| {
            let place = Row { table: "user_handle", id: user };
            Ok((UserId::from_column(user), place.valid("handle", UserHandle::new(handle))?))
        };
        found.into_iter().map(read).collect()
    }

    /// The credentials with these WebAuthn ids at the relying party, in any state.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn credentials_named(
        &self,
        rp: RelyingPartyId,
        ids: &[WebauthnId],
    ) -> Result<Vec<PresentCredential>, Error> {
        use credential::{Column, Entity};
        let mut present = Vec::new();
        for ids in ids.chunks(MOST) {
            let found: Vec<(Vec<u8>, Uuid, Uuid, Vec<u8>)> = Entity::find()
                .select_only()
                .columns([Column::WebauthnId, Column::Id, Column::UserId, Column::PublicKey])
                .filter(Column::TenantId.eq(self.tenant_id.column()))
                .filter(Column::WebauthnId.is_in(padded(ids.iter().map(WebauthnId::as_bytes))))
                .filter(Column::RelyingPartyId.eq(rp.column()))
                .into_tuple()
                .all(self.connection)
                .await?;
            for (webauthn_id, id, user, public_key) in found {
                let row = Row { table: "credential", id };
                present.push(PresentCredential {
                    webauthn_id: row.valid("webauthn_id", WebauthnId::new(webauthn_id))?,
                    id: CredentialId::from_column(id),
                    user_id: UserId::from_column(user),
                    public_key,
                });
            }
        }
        Ok(present)
    }
}

impl Within<'_, Transaction> {
    /// Writes the rows of users who are about to get something: what is read of them after is theirs until the transaction
    /// ends, for whoever registers or takes away writes the same rows.
    ///
    /// # Errors
    /// The database refused.
    pub async fn write_users(&self, users: &[UserId]) -> Result<(), Error> {
        for users in users.chunks(MOST) {
            self.change_users(users).exec(self.connection).await?;
        }
        Ok(())
    }

    /// Adds to the numbers of credentials that users have.
    ///
    /// # Errors
    /// The database refused.
    pub async fn add_to_credential_counts(&self, additions: &[(UserId, u32)]) -> Result<(), Error> {
        let mut by_number: BTreeMap<u32, Vec<UserId>> = BTreeMap::new();
        for (user, number) in additions {
            by_number.entry(*number).or_default().push(*user);
        }
        for (number, users) in by_number {
            for users in users.chunks(MOST) {
                let more = Expr::col(user::Column::CredentialCount).add(i64::from(number));
                let change = self.change_users(users).col_expr(user::Column::CredentialCount, more);
                change.exec(self.connection).await?;
            }
        }
        Ok(())
    }

    /// An UPDATE of the rows of at most [`MOST`] users.
    fn change_users(&self, users: &[UserId]) -> UpdateMany<user::Entity> {
        use user::{Column, Entity};
        Entity::update_many()
            .col_expr(Column::RowVersion, Expr::col(Column::RowVersion).add(1))
            .filter(Column::TenantId.eq(self.tenant_id.column()))
            .filter(Column::Id.is_in(padded(users.iter().map(|id| id.column()))))
    }

    /// Inserts users.
    ///
    /// # Errors
    /// [`Error::Busy`] where one with such an id or external id is there.
    pub async fn insert_users(&self, users: &[User]) -> Result<(), Error> {
        insert_all(self.connection, users.iter().map(|user| user::Model::new(self.tenant_id, user))).await
    }

    /// Gives users their handles at the relying party.
    ///
    /// # Errors
    /// [`Error::Busy`] where one of them has one there, or somebody else has his.
    pub async fn insert_user_handles(
        &self,
        rp: RelyingPartyId,
        handles: &[(UserId, UserHandle)],
        at: Timestamp,
    ) -> Result<(), Error> {
        let rows = handles.iter().map(|(user, handle)| user_handle::Model {
            tenant_id: self.tenant_id.column(),
            relying_party_id: rp.column(),
            user_id: user.column(),
            handle: handle.as_bytes().to_vec(),
            created_at: at.micros(),
        });
        insert_all(self.connection, rows).await
    }

    /// Inserts credentials.
    ///
    /// # Errors
    /// [`Error::Busy`] where one with such a WebAuthn id is there at its relying party.
    pub async fn insert_credentials(&self, credentials: &[Credential]) -> Result<(), Error> {
        let rows = credentials.iter().map(|credential| credential::Model::new(self.tenant_id, credential));
        insert_all(self.connection, rows).await
    }
}

impl Tx {
    /// Appends events.
    ///
    /// # Errors
    /// The database refused; [`Error::Busy`] where one of them is there.
    pub async fn insert_events(&self, events: &[Event]) -> Result<(), Error> {
        insert_all(self, events.iter().map(event::Model::from)).await
    }
}
