//! Credentials that are erased, and what stays of them.

use keystead_domain::{Credential, CredentialState, TenantId, WebauthnId};
use keystead_store::{Finish, Page, Store};

use crate::{
    database::{Database, bounded},
    fixture::{self, Household, NOW, seconds},
};

/// More than a chunk.
const MANY: usize = 700;

async fn insert(store: &Store, tenant: TenantId, keys: &[Credential]) {
    let inserted = store.transact(async |tx| {
        tx.within(tenant).insert_credentials(keys).await?;
        Ok(Finish::Commit(()))
    });
    inserted.await.unwrap();
}

async fn erase(store: &Store) -> u64 {
    let mut erased = 0;
    loop {
        let chunk = store
            .transact(async |tx| Ok(Finish::Commit(tx.erase_revoked_credentials(NOW).await?)))
            .await
            .unwrap();
        assert!(chunk <= 500);
        erased += chunk;
        if chunk == 0 {
            return erased;
        }
    }
}

async fn is_erased(store: &Store, tenant: TenantId, id: &WebauthnId) -> bool {
    store.reader().within(tenant).is_erased(id).await.unwrap()
}

/// A key that was revoked this many seconds before now.
fn revoked(home: &Household, before: u64) -> Credential {
    Credential {
        state: CredentialState::Revoked,
        state_changed_at: Some(NOW.minus(seconds(before))),
        ..fixture::credential(&home.user, home.rp.id)
    }
}

#[tokio::test]
async fn what_was_revoked_long_ago_is_erased_and_told_from_what_was_never_there() {
    for database in Database::on_every_engine().await {
        let store = &database.store;
        let [home, neighbours] = [Household::move_in(store).await, Household::move_in(store).await];
        let old: Vec<Credential> = (0..MANY).map(|_| revoked(&home, 1)).collect();
        let theirs = [revoked(&neighbours, 1)];
        let kept = [
            revoked(&home, 0),
            Credential { state: CredentialState::Suspended, ..revoked(&home, 1) },
            Credential { state: CredentialState::Superseded, ..revoked(&home, 1) },
        ];
        insert(store, home.tenant.id, &old).await;
        insert(store, home.tenant.id, &kept).await;
        insert(store, neighbours.tenant.id, &theirs).await;
        assert_eq!(erase(store).await, MANY as u64 + 1);
        for key in [&old[0], &old[MANY - 1]] {
            assert!(is_erased(store, home.tenant.id, &key.webauthn_id).await);
            assert!(!is_erased(store, neighbours.tenant.id, &key.webauthn_id).await);
        }
        assert!(is_erased(store, neighbours.tenant.id, &theirs[0].webauthn_id).await);
        assert!(!is_erased(store, home.tenant.id, &home.credential.webauthn_id).await);
        assert!(!is_erased(store, home.tenant.id, &kept[0].webauthn_id).await);
        assert!(!is_erased(store, home.tenant.id, &fixture::webauthn_id(&fixture::bytes::<32>())).await);
        let page = Page { after: None, size: 500 };
        let left = store.reader().within(home.tenant.id).list_credentials(None, &[], page).await.unwrap();
        assert_eq!(left.len(), kept.len() + 1);
    }
}

#[tokio::test]
async fn an_id_that_is_erased_twice_has_one_tombstone() {
    for database in Database::on_every_engine().await {
        let store = &database.store;
        let home = Household::move_in(store).await;
        let key = revoked(&home, 1);
        let other_rp = fixture::relying_party(home.tenant.id, "other.example").id;
        let again = |rp| Credential {
            webauthn_id: key.webauthn_id.clone(),
            relying_party_id: rp,
            ..revoked(&home, 1)
        };
        insert(store, home.tenant.id, &[again(home.rp.id), again(other_rp)]).await;
        assert_eq!(erase(store).await, 2, "at two relying parties");
        // Registered anew, and revoked anew.
        insert(store, home.tenant.id, &[again(home.rp.id)]).await;
        assert_eq!(erase(store).await, 1);
        assert!(is_erased(store, home.tenant.id, &key.webauthn_id).await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn replicas_that_erase_at_once_erase_each_once() {
    for database in Database::on_every_engine().await {
        let store = &database.store;
        let home = Household::move_in(store).await;
        let old: Vec<Credential> = (0..MANY).map(|_| revoked(&home, 1)).collect();
        insert(store, home.tenant.id, &old).await;
        let replicas: Vec<_> = (0..2)
            .map(|_| {
                let store = store.clone();
                tokio::spawn(async move { erase(&store).await })
            })
            .collect();
        let mut erased = 0;
        for replica in replicas {
            erased += bounded(replica).await.unwrap();
        }
        assert_eq!(erased, MANY as u64);
    }
}
