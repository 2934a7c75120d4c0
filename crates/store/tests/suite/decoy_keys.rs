//! The keys of tenants' decoys.

use keystead_store::{Error, Finish, Insert};

use crate::{
    database::{Database, bounded},
    fixture,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_tenant_has_one_decoy_key_whoever_comes_first() {
    for database in Database::on_every_engine().await {
        let [tenant, other] = [(); 2].map(|()| fixture::tenant());
        let store = &database.store;
        let insert = store.transact(async |tx| {
            for tenant in [&tenant, &other] {
                assert_eq!(tx.insert_tenant(tenant).await?, Insert::Done);
            }
            Ok(Finish::Commit(()))
        });
        insert.await.unwrap();
        assert_eq!(store.reader().decoy_key(tenant.id).await.unwrap(), None);
        let tasks: Vec<_> = (0..16)
            .map(|_| {
                let (store, id) = (store.clone(), tenant.id);
                tokio::spawn(async move { store.claim_decoy_key(id, fixture::bytes()).await })
            })
            .collect();
        let mut keys = Vec::new();
        for task in tasks {
            keys.push(bounded(task).await.unwrap().unwrap());
        }
        keys.dedup();
        assert_eq!(keys.len(), 1);
        let reader = store.reader();
        assert_eq!(reader.decoy_key(tenant.id).await.unwrap(), Some(keys[0]));
        assert_eq!(reader.decoy_key(other.id).await.unwrap(), None);
        assert_eq!(reader.decoy_key(fixture::tenant().id).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_tenant_that_is_not_there_is_given_no_decoy_key() {
    for database in Database::on_every_engine().await {
        let answer = database.store.claim_decoy_key(fixture::tenant().id, fixture::bytes()).await;
        assert!(matches!(answer, Err(Error::Inconsistent { table: "tenant", .. })), "{answer:?}");
    }
}
