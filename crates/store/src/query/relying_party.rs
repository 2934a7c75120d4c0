//! Relying parties.

use keystead_domain::{Origin, RelatedOrigin, RelyingParty, RelyingPartyId, RpId, TopOrigin};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, UpdateMany,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use crate::{
    Connection, Error, Insert, Link, Transaction, Within,
    entity::relying_party::{
        Column, Entity, Model, origins, read_related_origins, related_origins, top_origins,
    },
    error::is_duplicate,
    insert::insert,
    row::{Id, Row},
};

impl<L: Link> Connection<L> {
    /// The related origins of every relying party, of all tenants, the oldest first: what `/.well-known/webauthn` answers
    /// with by the RP ID (§5.11.1), where the first of a name counts, also where it has none. Walks the table, which has a
    /// row for each domain.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn related_origins(&self) -> Result<Vec<(RpId, Vec<RelatedOrigin>)>, Error> {
        let rows: Vec<(Uuid, Vec<u8>, Option<String>)> = Entity::find()
            .select_only()
            .columns([Column::Id, Column::RpId, Column::RelatedOrigins])
            .order_by_asc(Column::CreatedAt)
            .order_by_asc(Column::Id)
            .into_tuple()
            .all(self)
            .await?;
        let read = |(id, rp_id, origins): (Uuid, Vec<u8>, Option<String>)| {
            let row = Row { table: "relying_party", id };
            let rp_id = row.valid("rp_id", RpId::new(row.text("rp_id", rp_id)?))?;
            Ok((rp_id, read_related_origins(row, origins.as_deref())?))
        };
        rows.into_iter().map(read).collect()
    }
}

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

    /// Writes the origins, the top origins and the related origins. `false`: the tenant has no such relying party.
    ///
    /// # Errors
    /// The database refused.
    pub async fn set_origins(
        &self,
        id: RelyingPartyId,
        web: &[Origin],
        top: &[TopOrigin],
        related: &[RelatedOrigin],
    ) -> Result<bool, Error> {
        let written = self
            .update()
            .col_expr(Column::Origins, Expr::value(origins(web)))
            .col_expr(Column::TopOrigins, Expr::value(top_origins(top)))
            .col_expr(Column::RelatedOrigins, Expr::value(related_origins(related)))
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
