//! Finished ceremonies.

use keystead_domain::{CeremonyId, CeremonyOutcome};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::{
    Error, Insert, Link, Transaction, Within,
    entity::ceremony_outcome::{Column, Entity, Model},
    insert::insert,
    row::Id,
};

impl<L: Link> Within<'_, L> {
    /// How the ceremony ended, where it did.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn find_outcome(&self, id: CeremonyId) -> Result<Option<CeremonyOutcome>, Error> {
        let found = Entity::find()
            .filter(Column::TenantId.eq(self.tenant_id.column()))
            .filter(Column::CeremonyId.eq(id.column()));
        found.one(self.connection).await?.map(CeremonyOutcome::try_from).transpose()
    }
}

impl Within<'_, Transaction> {
    /// Inserts how a ceremony ended: the single use. [`Insert::Duplicate`]: it was finished before. It comes after the
    /// transaction's updates, so that the losers of a race are told so even where the first writer rolls back.
    ///
    /// # Errors
    /// The database refused.
    pub async fn insert_outcome(&self, outcome: &CeremonyOutcome) -> Result<Insert, Error> {
        insert(self.connection, Model::new(self.tenant_id, outcome)).await
    }
}
