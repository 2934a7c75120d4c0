//! What a login reads and writes.

use keystead_domain::{
    CeremonyId, CeremonyOutcome, Credential, CredentialState, Descriptor, Epoch, TenantId, Timestamp, UserRef,
};
use keystead_store::{Error, Finish, Insert, LoginRow, LoginUpdate, Named, Store};

use crate::{
    database::{Database, bounded},
    fixture::{self, Household, NOW, seconds},
};

fn descriptor(credential: &Credential) -> Descriptor {
    Descriptor { id: credential.webauthn_id.clone(), transports: credential.transports.clone() }
}

/// One more credential of the household's user in each state, and one at another relying party.
async fn more_credentials(store: &Store, home: &Household) -> Vec<Credential> {
    let elsewhere = fixture::relying_party(home.tenant.id, "elsewhere.example").id;
    let mut more: Vec<Credential> = CredentialState::ALL
        .iter()
        .map(|state| Credential { state: *state, ..fixture::credential(&home.user, home.rp.id) })
        .collect();
    more.push(fixture::credential(&home.user, elsewhere));
    store
        .transact(async |tx| {
            for credential in &more {
                assert_eq!(tx.within(home.tenant.id).insert_credential(credential).await?, Insert::Done);
            }
            Ok(Finish::Commit(()))
        })
        .await
        .unwrap();
    more
}

#[tokio::test]
async fn a_named_user_is_offered_his_active_credentials_of_the_relying_party() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let more = more_credentials(&database.store, &home).await;
        let reader = database.store.reader();
        let within = reader.within(home.tenant.id);
        for named in [UserRef::Id(home.user.id), UserRef::External(home.user.external_id.clone())] {
            let found = within.find_named(home.rp.id, &named).await.unwrap();
            let active = more
                .iter()
                .filter(|c| c.state == CredentialState::Active && c.relying_party_id == home.rp.id);
            let expected = Named {
                user_id: home.user.id,
                epoch: home.user.epoch,
                allow: [&home.credential].into_iter().chain(active).map(descriptor).collect(),
            };
            assert_eq!(found, Some(expected));
            let other = reader.within(fixture::tenant().id);
            assert_eq!(other.find_named(home.rp.id, &named).await.unwrap(), None);
        }
        let nowhere = fixture::relying_party(home.tenant.id, "nowhere.example").id;
        let found = within.find_named(nowhere, &UserRef::Id(home.user.id)).await.unwrap();
        assert_eq!(found.map(|named| named.allow), Some(Vec::new()));
        let nobody = UserRef::Id(fixture::user().id);
        assert_eq!(within.find_named(home.rp.id, &nobody).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_presented_credential_is_found_at_every_relying_party_of_its_tenant() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let elsewhere = fixture::relying_party(home.tenant.id, "elsewhere.example").id;
        let other = fixture::user();
        let twin = Credential {
            webauthn_id: home.credential.webauthn_id.clone(),
            state: CredentialState::Revoked,
            attachment: None,
            discoverable: None,
            ..fixture::credential(&other, elsewhere)
        };
        let handle = keystead_domain::UserHandle::new(fixture::bytes::<64>()).unwrap();
        let store = &database.store;
        store
            .transact(async |tx| {
                let within = tx.within(home.tenant.id);
                assert_eq!(within.insert_user(&other).await?, Insert::Done);
                assert_eq!(within.insert_credential(&twin).await?, Insert::Done);
                Ok(Finish::Commit(()))
            })
            .await
            .unwrap();
        store.claim_user_handle(home.tenant.id, home.rp.id, home.user.id, &handle, NOW).await.unwrap();
        let reader = store.reader();
        let mut found =
            reader.within(home.tenant.id).find_for_login(&home.credential.webauthn_id).await.unwrap();
        found.sort_by_key(|row| row.credential.id);
        let expected = [
            LoginRow {
                credential: home.credential.clone(),
                user: home.user.clone(),
                user_handle: Some(handle),
            },
            LoginRow { credential: twin, user: other, user_handle: None },
        ];
        assert_eq!(found, expected);
        let [mine, _] = expected;
        let row = reader.within(home.tenant.id).find_login_row(home.credential.id).await.unwrap();
        assert_eq!(row, Some(mine));
        let row = reader.within(fixture::tenant().id).find_login_row(home.credential.id).await.unwrap();
        assert_eq!(row, None);
        let foreign = reader.within(fixture::tenant().id).find_for_login(&home.credential.webauthn_id).await;
        assert_eq!(foreign.unwrap(), []);
    }
}

