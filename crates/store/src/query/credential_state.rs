//! Changes of what a credential may be used for.

use keystead_domain::{
    Aaguid, Attachment, Credential, CredentialId, CredentialState, TenantId, Timestamp, UserId,
};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, Select,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::in_states;
use crate::{
    Error, Transaction, Within,
    entity::{
        credential::{Column, Entity},
        user,
    },
    row::Id,
};

impl Within<'_, Transaction> {
    /// Brings a credential, as it was read in this transaction, into another state. Its owner's number of credentials follows
    /// first. `lost_at` is written as it is.
    ///
    /// Whoever judges the owner's other credentials before this writes his row before he reads them:
    /// [`write_user`](Self::write_user).
    ///
    /// # Errors
    /// [`Error::Busy`] where another transaction changed its state meanwhile.
    pub async fn set_credential_state(
        &self,
        before: &Credential,
        to: CredentialState,
        lost_at: Option<Timestamp>,
        at: Timestamp,
    ) -> Result<(), Error> {
        let counted = |state: CredentialState| i64::from(state.is_counted());
        self.count_credentials(before.user_id, counted(to) - counted(before.state)).await?;
        let revoked_at = (to == CredentialState::Revoked).then(|| at.micros());
        let written = self
            .change_credential(before.id)
            .col_expr(Column::State, Expr::value(i16::from(to.number())))
            .col_expr(Column::StateChangedAt, Expr::value(at.micros()))
            .col_expr(Column::LostAt, Expr::value(lost_at.map(Timestamp::micros)))
            .col_expr(Column::RevokedAt, Expr::value(revoked_at))
            .filter(Column::State.eq(i16::from(before.state.number())))
            .exec(self.connection)
            .await?;
        if written.rows_affected == 1 { Ok(()) } else { Err(Error::Busy) }
    }

    async fn count_credentials(&self, user: UserId, more: i64) -> Result<(), Error> {
        if more != 0 {
            let count = Expr::col(user::Column::CredentialCount).add(more);
            self.change_user(user)
                .col_expr(user::Column::CredentialCount, count)
                .exec(self.connection)
                .await?;
        }
        Ok(())
    }

    /// Brings into SUPERSEDED what a credential takes the place of: its owner's older ACTIVE ones of the same relying party,
    /// device and model, all of them parts of the device. Answers with their ids. A device that nobody named, a model that is
    /// not known, or a security key takes the place of nothing: two keys of one model are two keys.
    ///
    /// # Errors
    /// [`Error::Busy`] where another transaction changed the state of one of them meanwhile.
    pub async fn supersede_older(
        &self,
        newer: &Credential,
        at: Timestamp,
    ) -> Result<Vec<CredentialId>, Error> {
        let mut superseded = Vec::new();
        for older in self.older_of_device(newer).await? {
            self.set_credential_state(&older, CredentialState::Superseded, older.lost_at, at).await?;
            superseded.push(older.id);
        }
        Ok(superseded)
    }

    async fn older_of_device(&self, newer: &Credential) -> Result<Vec<Credential>, Error> {
        let is_platform = newer.attachment == Some(Attachment::Platform);
        let (Some(device), true, true) = (newer.device_hash, is_platform, newer.aaguid != Aaguid([0; 16]))
        else {
            return Ok(Vec::new());
        };
        let rows = of_device(self.tenant_id, newer, device).all(self.connection).await?;
        let mut older = rows.into_iter().map(Credential::try_from).collect::<Result<Vec<_>, _>>()?;
        let age = |credential: &Credential| (credential.created_at, credential.id);
        older.retain(|other| age(other) < age(newer));
        Ok(older)
    }
}

/// The ACTIVE credentials of the newer one's owner, relying party, device and model that are parts of the device.
fn of_device(tenant: TenantId, newer: &Credential, device: [u8; 32]) -> Select<Entity> {
    Entity::find()
        .filter(Column::TenantId.eq(tenant.column()))
        .filter(Column::UserId.eq(newer.user_id.column()))
        .filter(Column::RelyingPartyId.eq(newer.relying_party_id.column()))
        .filter(Column::DeviceHash.eq(device.to_vec()))
        .filter(Column::Aaguid.eq(Uuid::from_bytes(newer.aaguid.0)))
        .filter(Column::Attachment.eq(i16::from(Attachment::Platform.number())))
        .filter(in_states([CredentialState::Active]))
}
