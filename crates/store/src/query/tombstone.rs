//! What is left of credentials that were erased: that they were here, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use keystead_domain::{CredentialState, TenantId, Timestamp, WebauthnId};
use keystead_keyring::digest;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::purge::CHUNK;
use crate::{
    Error, Link, Transaction, Tx, Within,
    entity::{
        credential,
        credential_tombstone::{Column, Entity, Model},
    },
    many::{MOST, insert_all, padded},
    row::Id,
};

impl<L: Link> Within<'_, L> {
    /// Whether a credential with this WebAuthn id was here and was erased.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn is_erased(&self, id: &WebauthnId) -> Result<bool, Error> {
        let key = (self.tenant_id.column(), hash(id.as_bytes()));
        Ok(Entity::find_by_id(key).one(self.connection).await?.is_some())
    }

    /// Which of these hashes have a tombstone.
    async fn known_hashes(&self, hashes: &[Vec<u8>]) -> Result<BTreeSet<Vec<u8>>, Error> {
        let mut known = BTreeSet::new();
        for hashes in hashes.chunks(MOST) {
            let found: Vec<Vec<u8>> = Entity::find()
                .select_only()
                .column(Column::WebauthnIdHash)
                .filter(Column::TenantId.eq(self.tenant_id.column()))
                .filter(Column::WebauthnIdHash.is_in(padded(hashes.iter().map(Vec::as_slice))))
                .into_tuple()
                .all(self.connection)
                .await?;
            known.extend(found);
        }
        Ok(known)
    }
}

impl Tx {
    /// Erases credentials, of any tenant, that were revoked before this time, and leaves a tombstone of each: one chunk. 0:
    /// nothing is left.
    ///
    /// # Errors
    /// [`Error::Busy`] where another replica erases the same ones.
    pub async fn erase_revoked_credentials(&self, revoked_before: Timestamp) -> Result<u64, Error> {
        let mut by_tenant: BTreeMap<TenantId, Doomed> = BTreeMap::new();
        for (tenant, id, webauthn_id) in self.revoked_before(revoked_before).await? {
            let doomed = by_tenant.entry(TenantId::from_column(tenant)).or_default();
            doomed.ids.push(id);
            doomed.hashes.insert(hash(&webauthn_id));
        }
        let mut erased = 0;
        for (tenant, doomed) in by_tenant {
            erased += self.within(tenant).erase(doomed, revoked_before).await?;
        }
        Ok(erased)
    }

    /// Tenant, id and WebAuthn id.
    async fn revoked_before(&self, time: Timestamp) -> Result<Vec<(Uuid, Uuid, Vec<u8>)>, Error> {
        use credential::{Column, Entity};
        let revoked = Entity::find()
            .select_only()
            .columns([Column::TenantId, Column::Id, Column::WebauthnId])
            .filter(Column::RevokedAt.lt(time.micros()))
            .filter(Column::State.eq(i16::from(CredentialState::Revoked.number())))
            .order_by_asc(Column::RevokedAt)
            .limit(CHUNK);
        Ok(revoked.into_tuple().all(self).await?)
    }
}

/// Credentials of a tenant that are to be erased.
#[derive(Default)]
struct Doomed {
    ids: Vec<Uuid>,
    /// Of their WebAuthn ids: two of them may be one, at two relying parties.
    hashes: BTreeSet<Vec<u8>>,
}

impl Within<'_, Transaction> {
    async fn erase(&self, doomed: Doomed, at: Timestamp) -> Result<u64, Error> {
        let hashes: Vec<Vec<u8>> = doomed.hashes.into_iter().collect();
        let known = self.known_hashes(&hashes).await?;
        let new = hashes.into_iter().filter(|hash| !known.contains(hash));
        let tenant_id = self.tenant_id.column();
        let tombstones =
            new.map(|webauthn_id_hash| Model { tenant_id, webauthn_id_hash, erased_at: at.micros() });
        insert_all(self.connection, tombstones).await?;
        let mut erased = 0;
        for ids in doomed.ids.chunks(MOST) {
            let these = credential::Column::Id.is_in(padded(ids.iter().copied()));
            let gone = credential::Entity::delete_many().filter(credential::Column::TenantId.eq(tenant_id));
            erased += gone.filter(these).exec(self.connection).await?.rows_affected;
        }
        Ok(erased)
    }
}

fn hash(webauthn_id: &[u8]) -> Vec<u8> {
    digest::sha256(&[webauthn_id]).to_vec()
}
