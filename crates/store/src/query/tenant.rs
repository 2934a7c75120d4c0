//! Tenants.

use keystead_domain::{Name, Tenant, TenantId};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait},
};

use crate::{
    Connection, Error, Finish, Insert, Link, Page, Store, Tx,
    entity::tenant::{Column, Entity, Model},
    insert::insert,
    row::{Id, Row},
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

    /// The key of the tenant's decoys, where it has one.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn decoy_key(&self, id: TenantId) -> Result<Option<[u8; 32]>, Error> {
        let key = Entity::find_by_id(id.column())
            .select_only()
            .column(Column::DecoyKey)
            .into_tuple::<Option<Vec<u8>>>()
            .one(self)
            .await?;
        key.flatten().map(|key| place(id).bytes("decoy_key", key)).transpose()
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

impl Store {
    /// Gives the tenant the key of its decoys: this one, or the one that was first. It never changes after. A transaction of
    /// its own.
    ///
    /// # Errors
    /// The database refused; [`Error::Inconsistent`] where there is no such tenant.
    pub async fn claim_decoy_key(&self, id: TenantId, key: [u8; 32]) -> Result<[u8; 32], Error> {
        self.transact(async |tx| {
            let claimed = Entity::update_many()
                .col_expr(Column::DecoyKey, Expr::value(key.to_vec()))
                .col_expr(Column::RowVersion, Expr::col(Column::RowVersion).add(1))
                .filter(Column::Id.eq(id.column()))
                .filter(Column::DecoyKey.is_null())
                .exec(tx)
                .await?;
            if claimed.rows_affected == 1 {
                return Ok(Finish::Commit(key));
            }
            let first = tx.decoy_key(id).await?;
            Ok(Finish::RollBack(place(id).known("decoy_key", first)?))
        })
        .await
    }
}

fn place(id: TenantId) -> Row {
    Row { table: "tenant", id: id.column() }
}
