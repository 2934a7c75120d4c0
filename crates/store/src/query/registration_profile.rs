//! Registration profiles. They are never changed and never removed.

use keystead_domain::RegistrationProfile;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::{
    Error, Link, Transaction, Within,
    entity::registration_profile::{Column, Entity, Model},
    insert::insert_new,
    row::Id,
};

impl<L: Link> Within<'_, L> {
    /// All registration profiles of the tenant, newest first: the first of a name counts.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn registration_profiles(&self) -> Result<Vec<RegistrationProfile>, Error> {
        let all = Entity::find()
            .filter(Column::TenantId.eq(self.tenant_id.column()))
            .order_by_desc(Column::CreatedAt)
            .order_by_desc(Column::Id);
        all.all(self.connection).await?.into_iter().map(RegistrationProfile::try_from).collect()
    }
}

impl Within<'_, Transaction> {
    /// Inserts a registration profile, which counts from now on where it is the newest of its name.
    ///
    /// # Errors
    /// [`Error::Inconsistent`] where it has no id or no time, for then it is built in and no row.
    pub async fn insert_registration_profile(&self, profile: &RegistrationProfile) -> Result<(), Error> {
        insert_new(self.connection, Model::new(self.tenant_id, profile)?).await
    }
}
