//! API keys.

use keystead_domain::{ApiKey, ApiKeyId, CallerId, TenantId};
use sea_orm::entity::prelude::*;

use crate::{
    Error,
    row::{Id, Row, owner, time},
};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "api_key")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant_id: Uuid,
    pub caller_id: Uuid,
    pub secret_hash: Vec<u8>,
    pub row_version: i64,
    pub created_at: i64,
    pub revoked_at: Option<i64>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub(crate) fn new(tenant: Option<TenantId>, key: &ApiKey, secret_hash: &[u8; 32]) -> Self {
        Self {
            id: key.id.column(),
            tenant_id: owner(tenant),
            caller_id: key.caller_id.column(),
            secret_hash: secret_hash.to_vec(),
            row_version: 1,
            created_at: key.created_at.micros(),
            revoked_at: key.revoked_at.map(keystead_domain::Timestamp::micros),
        }
    }

    /// The key, and the hash of its secret.
    pub(crate) fn into_parts(self) -> Result<(ApiKey, [u8; 32]), Error> {
        let row = Row { table: "api_key", id: self.id };
        let key = ApiKey {
            id: ApiKeyId::from_column(self.id),
            caller_id: CallerId::from_column(self.caller_id),
            created_at: time(self.created_at),
            revoked_at: self.revoked_at.map(time),
        };
        Ok((key, row.bytes("secret_hash", self.secret_hash)?))
    }
}
