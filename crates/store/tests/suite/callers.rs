//! The instance, tenants, callers and their keys.

use keystead_domain::{ApiKey, Caller, CallerState, Grant, Tenant};
use keystead_store::{Finish, Insert, Page};

use crate::{
    database::Database,
    fixture::{self, NOW, seconds},
};

const ALL: Page = Page { after: None, size: 100 };

#[tokio::test]
async fn an_instance_keeps_its_random_id_and_counts_its_restores() {
    let mut ids = Vec::new();
    for database in Database::on_every_engine().await {
        let before = database.store.reader().instance().await.unwrap();
        assert_eq!(before.restore_epoch, 0);
        database
            .store
            .transact(async |tx| {
                tx.raise_restore_epoch().await?;
                Ok(Finish::Commit(()))
            })
            .await
            .unwrap();
        let after = database.store.reader().instance().await.unwrap();
        assert_eq!((after.id, after.restore_epoch), (before.id, 1));
        assert_ne!(before.id, [0; 16]);
        ids.push(before.id);
    }
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count);
}

#[tokio::test]
async fn tenants_are_found_listed_and_unique_by_name() {
    for database in Database::on_every_engine().await {
        let tenants = [0, 1].map(|n| Tenant { created_at: NOW.plus(seconds(n)), ..fixture::tenant() });
        let twin = Tenant { name: tenants[0].name.clone(), ..fixture::tenant() };
        database
            .store
            .transact(async |tx| {
                for tenant in &tenants {
                    assert_eq!(tx.insert_tenant(tenant).await?, Insert::Done);
                }
                assert_eq!(tx.insert_tenant(&twin).await?, Insert::Duplicate);
                Ok(Finish::Commit(()))
            })
            .await
            .unwrap();
        let reader = database.store.reader();
        assert_eq!(reader.find_tenant(tenants[0].id).await.unwrap().as_ref(), Some(&tenants[0]));
        assert_eq!(reader.find_tenant(twin.id).await.unwrap(), None);
        let [first, second] = tenants;
        assert_eq!(reader.list_tenants(ALL).await.unwrap(), [second, first]);
    }
}

#[tokio::test]
async fn a_callers_name_is_unique_in_its_tenant_and_in_the_instance() {
    for database in Database::on_every_engine().await {
        let tenant = fixture::tenant().id;
        let name = fixture::name("web");
        let named = |owner| Caller { name: name.clone(), ..fixture::caller(owner) };
        let (ours, theirs, nobodys) = (named(Some(tenant)), named(Some(fixture::tenant().id)), named(None));
        database
            .store
            .transact(async |tx| {
                for caller in [&ours, &theirs, &nobodys] {
                    assert_eq!(tx.insert_caller(caller).await?, Insert::Done);
                }
                assert_eq!(tx.insert_caller(&named(Some(tenant))).await?, Insert::Duplicate);
                assert_eq!(tx.insert_caller(&named(None)).await?, Insert::Duplicate);
                Ok(Finish::Commit(()))
            })
            .await
            .unwrap();
        let reader = database.store.reader();
        for caller in [&ours, &theirs, &nobodys] {
            assert_eq!(reader.find_caller(caller.id).await.unwrap().as_ref(), Some(caller));
            let found = reader.find_caller_by_name(caller.tenant_id, &name).await.unwrap();
            assert_eq!(found.as_ref(), Some(caller));
            let listed = reader.list_callers(caller.tenant_id, ALL).await.unwrap();
            assert_eq!(listed, std::slice::from_ref(caller));
        }
        assert_eq!(reader.callers_of(tenant).await.unwrap(), [ours]);
    }
}

#[tokio::test]
async fn a_callers_rights_and_its_state_are_changed_apart_and_in_its_tenant_only() {
    for database in Database::on_every_engine().await {
        let caller = fixture::caller(None);
        let less = Caller {
            grants: [Grant::Admin].into_iter().collect(),
            may_be_finished_by: Vec::new(),
            ..caller.clone()
        };
        let elsewhere = Some(fixture::tenant().id);
        let store = &database.store;
        store
            .transact(async |tx| {
                assert_eq!(tx.insert_caller(&caller).await?, Insert::Done);
                assert!(!tx.disable_caller(elsewhere, caller.id).await?);
                assert!(tx.disable_caller(None, caller.id).await?);
                assert!(!tx.set_caller_grants(elsewhere, caller.id, less.grants).await?);
                assert!(!tx.set_caller_finishers(elsewhere, caller.id, &[]).await?);
                assert!(tx.set_caller_grants(None, caller.id, less.grants).await?);
                assert!(tx.set_caller_finishers(None, caller.id, &[]).await?);
                Ok(Finish::Commit(()))
            })
            .await
            .unwrap();
        let disabled = Caller { state: CallerState::Disabled, ..less };
        assert_eq!(store.reader().find_caller(caller.id).await.unwrap(), Some(disabled));
    }
}

#[tokio::test]
async fn an_api_key_is_found_with_its_hash_and_caller_and_revoked_once() {
    for database in Database::on_every_engine().await {
        let tenant = fixture::tenant().id;
        for owner in [Some(tenant), None] {
            let caller = fixture::caller(owner);
            let key = fixture::api_key(caller.id);
            let hash: [u8; 32] = fixture::bytes();
            let at = NOW.plus(seconds(1));
            database
                .store
                .transact(async |tx| {
                    assert_eq!(tx.insert_caller(&caller).await?, Insert::Done);
                    tx.insert_api_key(owner, &key, &hash).await?;
                    let found = tx.find_api_key(key.id).await?;
                    assert_eq!(found, Some((key.clone(), hash, caller.clone())));
                    assert!(!tx.revoke_api_key(Some(fixture::tenant().id), key.id, at).await?);
                    assert!(tx.revoke_api_key(owner, key.id, at).await?);
                    assert!(!tx.revoke_api_key(owner, key.id, at.plus(seconds(1))).await?);
                    Ok(Finish::Commit(()))
                })
                .await
                .unwrap();
            let reader = database.store.reader();
            let revoked = ApiKey { revoked_at: Some(at), ..key.clone() };
            let listed = reader.list_api_keys(owner, caller.id, ALL).await.unwrap();
            assert_eq!(listed, std::slice::from_ref(&revoked));
            let foreign = reader.list_api_keys(Some(fixture::tenant().id), caller.id, ALL).await.unwrap();
            assert_eq!(foreign, []);
            assert_eq!(reader.find_api_key(key.id).await.unwrap(), Some((revoked, hash, caller)));
            assert_eq!(reader.find_api_key(fixture::api_key(key.caller_id).id).await.unwrap(), None);
        }
    }
}
