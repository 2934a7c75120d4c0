//! API keys.

use keystead_domain::{ApiKey, ApiKeyId, Caller, CallerId, TenantId, Timestamp};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter,
    sea_query::{Expr, ExprTrait, JoinType, Query},
};

use crate::{
    Connection, Error, Link, Page, Tx,
    entity::{
        api_key::{Column, Entity, Model},
        caller,
    },
    insert::insert_new,
    row::{Id, owner, same, select},
};

impl<L: Link> Connection<L> {
    /// The key with this id, the hash of its secret, and its caller, of whichever tenant: what a call is authenticated by.
    /// One statement.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn find_api_key(&self, id: ApiKeyId) -> Result<Option<(ApiKey, [u8; 32], Caller)>, Error> {
        let mut query = Query::select();
        select::<Entity>(&mut query, "k_");
        select::<caller::Entity>(&mut query, "c_");
        query
            .from(Entity)
            .join(JoinType::InnerJoin, caller::Entity, same(caller::Column::Id, Column::CallerId))
            .and_where(Column::Id.eq(id.column()));
        let Some(row) = self.query_one(&query).await? else { return Ok(None) };
        let (key, hash) = Model::from_query_result(&row, "k_")?.into_parts()?;
        let caller = caller::Model::from_query_result(&row, "c_")?.try_into()?;
        Ok(Some((key, hash, caller)))
    }

    /// A page of the keys of a caller of a tenant, or of the instance.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn list_api_keys(
        &self,
        tenant: Option<TenantId>,
        caller: CallerId,
        page: Page,
    ) -> Result<Vec<ApiKey>, Error> {
        let all = Entity::find()
            .filter(Column::TenantId.eq(owner(tenant)))
            .filter(Column::CallerId.eq(caller.column()));
        let rows = page.of(all, Column::CreatedAt, Column::Id).all(self).await?;
        rows.into_iter().map(|row| row.into_parts().map(|(key, _)| key)).collect()
    }
}

impl Tx {
    /// Inserts a key of a caller of this tenant, or of the instance.
    ///
    /// # Errors
    /// The database refused.
    pub async fn insert_api_key(
        &self,
        tenant: Option<TenantId>,
        key: &ApiKey,
        secret_hash: &[u8; 32],
    ) -> Result<(), Error> {
        insert_new(self, Model::new(tenant, key, secret_hash)).await
    }

    /// Revokes a key. `false`: the tenant has no such key, or it was revoked before.
    ///
    /// # Errors
    /// The database refused.
    pub async fn revoke_api_key(
        &self,
        tenant: Option<TenantId>,
        id: ApiKeyId,
        at: Timestamp,
    ) -> Result<bool, Error> {
        let written = Entity::update_many()
            .col_expr(Column::RevokedAt, Expr::value(at.micros()))
            .col_expr(Column::RowVersion, Expr::col(Column::RowVersion).add(1))
            .filter(Column::TenantId.eq(owner(tenant)))
            .filter(Column::Id.eq(id.column()))
            .filter(Column::RevokedAt.is_null())
            .exec(self)
            .await?;
        Ok(written.rows_affected == 1)
    }
}
