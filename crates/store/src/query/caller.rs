//! Callers. Those of the instance have no tenant, so that the tenant is an argument here.

use keystead_domain::{Caller, CallerId, CallerState, GrantSet, Name, TenantId};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, UpdateMany,
    sea_query::{Expr, ExprTrait},
};

use crate::{
    Connection, Error, Insert, Link, Page, Tx,
    entity::caller::{Column, Entity, Model, finishers},
    insert::insert,
    row::{Id, owner},
};

impl<L: Link> Connection<L> {
    /// The caller with this id, of whichever tenant.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn find_caller(&self, id: CallerId) -> Result<Option<Caller>, Error> {
        Entity::find_by_id(id.column()).one(self).await?.map(Caller::try_from).transpose()
    }

    /// The caller with this name.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn find_caller_by_name(
        &self,
        tenant: Option<TenantId>,
        name: &Name,
    ) -> Result<Option<Caller>, Error> {
        let named = Entity::find()
            .filter(Column::TenantId.eq(owner(tenant)))
            .filter(Column::Name.eq(name.as_str().as_bytes()));
        named.one(self).await?.map(Caller::try_from).transpose()
    }

    /// A page of the callers of a tenant, or of the instance.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn list_callers(&self, tenant: Option<TenantId>, page: Page) -> Result<Vec<Caller>, Error> {
        let all = Entity::find().filter(Column::TenantId.eq(owner(tenant)));
        let rows = page.of(all, Column::CreatedAt, Column::Id).all(self).await?;
        rows.into_iter().map(Caller::try_from).collect()
    }

    /// All callers of a tenant.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn callers_of(&self, tenant: TenantId) -> Result<Vec<Caller>, Error> {
        let rows = Entity::find().filter(Column::TenantId.eq(tenant.column())).all(self).await?;
        rows.into_iter().map(Caller::try_from).collect()
    }
}

impl Tx {
    /// Inserts a caller; its name is unique in the tenant, or among those of the instance.
    ///
    /// # Errors
    /// The database refused.
    pub async fn insert_caller(&self, caller: &Caller) -> Result<Insert, Error> {
        insert(self, Model::from(caller)).await
    }

    /// Writes a caller's grants, and nothing else of it. `false`: the tenant has no such caller.
    ///
    /// # Errors
    /// The database refused.
    pub async fn set_caller_grants(
        &self,
        tenant: Option<TenantId>,
        id: CallerId,
        grants: GrantSet,
    ) -> Result<bool, Error> {
        let grants = Entity::update_many().col_expr(Column::Grants, Expr::value(i64::from(grants.bits())));
        self.change_caller(tenant, id, grants).await
    }

    /// Writes who may finish what a caller started, and nothing else of it. `false`: the tenant has no such caller.
    ///
    /// # Errors
    /// The database refused.
    pub async fn set_caller_finishers(
        &self,
        tenant: Option<TenantId>,
        id: CallerId,
        may_be_finished_by: &[CallerId],
    ) -> Result<bool, Error> {
        let finishers = Entity::update_many()
            .col_expr(Column::MayBeFinishedBy, Expr::value(finishers(may_be_finished_by)));
        self.change_caller(tenant, id, finishers).await
    }

    /// Disables a caller; nothing else of it changes. `false`: the tenant has no such caller.
    ///
    /// # Errors
    /// The database refused.
    pub async fn disable_caller(&self, tenant: Option<TenantId>, id: CallerId) -> Result<bool, Error> {
        let disabled = i16::from(CallerState::Disabled.number());
        let state = Entity::update_many().col_expr(Column::State, Expr::value(disabled));
        self.change_caller(tenant, id, state).await
    }

    async fn change_caller(
        &self,
        tenant: Option<TenantId>,
        id: CallerId,
        change: UpdateMany<Entity>,
    ) -> Result<bool, Error> {
        let written = change
            .col_expr(Column::RowVersion, Expr::col(Column::RowVersion).add(1))
            .filter(Column::TenantId.eq(owner(tenant)))
            .filter(Column::Id.eq(id.column()))
            .exec(self)
            .await?;
        Ok(written.rows_affected == 1)
    }
}
