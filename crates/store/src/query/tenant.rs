//! Tenants.

use keystead_domain::{Name, Tenant, TenantId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::{
    Connection, Error, Insert, Link, Page, Tx,
    entity::tenant::{Column, Entity, Model},
    insert::insert,
    row::Id,
};

impl<L: Link> Connection<L> {
    /// The tenant with this id.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn find_tenant(&self, id: TenantId) -> Result<Option<Tenant>, Error> {
        Entity::find_by_id(id.column()).one(self).await?.map(Tenant::try_from).transpose()
    }

    /// The tenant with this name.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn find_tenant_by_name(&self, name: &Name) -> Result<Option<Tenant>, Error> {
        let named = Entity::find().filter(Column::Name.eq(name.as_str().as_bytes()));
        named.one(self).await?.map(Tenant::try_from).transpose()
    }

    /// A page of all tenants.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn list_tenants(&self, page: Page) -> Result<Vec<Tenant>, Error> {
        let rows = page.of(Entity::find(), Column::CreatedAt, Column::Id).all(self).await?;
        rows.into_iter().map(Tenant::try_from).collect()
    }
}

impl Tx {
    /// Inserts a tenant; its name is unique.
    ///
    /// # Errors
    /// The database refused.
    pub async fn insert_tenant(&self, tenant: &Tenant) -> Result<Insert, Error> {
        insert(self, Model::from(tenant)).await
    }
}
