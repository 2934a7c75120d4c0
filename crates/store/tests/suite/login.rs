//! What a login writes.

use keystead_domain::{CeremonyId, CeremonyOutcome, Credential, CredentialUse, Epoch, TenantId, Timestamp};
use keystead_store::{Error, Finish, Insert, LoginUpdate, Store, Tx};
use sea_orm::ConnectionTrait;

use crate::{
    database::{Database, bounded},
    fixture::{self, Household, NOW, seconds},
};

/// Writes a login; `None`: it was not accepted. Else the credential after it.
async fn log_in(database: &Database, home: &Household, login: &LoginUpdate) -> Option<Credential> {
    let written = async |tx: &Tx| Ok(Finish::Commit(tx.within(home.tenant.id).record_login(login).await?));
    if !database.store.transact(written).await.unwrap() {
        return None;
    }
    let reader = database.store.reader();
    reader.within(home.tenant.id).find_credential(login.credential_id).await.unwrap()
}

#[tokio::test]
async fn a_login_writes_what_was_seen_and_keeps_the_highest_counter() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let first = LoginUpdate { user_verified: false, ..home.login() };
        let expected = Credential {
            sign_count: 8,
            backed_up: true,
            last_used_at: Some(NOW.plus(seconds(5))),
            last_use: first.used.clone(),
            use_count: 1,
            ..home.credential.clone()
        };
        assert_eq!(log_in(&database, &home, &first).await.as_ref(), Some(&expected));

        let behind = LoginUpdate {
            sign_count: 3,
            regressed: true,
            backup_eligible: false,
            backed_up: false,
            user_verification_initialized: true,
            used: CredentialUse::default(),
            at: NOW.plus(seconds(6)),
            ..home.login()
        };
        let expected = Credential {
            sign_count_regressions: 1,
            backup_eligible: false,
            backed_up: false,
            user_verification_seen: true,
            user_verification_initialized: true,
            last_used_at: Some(NOW.plus(seconds(6))),
            last_use: CredentialUse::default(),
            use_count: 2,
            ..expected
        };
        assert_eq!(log_in(&database, &home, &behind).await.as_ref(), Some(&expected));

        let last = LoginUpdate {
            sign_count: u32::MAX,
            user_verified: false,
            user_verification_initialized: false,
            ..behind
        };
        let seen = log_in(&database, &home, &last).await.unwrap();
        assert_eq!(seen.sign_count, u32::MAX);
        assert_eq!((seen.sign_count_regressions, seen.use_count), (2, 3));
        assert!(seen.user_verification_seen, "once seen is seen");
        assert!(seen.user_verification_initialized, "once initialised stays so");
    }
}

#[tokio::test]
async fn a_counter_that_must_rise_is_judged_by_the_row_as_it_is() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let zero = Credential { sign_count: 0, ..fixture::credential(&home.user, home.rp.id) };
        let insert = database.store.transact(async |tx| {
            assert_eq!(tx.within(home.tenant.id).insert_credential(&zero).await?, Insert::Done);
            Ok(Finish::Commit(()))
        });
        insert.await.unwrap();
        let strict = |credential: &Credential, sign_count| LoginUpdate {
            credential_id: credential.id,
            sign_count,
            counter_must_rise: true,
            ..home.login()
        };
        // The first has seen 7, and the second keeps no counter until it counts.
        for (credential, sign_count, accepted) in [
            (&home.credential, 7, false),
            (&home.credential, 0, false),
            (&home.credential, 8, true),
            (&home.credential, 8, false),
            (&zero, 0, true),
            (&zero, 0, true),
            (&zero, 1, true),
            (&zero, 0, false),
            (&zero, 1, false),
        ] {
            let login = strict(credential, sign_count);
            assert_eq!(log_in(&database, &home, &login).await.is_some(), accepted, "{sign_count}");
            let lax = LoginUpdate { counter_must_rise: false, sign_count: 0, ..login };
            assert!(accepted || log_in(&database, &home, &lax).await.is_some(), "{sign_count}");
        }
    }
}

#[tokio::test]
async fn a_verified_login_does_not_initialise_a_key_of_the_release_before_that_showed_no_verification() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        for (seen, initialized) in [(false, false), (true, true)] {
            let of_before = database.store.transact(async |tx| {
                let sql = format!(
                    "UPDATE credential SET user_verification_initialized = NULL, user_verification_seen = {}",
                    u8::from(seen)
                );
                tx.execute_unprepared(&sql).await?;
                Ok(Finish::Commit(()))
            });
            let () = of_before.await.unwrap();
            let after = log_in(&database, &home, &home.login()).await.unwrap();
            assert!(after.user_verification_seen);
            assert_eq!(after.user_verification_initialized, initialized);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_a_key_and_its_clone_that_log_in_at_once_a_counter_that_must_rise_lets_one_in() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let tenant = home.tenant.id;
        let login = LoginUpdate { counter_must_rise: true, ..home.login() };
        let tasks: Vec<_> = (0..8)
            .map(|_| {
                let (store, login) = (database.store.clone(), login.clone());
                tokio::spawn(async move {
                    store
                        .transact(async |tx| {
                            Ok(Finish::Commit(tx.within(tenant).record_login(&login).await?))
                        })
                        .await
                })
            })
            .collect();
        let mut accepted = 0;
        for task in tasks {
            accepted += u32::from(bounded(task).await.unwrap().unwrap());
        }
        assert_eq!(accepted, 1);
    }
}

#[tokio::test]
async fn a_login_is_not_written_to_a_credential_that_may_not_log_in() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        for credential in home.more_credentials(&database.store).await {
            let login = LoginUpdate { credential_id: credential.id, ..home.login() };
            let raised = LoginUpdate { user_epoch: Epoch(1), ..login.clone() };
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
            let early = login.clone();
            let logging_in = tokio::spawn(async move {
                store
                    .transact(async |tx| Ok(Finish::Commit(tx.within(tenant).record_login(&early).await?)))
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
