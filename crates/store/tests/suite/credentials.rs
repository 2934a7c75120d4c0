//! Credentials as they are managed.

use keystead_domain::{
    Attachment, Credential, CredentialSource, CredentialState, CredentialUse, DisplayName, Timestamp,
    UserHandle, UserRef,
};
use keystead_store::{Finish, Insert, Page, SignalFacts};

use crate::{
    database::Database,
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
async fn everything_that_is_kept_of_a_credential_is_read_as_it_was_written() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let key = Credential {
            user_verification_initialized: true,
            source: CredentialSource::Import,
            device_hash: None,
            creation: CredentialUse { attachment: Some(Attachment::Platform), ..CredentialUse::default() },
            last_use: fixture::credential_use(None),
            last_used_at: Some(LATER),
            use_count: u64::from(u32::MAX) + 1,
            lost_at: Some(LATER),
            state_changed_at: Some(LATER),
            ..fixture::credential(&home.user, home.rp.id)
        };
        let insert = database.store.transact(async |tx| {
            assert_eq!(tx.within(home.tenant.id).insert_credential(&key).await?, Insert::Done);
            Ok(Finish::Commit(()))
        });
        insert.await.unwrap();
        let reader = database.store.reader();
        for key in [key, home.credential] {
            let found = reader.within(home.tenant.id).find_credential(key.id).await.unwrap();
            assert_eq!(found, Some(key));
        }
    }
}

#[tokio::test]
async fn a_users_credentials_are_all_but_revoked_ones_oldest_first() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let other = fixture::user();
        let elsewhere = fixture::relying_party(home.tenant.id, "elsewhere.example").id;
        let mut his: Vec<Credential> = CredentialState::ALL
            .iter()
            .zip(1..)
            .map(|(state, age)| Credential {
                state: *state,
                relying_party_id: elsewhere,
                created_at: NOW.minus(seconds(age)),
                ..fixture::credential(&home.user, elsewhere)
            })
            .collect();
        database
            .store
            .transact(async |tx| {
                let within = tx.within(home.tenant.id);
                for key in his.iter().chain([&fixture::credential(&other, home.rp.id)]) {
                    assert_eq!(within.insert_credential(key).await?, Insert::Done);
                }
                Ok(Finish::Commit(()))
            })
            .await
            .unwrap();
        his.insert(0, home.credential.clone());
        his.retain(|key| key.state != CredentialState::Revoked);
        his.reverse();
        let reader = database.store.reader();
        assert_eq!(reader.within(home.tenant.id).credentials_of(home.user.id).await.unwrap(), his);
        assert_eq!(reader.within(fixture::tenant().id).credentials_of(home.user.id).await.unwrap(), []);
    }
}

#[tokio::test]
async fn signals_tell_of_a_users_keys_at_one_relying_party_but_for_revoked_ones() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let store = &database.store;
        let elsewhere = fixture::relying_party(home.tenant.id, "elsewhere.example").id;
        let suspended = Credential {
            state: CredentialState::Suspended,
            created_at: NOW.minus(seconds(1)),
            ..fixture::credential(&home.user, home.rp.id)
        };
        let revoked =
            Credential { state: CredentialState::Revoked, ..fixture::credential(&home.user, home.rp.id) };
        let keys = [&suspended, &revoked, &fixture::credential(&home.user, elsewhere)];
        let handle = UserHandle::new(fixture::bytes::<64>()).unwrap();
        let mut facts = SignalFacts {
            user: home.user.clone(),
            handle: Some(handle.clone()),
            accepted: vec![suspended.webauthn_id.clone(), home.credential.webauthn_id.clone()],
        };
        store.claim_user_handle(home.tenant.id, home.rp.id, home.user.id, &handle, NOW).await.unwrap();
        let in_between = store.transact(async |tx| {
            let within = tx.within(home.tenant.id);
            for key in keys {
                assert_eq!(within.insert_credential(key).await?, Insert::Done);
            }
            Ok(Finish::Commit(within.find_signal_facts(home.rp.id, &UserRef::Id(home.user.id)).await?))
        });
        assert_eq!(in_between.await.unwrap().as_ref(), Some(&facts));
        let reader = store.reader();
        let named = UserRef::External(home.user.external_id.clone());
        let within = reader.within(home.tenant.id);
        assert_eq!(within.find_signal_facts(home.rp.id, &named).await.unwrap().as_ref(), Some(&facts));
        let nowhere = fixture::relying_party(home.tenant.id, "nowhere.example").id;
        (facts.handle, facts.accepted) = (None, Vec::new());
        assert_eq!(within.find_signal_facts(nowhere, &named).await.unwrap(), Some(facts));
        let foreign = reader.within(fixture::tenant().id);
        assert_eq!(foreign.find_signal_facts(home.rp.id, &named).await.unwrap(), None);
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
