//! Credentials as they are managed.

use keystead_domain::{Credential, CredentialId, CredentialState, DisplayName, UserId};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QueryTrait, UpdateMany,
    sea_query::{Expr, ExprTrait},
};

use super::not_revoked;
use crate::{
    Error, Link, Page, Transaction, Within,
    entity::credential::{Column, Entity},
    row::Id,
};

impl<L: Link> Within<'_, L> {
    /// The credential with this id.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn find_credential(&self, id: CredentialId) -> Result<Option<Credential>, Error> {
        let found = Entity::find()
            .filter(Column::TenantId.eq(self.tenant_id.column()))
            .filter(Column::Id.eq(id.column()));
        found.one(self.connection).await?.map(Credential::try_from).transpose()
    }

    /// All of a user's credentials but for REVOKED ones, at any relying party, oldest first.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn credentials_of(&self, user: UserId) -> Result<Vec<Credential>, Error> {
        let his = Entity::find()
            .filter(Column::TenantId.eq(self.tenant_id.column()))
            .filter(Column::UserId.eq(user.column()))
            .filter(not_revoked())
            .order_by_asc(Column::CreatedAt)
            .order_by_asc(Column::Id);
        his.all(self.connection).await?.into_iter().map(Credential::try_from).collect()
    }

    /// A page of a user's credentials, or of the tenant's, in these states; none: in any.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn list_credentials(
        &self,
        user: Option<UserId>,
        states: &[CredentialState],
        page: Page,
    ) -> Result<Vec<Credential>, Error> {
        let all = Entity::find()
            .filter(Column::TenantId.eq(self.tenant_id.column()))
            .apply_if(user, |query, user| query.filter(Column::UserId.eq(user.column())))
            .filter(Column::State.is_in(padded(states)));
        let rows = page.of(all, Column::CreatedAt, Column::Id).all(self.connection).await?;
        rows.into_iter().map(Credential::try_from).collect()
    }
}

/// As many numbers as there are states, whichever are asked for: a list that varies in length would be another statement to
/// the driver's cache each time.
fn padded(states: &[CredentialState]) -> Vec<i16> {
    let states = if states.is_empty() { CredentialState::ALL } else { states };
    states.iter().cycle().take(CredentialState::ALL.len()).map(|state| state.number().into()).collect()
}

impl Within<'_, Transaction> {
    /// Writes the display name. `false`: the tenant has no such credential.
    ///
    /// # Errors
    /// The database refused.
    pub async fn rename_credential(&self, id: CredentialId, name: &DisplayName) -> Result<bool, Error> {
        let name = Expr::value(name.as_str());
        let written =
            self.change_credential(id).col_expr(Column::DisplayName, name).exec(self.connection).await?;
        Ok(written.rows_affected == 1)
    }

    /// An UPDATE of the credential's row.
    pub(super) fn change_credential(&self, id: CredentialId) -> UpdateMany<Entity> {
        Entity::update_many()
            .col_expr(Column::RowVersion, Expr::col(Column::RowVersion).add(1))
            .filter(Column::TenantId.eq(self.tenant_id.column()))
            .filter(Column::Id.eq(id.column()))
    }
}
