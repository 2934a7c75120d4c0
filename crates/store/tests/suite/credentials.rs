//! Credentials as they are managed.

use keystead_domain::{Credential, CredentialState, DisplayName, Timestamp, User, UserRef};
use keystead_store::{Finish, Insert, Page};

use crate::{
    database::{Database, bounded},
    fixture::{self, Household, NOW, seconds},
};

const LATER: Timestamp = Timestamp::from_micros(NOW.micros() + 60_000_000);

#[tokio::test]
async fn a_credential_is_found_and_renamed_in_its_tenant_only() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let name = DisplayName::new("").unwrap();
        let id = home.credential.id;
        database
            .store
            .transact(async |tx| {
                assert!(!tx.within(fixture::tenant().id).rename_credential(id, &name).await?);
                assert!(tx.within(home.tenant.id).rename_credential(id, &name).await?);
                Ok(Finish::Commit(()))
            })
            .await
            .unwrap();
        let reader = database.store.reader();
        let renamed = Credential { display_name: name, ..home.credential };
        assert_eq!(reader.within(home.tenant.id).find_credential(id).await.unwrap(), Some(renamed));
        assert_eq!(reader.within(fixture::tenant().id).find_credential(id).await.unwrap(), None);
    }
}

#[tokio::test]
async fn revoking_counts_down_what_was_counted_and_happens_once() {
    for database in Database::on_every_engine().await {
        for state in CredentialState::ALL.iter().copied() {
            let home = Household::move_in(&database.store).await;
            let counted = u32::from(state.is_counted());
            let user = User { credential_count: 3, ..fixture::user() };
            let key = Credential { state, ..fixture::credential(&user, home.rp.id) };
            let revoked = database
                .store
                .transact(async |tx| {
                    let within = tx.within(home.tenant.id);
                    assert_eq!(within.insert_user(&user).await?, Insert::Done);
                    assert_eq!(within.insert_credential(&key).await?, Insert::Done);
                    assert_eq!(tx.within(fixture::tenant().id).revoke_credential(key.id, LATER).await?, None);
                    let before = within.revoke_credential(key.id, LATER).await?;
                    assert_eq!(within.revoke_credential(key.id, LATER).await?, None);
                    Ok(Finish::Commit(before))
                })
                .await
                .unwrap();
            assert_eq!(revoked, (state != CredentialState::Revoked).then(|| key.clone()), "{state:?}");
            let reader = database.store.reader();
            let within = reader.within(home.tenant.id);
            let after = within.find_credential(key.id).await.unwrap().unwrap();
            assert_eq!(after.state, CredentialState::Revoked);
            let user = within.find_user(&UserRef::Id(user.id)).await.unwrap().unwrap();
            assert_eq!(user.credential_count, 3 - counted, "{state:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_credential_that_is_revoked_many_times_at_once_is_counted_down_once() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let (tenant, id) = (home.tenant.id, home.credential.id);
        let tasks: Vec<_> = (0..8)
            .map(|_| {
                let store = database.store.clone();
                tokio::spawn(async move {
                    store
                        .transact(async |tx| {
                            Ok(Finish::Commit(tx.within(tenant).revoke_credential(id, LATER).await?))
                        })
                        .await
                })
            })
            .collect();
        let mut revocations = 0;
        for task in tasks {
            revocations += usize::from(bounded(task).await.unwrap().unwrap().is_some());
        }
        assert_eq!(revocations, 1);
        let reader = database.store.reader();
        let user = reader.within(tenant).find_user(&UserRef::Id(home.user.id)).await.unwrap().unwrap();
        assert_eq!(user.credential_count, 0);
    }
}

#[tokio::test]
async fn lists_hold_the_states_and_the_user_that_were_asked_for() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let other = fixture::user();
        let mut all: Vec<Credential> = CredentialState::ALL
            .iter()
            .enumerate()
            .flat_map(|(n, state)| [(n, *state, &home.user), (n, *state, &other)])
            .map(|(n, state, user)| Credential {
                state,
                created_at: NOW.plus(seconds(n as u64)),
                ..fixture::credential(user, home.rp.id)
            })
            .collect();
        database
            .store
            .transact(async |tx| {
                for key in &all {
                    assert_eq!(tx.within(home.tenant.id).insert_credential(key).await?, Insert::Done);
                }
                Ok(Finish::Commit(()))
            })
            .await
            .unwrap();
        all.push(home.credential.clone());
        all.sort_by_key(|key| std::cmp::Reverse((key.created_at, key.id)));
        let reader = database.store.reader();
        let within = reader.within(home.tenant.id);
        for user in [None, Some(home.user.id)] {
            for states in [&[] as &[CredentialState], &[CredentialState::Revoked], CredentialState::ALL] {
                let page = Page { after: None, size: 100 };
                let listed = within.list_credentials(user, states, page).await.unwrap();
                let expected: Vec<_> = all
                    .iter()
                    .filter(|key| user.is_none_or(|user| key.user_id == user))
                    .filter(|key| states.is_empty() || states.contains(&key.state))
                    .cloned()
                    .collect();
                assert_eq!(listed, expected);
            }
        }
        let first = within.list_credentials(None, &[], Page { after: None, size: 4 }).await.unwrap();
        assert_eq!(first, all[..4]);
        let after = Some((all[3].created_at, *all[3].id.as_bytes()));
        let second = within.list_credentials(None, &[], Page { after, size: 4 }).await.unwrap();
        assert_eq!(second, all[4..8]);
    }
}