#[tokio::test]
async fn a_login_writes_what_was_seen_and_keeps_the_highest_counter() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let credential = async |login: LoginUpdate| {
            let written = database
                .store
                .transact(async |tx| {
                    Ok(Finish::Commit(tx.within(home.tenant.id).record_login(&login).await?))
                })
                .await
                .unwrap();
            assert!(written);
            let reader = database.store.reader();
            reader.within(home.tenant.id).find_credential(home.credential.id).await.unwrap().unwrap()
        };
        let seen = credential(LoginUpdate { user_verified: false, ..home.login() }).await;
        let expected = Credential {
            sign_count: 8,
            backed_up: true,
            last_used_at: Some(NOW.plus(seconds(5))),
            ..home.credential.clone()
        };
        assert_eq!(seen, expected);

        let behind = LoginUpdate {
            sign_count: 3,
            regressed: true,
            backup_eligible: false,
            backed_up: false,
            at: NOW.plus(seconds(6)),
            ..home.login()
        };
        let seen = credential(behind).await;
        let expected = Credential {
            sign_count_regressions: 1,
            backup_eligible: false,
            backed_up: false,
            user_verification_seen: true,
            last_used_at: Some(NOW.plus(seconds(6))),
            ..expected
        };
        assert_eq!(seen, expected);

        let seen = credential(LoginUpdate { sign_count: u32::MAX, user_verified: false, ..behind }).await;
        assert_eq!(seen.sign_count, u32::MAX);
        assert_eq!(seen.sign_count_regressions, 2);
        assert!(seen.user_verification_seen, "once seen is seen");
    }
}

#[tokio::test]
async fn a_login_is_not_written_to_a_credential_that_may_not_log_in() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let more = more_credentials(&database.store, &home).await;
        for credential in more {
            let login = LoginUpdate { credential_id: credential.id, ..home.login() };
            let raised = LoginUpdate { user_epoch: Epoch(1), ..login };
            database
                .store
                .transact(async |tx| {
                    let within = tx.within(home.tenant.id);
                    assert!(!within.record_login(&raised).await?, "of another epoch");
                    assert!(
                        !tx.within(fixture::tenant().id).record_login(&login).await?,
                        "of another tenant"
                    );
                    let may = credential.state.may_log_in().is_ok();
                    assert_eq!(within.record_login(&login).await?, may, "{:?}", credential.state);
                    Ok(Finish::Commit(()))
                })
                .await
                .unwrap();
        }
    }
}

/// A finish as every replica runs it: the credential, the outcome, the event.
async fn finish(
    store: Store,
    tenant: TenantId,
    login: LoginUpdate,
    ceremony: CeremonyId,
) -> Result<Option<CeremonyOutcome>, Error> {
    let outcome = fixture::outcome(tenant, ceremony);
    let event = fixture::event(Some(tenant), NOW);
    store
        .transact(async |tx| {
            let within = tx.within(tenant);
            assert!(within.record_login(&login).await?);
            if within.insert_outcome(&outcome).await? == Insert::Duplicate {
                return Ok(Finish::RollBack(None));
            }
            tx.insert_event(&event).await?;
            Ok(Finish::Commit(Some(outcome.clone())))
        })
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_finishes_of_one_ceremony_one_succeeds() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        for _ in 0..5 {
            let ceremony = fixture::ceremony_id();
            let tasks: Vec<_> = (0..64)
                .map(|_| tokio::spawn(finish(database.store.clone(), home.tenant.id, home.login(), ceremony)))
                .collect();
            let mut winners = Vec::new();
            for task in tasks {
                winners.extend(bounded(task).await.unwrap().unwrap());
            }
            let reader = database.store.reader();
            let stored = reader.within(home.tenant.id).find_outcome(ceremony).await.unwrap();
            assert_eq!(winners, [stored.unwrap()]);
            assert_eq!(reader.within(fixture::tenant().id).find_outcome(ceremony).await.unwrap(), None);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_login_is_written_after_a_block_was_acknowledged() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        for round in 0..20 {
            let login = LoginUpdate {
                user_epoch: Epoch(round),
                at: Timestamp::from_micros(i64::from(round)),
                ..home.login()
            };
            let tenant = home.tenant.id;
            let user = home.user.id;
            let store = database.store.clone();
            let logging_in = tokio::spawn(async move {
                store
                    .transact(async |tx| Ok(Finish::Commit(tx.within(tenant).record_login(&login).await?)))
                    .await
            });
            let store = database.store.clone();
            let blocking = tokio::spawn(async move {
                store
                    .transact(async |tx| Ok(Finish::Commit(tx.within(tenant).raise_epoch(user).await?)))
                    .await
            });
            assert_eq!(bounded(blocking).await.unwrap().unwrap(), Some(Epoch(round + 1)));
            let late = database
                .store
                .transact(async |tx| Ok(Finish::Commit(tx.within(tenant).record_login(&login).await?)))
                .await
                .unwrap();
            assert!(!late, "round {round}");
            let before = bounded(logging_in).await.unwrap().unwrap();
            let credential = database.store.reader().within(tenant).find_credential(home.credential.id).await;
            let written = credential.unwrap().unwrap().last_used_at == Some(login.at);
            assert_eq!(written, before, "round {round}");
        }
    }
}
