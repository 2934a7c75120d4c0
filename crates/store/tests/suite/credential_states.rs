//! Credentials change their state, and their owner's count follows.

use keystead_domain::{
    Aaguid, Attachment, Credential, CredentialId, CredentialState, CredentialUse, TenantId, Timestamp, User,
    UserId, UserRef,
};
use keystead_store::{Error, Finish, Insert, Store};

use crate::{
    database::{Database, bounded},
    fixture::{self, Household, NOW, seconds},
};

const LATER: Timestamp = Timestamp::from_micros(NOW.micros() + 60_000_000);

#[tokio::test]
async fn a_users_number_of_credentials_follows_their_states() {
    for database in Database::on_every_engine().await {
        for before in CredentialState::ALL.iter().copied() {
            for to in CredentialState::ALL.iter().copied() {
                let home = Household::move_in(&database.store).await;
                let user = User { credential_count: 3, ..fixture::user() };
                let lost_at = (to == CredentialState::Suspended).then_some(LATER);
                let key = Credential {
                    state: before,
                    lost_at: Some(NOW),
                    ..fixture::credential(&user, home.rp.id)
                };
                database
                    .store
                    .transact(async |tx| {
                        let within = tx.within(home.tenant.id);
                        assert_eq!(within.insert_user(&user).await?, Insert::Done);
                        assert_eq!(within.insert_credential(&key).await?, Insert::Done);
                        within.set_credential_state(&key, to, lost_at, LATER).await?;
                        Ok(Finish::Commit(()))
                    })
                    .await
                    .unwrap();
                let reader = database.store.reader();
                let within = reader.within(home.tenant.id);
                let after = within.find_credential(key.id).await.unwrap();
                assert_eq!(
                    after,
                    Some(Credential { state: to, lost_at, state_changed_at: Some(LATER), ..key })
                );
                let user = within.find_user(&UserRef::Id(user.id)).await.unwrap().unwrap();
                let count = 3 + u32::from(to.is_counted()) - u32::from(before.is_counted());
                assert_eq!(user.credential_count, count, "{before:?} {to:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_state_that_another_transaction_changed_is_busy_and_nothing_is_written() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let stale = Credential { state: CredentialState::Suspended, ..home.credential.clone() };
        for (tenant, key) in [(home.tenant.id, &stale), (fixture::tenant().id, &home.credential)] {
            let answer: Result<(), Error> = database
                .store
                .transact(async |tx| {
                    let within = tx.within(tenant);
                    within.set_credential_state(key, CredentialState::Revoked, None, LATER).await?;
                    Ok(Finish::Commit(()))
                })
                .await;
            assert!(matches!(answer, Err(Error::Busy)), "{answer:?}");
        }
        let reader = database.store.reader();
        let within = reader.within(home.tenant.id);
        assert_eq!(within.find_credential(home.credential.id).await.unwrap(), Some(home.credential));
        let user = within.find_user(&UserRef::Id(home.user.id)).await.unwrap().unwrap();
        assert_eq!(user.credential_count, 1);
    }
}

/// What a revocation is: judged by what is read in the transaction.
async fn revoke(store: Store, tenant: TenantId, user: UserId, id: CredentialId) -> Result<bool, Error> {
    store
        .transact(async |tx| {
            let within = tx.within(tenant);
            assert!(within.write_user(user).await?);
            let before = within.find_credential(id).await?.unwrap();
            if before.state == CredentialState::Revoked {
                return Ok(Finish::RollBack(false));
            }
            within.set_credential_state(&before, CredentialState::Revoked, None, LATER).await?;
            Ok(Finish::Commit(true))
        })
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_credential_that_is_revoked_many_times_at_once_is_counted_down_once() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let (tenant, user, id) = (home.tenant.id, home.user.id, home.credential.id);
        let tasks: Vec<_> =
            (0..8).map(|_| tokio::spawn(revoke(database.store.clone(), tenant, user, id))).collect();
        let mut revocations = 0;
        for task in tasks {
            revocations += u32::from(bounded(task).await.unwrap().unwrap());
        }
        assert_eq!(revocations, 1);
        let reader = database.store.reader();
        let user = reader.within(tenant).find_user(&UserRef::Id(user)).await.unwrap().unwrap();
        assert_eq!(user.credential_count, 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_credentials_that_are_revoked_at_once_the_second_sees_the_first_gone() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let second = fixture::credential(&home.user, home.rp.id);
        let insert = database.store.transact(async |tx| {
            assert_eq!(tx.within(home.tenant.id).insert_credential(&second).await?, Insert::Done);
            Ok(Finish::Commit(()))
        });
        insert.await.unwrap();
        let (tenant, user) = (home.tenant.id, home.user.id);
        let tasks = [home.credential, second].map(|key| {
            let store = database.store.clone();
            tokio::spawn(async move {
                store
                    .transact(async |tx| {
                        let within = tx.within(tenant);
                        assert!(within.write_user(user).await?);
                        if within.credentials_of(user).await?.len() == 1 {
                            return Ok(Finish::RollBack(false));
                        }
                        within.set_credential_state(&key, CredentialState::Revoked, None, LATER).await?;
                        Ok(Finish::Commit(true))
                    })
                    .await
            })
        });
        let mut revoked = 0;
        for task in tasks {
            revoked += u32::from(bounded(task).await.unwrap().unwrap());
        }
        assert_eq!(revoked, 1, "the last one stays");
    }
}

/// A key on the phone of the household's user, made this many seconds before `NOW`.
fn on_the_phone(home: &Household, age: u64) -> Credential {
    Credential {
        created_at: NOW.minus(seconds(age)),
        aaguid: Aaguid([7; 16]),
        device_hash: Some([9; 32]),
        ..fixture::credential(&home.user, home.rp.id)
    }
}

#[tokio::test]
async fn a_newer_key_supersedes_the_active_ones_of_its_device_and_model_and_no_others() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let other = fixture::user();
        let elsewhere = fixture::relying_party(home.tenant.id, "elsewhere.example").id;
        let phone = |age| on_the_phone(&home, age);
        let newer = phone(5);
        let replaced = [phone(7), phone(6)];
        let stay = [
            phone(4),
            Credential { state: CredentialState::Suspended, ..phone(6) },
            Credential { state: CredentialState::Revoked, ..phone(6) },
            Credential { device_hash: Some([8; 32]), ..phone(6) },
            Credential { device_hash: None, ..phone(6) },
            Credential { aaguid: Aaguid([6; 16]), ..phone(6) },
            Credential { relying_party_id: elsewhere, ..phone(6) },
            Credential { user_id: other.id, ..phone(6) },
            security_key(phone(6)),
        ];
        let superseded = database
            .store
            .transact(async |tx| {
                let within = tx.within(home.tenant.id);
                for key in replaced.iter().chain(&stay).chain([&newer]) {
                    assert_eq!(within.insert_credential(key).await?, Insert::Done);
                    assert!(within.count_credential_up(home.user.id, home.user.epoch, 99).await?);
                }
                assert_eq!(tx.within(fixture::tenant().id).supersede_older(&newer, LATER).await?, []);
                Ok(Finish::Commit(within.supersede_older(&newer, LATER).await?))
            })
            .await
            .unwrap();
        let mut expected = replaced.each_ref().map(|key| key.id);
        expected.sort_unstable();
        let mut superseded = superseded;
        superseded.sort_unstable();
        assert_eq!(superseded, expected);
        let reader = database.store.reader();
        let within = reader.within(home.tenant.id);
        for key in replaced {
            let after = within.find_credential(key.id).await.unwrap();
            let state = CredentialState::Superseded;
            assert_eq!(after, Some(Credential { state, state_changed_at: Some(LATER), ..key }));
        }
        for key in stay.into_iter().chain([newer]) {
            assert_eq!(within.find_credential(key.id).await.unwrap(), Some(key));
        }
        let user = within.find_user(&UserRef::Id(home.user.id)).await.unwrap().unwrap();
        assert_eq!(user.credential_count, 1 + 12 - 2);
    }
}

fn security_key(key: Credential) -> Credential {
    let attachment = Some(Attachment::CrossPlatform);
    Credential { attachment, creation: CredentialUse { attachment, ..key.creation }, ..key }
}

#[tokio::test]
async fn a_key_that_names_no_device_or_model_or_is_no_part_of_one_supersedes_nothing() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        for change in [
            (|key| Credential { device_hash: None, ..key }) as fn(Credential) -> Credential,
            |key| Credential { aaguid: Aaguid([0; 16]), ..key },
            security_key,
            |key| Credential { attachment: None, creation: fixture::credential_use(None), ..key },
        ] {
            let [older, newer] = [6, 5].map(|age| change(on_the_phone(&home, age)));
            let superseded = database
                .store
                .transact(async |tx| {
                    let within = tx.within(home.tenant.id);
                    assert_eq!(within.insert_credential(&older).await?, Insert::Done);
                    Ok(Finish::Commit(within.supersede_older(&newer, LATER).await?))
                })
                .await
                .unwrap();
            assert_eq!(superseded, []);
        }
    }
}
