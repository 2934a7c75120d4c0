//! Relying parties.

use keystead_domain::{Origin, RelyingParty, RelyingPartyId, TopOrigin};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, UpdateMany,
    sea_query::{Expr, ExprTrait},
};

use crate::{
    Error, Insert, Link, Transaction, Within,
    entity::relying_party::{Column, Entity, Model, origins, top_origins},
    error::is_duplicate,
    insert::insert,
    row::Id,
};

impl<L: Link> Within<'_, L> {
    /// All relying parties of the tenant.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn relying_parties(&self) -> Result<Vec<RelyingParty>, Error> {
        let all = Entity::find().filter(Column::TenantId.eq(self.tenant_id.column()));
        all.all(self.connection).await?.into_iter().map(RelyingParty::try_from).collect()
    }

    /// The relying party with this id.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn find_relying_party(&self, id: RelyingPartyId) -> Result<Option<RelyingParty>, Error> {
        let found = Entity::find()
            .filter(Column::TenantId.eq(self.tenant_id.column()))
            .filter(Column::Id.eq(id.column()));
        found.one(self.connection).await?.map(RelyingParty::try_from).transpose()
    }
}

impl Within<'_, Transaction> {
    /// Inserts a relying party; its RP ID is unique in the tenant. Where it is the default, it takes the place of the one
    /// before.
    ///
    /// # Errors
    /// The database refused.
    pub async fn insert_relying_party(&self, rp: &RelyingParty) -> Result<Insert, Error> {
        let inserted = insert(self.connection, Model::new(self.tenant_id, rp)).await?;
        if inserted == Insert::Done && rp.is_default {
            self.set_default(rp.id).await?;
        }
        Ok(inserted)
    }

    /// Writes the origins and the top origins. `false`: the tenant has no such relying party.
    ///
    /// # Errors
    /// The database refused.
    pub async fn set_origins(
        &self,
        id: RelyingPartyId,
        web: &[Origin],
        top: &[TopOrigin],
    ) -> Result<bool, Error> {
        let written = self
            .update()
            .col_expr(Column::Origins, Expr::value(origins(web)))
            .col_expr(Column::TopOrigins, Expr::value(top_origins(top)))
            .filter(Column::Id.eq(id.column()))
            .exec(self.connection)
            .await?;
        Ok(written.rows_affected == 1)
    }

    /// Makes a relying party the tenant's only default. `false`: the tenant has no such relying party, and nothing is
    /// written.
    ///
    /// # Errors
    /// [`Error::Busy`] where another transaction made another one the default meanwhile.
    pub async fn set_default(&self, id: RelyingPartyId) -> Result<bool, Error> {
        if self.find_relying_party(id).await?.is_none() {
            return Ok(false);
        }
        self.update()
            .col_expr(Column::IsDefault, Expr::value(None::<bool>))
            .filter(Column::IsDefault.eq(true))
            .exec(self.connection)
            .await?;
        let set = self
            .update()
            .col_expr(Column::IsDefault, Expr::value(true))
            .filter(Column::Id.eq(id.column()))
            .exec(self.connection)
            .await;
        match set {
            Ok(written) => Ok(written.rows_affected == 1),
            Err(error) if is_duplicate(&error) => Err(Error::Busy),
            Err(error) => Err(error.into()),
        }
    }

    fn update(&self) -> UpdateMany<Entity> {
        Entity::update_many()
            .col_expr(Column::RowVersion, Expr::col(Column::RowVersion).add(1))
            .filter(Column::TenantId.eq(self.tenant_id.column()))
    }
}
