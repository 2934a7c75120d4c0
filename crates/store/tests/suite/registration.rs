//! What a registration reads and writes.

use keystead_domain::{Credential, CredentialState, Epoch, Lifecycle, User, UserHandle, UserRef};
use keystead_store::{Finish, Insert, Registrant};

use crate::{
    database::{Database, bounded},
    fixture::{self, Household, NOW},
};

fn handle() -> UserHandle {
    UserHandle::new(fixture::bytes::<64>()).unwrap()
}

#[tokio::test]
async fn a_registrant_brings_his_handle_what_to_exclude_and_how_many_keys_are_usable() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let elsewhere = fixture::relying_party(home.tenant.id, "elsewhere.example").id;
        let keys: Vec<Credential> = CredentialState::ALL
            .iter()
            .flat_map(|state| [home.rp.id, elsewhere].map(|rp| (*state, rp)))
            .map(|(state, rp)| Credential { state, ..fixture::credential(&home.user, rp) })
            .collect();
        let newcomer = fixture::user();
        let store = &database.store;
        store
            .transact(async |tx| {
                let within = tx.within(home.tenant.id);
                for key in &keys {
                    assert_eq!(within.insert_credential(key).await?, Insert::Done);
                }
                assert_eq!(within.insert_user(&newcomer).await?, Insert::Done);
                Ok(Finish::Commit(()))
            })
            .await
            .unwrap();
        let handle = handle();
        store.claim_user_handle(home.tenant.id, home.rp.id, home.user.id, &handle, NOW).await.unwrap();
        let reader = store.reader();
        let within = reader.within(home.tenant.id);

        let found = within.find_registrant(home.rp.id, &UserRef::Id(home.user.id)).await.unwrap().unwrap();
        assert_eq!(found.user, home.user);
        assert_eq!(found.handle, Some(handle));
        let mut excluded: Vec<_> = found.exclude.into_iter().map(|key| key.id).collect();
        let mut expected: Vec<_> = [&home.credential]
            .into_iter()
            .chain(&keys)
            .filter(|key| key.relying_party_id == home.rp.id && key.state != CredentialState::Revoked)
            .map(|key| key.webauthn_id.clone())
            .collect();
        excluded.sort();
        expected.sort();
        assert_eq!(excluded, expected);
        // The household's, and an active and a superseded one at either relying party.
        assert_eq!(found.usable, 5);

        let named = UserRef::External(newcomer.external_id.clone());
        let found = within.find_registrant(home.rp.id, &named).await.unwrap();
        assert_eq!(found, Some(Registrant { user: newcomer, handle: None, exclude: Vec::new(), usable: 0 }));
        let foreign = reader.within(fixture::tenant().id).find_registrant(home.rp.id, &named).await;
        assert_eq!(foreign.unwrap(), None);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_user_has_one_handle_per_relying_party_whoever_comes_first() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let (tenant, rp, user) = (home.tenant.id, home.rp.id, home.user.id);
        let tasks: Vec<_> = (0..16)
            .map(|_| {
                let store = database.store.clone();
                tokio::spawn(async move { store.claim_user_handle(tenant, rp, user, &handle(), NOW).await })
            })
            .collect();
        let mut handles = Vec::new();
        for task in tasks {
            handles.push(bounded(task).await.unwrap().unwrap());
        }
        handles.dedup();
        assert_eq!(handles.len(), 1);
        let elsewhere = fixture::relying_party(tenant, "elsewhere.example").id;
        let other = handle();
        let given = database.store.claim_user_handle(tenant, elsewhere, user, &other, NOW).await.unwrap();
        assert_eq!(given, other);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn registrations_at_once_do_not_pass_the_limit() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let (tenant, user) = (home.tenant.id, home.user.id);
        let tasks: Vec<_> = (0..32)
            .map(|_| {
                let store = database.store.clone();
                let key = fixture::credential(&home.user, home.rp.id);
                tokio::spawn(async move {
                    store
                        .transact(async |tx| {
                            let within = tx.within(tenant);
                            if !within.count_credential_up(user, Epoch(0), 5).await? {
                                return Ok(Finish::RollBack(false));
                            }
                            assert_eq!(within.insert_credential(&key).await?, Insert::Done);
                            Ok(Finish::Commit(true))
                        })
                        .await
                })
            })
            .collect();
        let mut registered = 0;
        for task in tasks {
            registered += u32::from(bounded(task).await.unwrap().unwrap());
        }
        assert_eq!(registered, 4, "one is there already");
        let reader = database.store.reader();
        let found = reader.within(tenant).find_user(&UserRef::Id(user)).await.unwrap().unwrap();
        assert_eq!(found.credential_count, 5);
    }
}

#[tokio::test]
async fn a_registration_that_began_before_a_block_is_not_counted() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        database
            .store
            .transact(async |tx| {
                let within = tx.within(home.tenant.id);
                assert!(within.count_credential_up(home.user.id, Epoch(0), 20).await?);
                within.raise_epoch(home.user.id).await?;
                assert!(!within.count_credential_up(home.user.id, Epoch(0), 20).await?);
                assert!(within.count_credential_up(home.user.id, Epoch(1), 20).await?);
                let foreign = tx.within(fixture::tenant().id);
                assert!(!foreign.count_credential_up(home.user.id, Epoch(1), 20).await?);
                Ok(Finish::Commit(()))
            })
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a_registration_is_counted_only_where_the_users_account_may_register() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let (user, epoch) = (home.user.id, home.user.epoch);
        database
            .store
            .transact(async |tx| {
                let within = tx.within(home.tenant.id);
                for lifecycle in Lifecycle::ALL.iter().copied() {
                    assert!(within.set_lifecycle(user, lifecycle, None).await?);
                    let may = lifecycle.may_register().is_ok();
                    assert_eq!(within.count_credential_up(user, epoch, 20).await?, may, "{lifecycle:?}");
                }
                Ok(Finish::Commit(()))
            })
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a_webauthn_id_is_unique_with_its_relying_party() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let other = User { credential_count: 1, ..fixture::user() };
        let twin = |rp| Credential {
            webauthn_id: home.credential.webauthn_id.clone(),
            ..fixture::credential(&other, rp)
        };
        let elsewhere = fixture::relying_party(home.tenant.id, "elsewhere.example").id;
        database
            .store
            .transact(async |tx| {
                let within = tx.within(home.tenant.id);
                assert_eq!(within.insert_credential(&twin(home.rp.id)).await?, Insert::Duplicate);
                assert_eq!(within.insert_credential(&twin(elsewhere)).await?, Insert::Done);
                let foreign = tx.within(fixture::tenant().id);
                assert_eq!(foreign.insert_credential(&twin(home.rp.id)).await?, Insert::Done);
                Ok(Finish::Commit(()))
            })
            .await
            .unwrap();
    }
}
