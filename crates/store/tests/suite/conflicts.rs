//! Transactions in each other's way.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use keystead_domain::{DisplayName, TenantId, UserId, UserRef};
use keystead_store::{Error, Finish, Insert, Store};
use sea_orm::ConnectionTrait;
use tokio::sync::Barrier;

use crate::{
    database::{Database, bounded},
    fixture::{self, Household},
};

/// Two users of one tenant.
async fn two_users(store: &Store) -> (TenantId, [UserId; 2]) {
    let home = Household::move_in(store).await;
    let other = fixture::user();
    store
        .transact(async |tx| {
            assert_eq!(tx.within(home.tenant.id).insert_user(&other).await?, Insert::Done);
            Ok(Finish::Commit(()))
        })
        .await
        .unwrap();
    (home.tenant.id, [home.user.id, other.id])
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_transactions_in_a_deadlock_one_runs_again_and_both_are_done() {
    for database in Database::on_every_server().await {
        let (tenant, users) = two_users(&database.store).await;
        let runs = Arc::new(AtomicU32::new(0));
        let meeting = Arc::new(Barrier::new(2));
        let tasks = [[users[0], users[1]], [users[1], users[0]]].map(|[first, second]| {
            let (store, runs, meeting) = (database.store.clone(), Arc::clone(&runs), Arc::clone(&meeting));
            tokio::spawn(async move {
                store
                    .transact(async |tx| {
                        let within = tx.within(tenant);
                        within.raise_epoch(first).await?;
                        // Both hold a row now, and each wants the other's.
                        if runs.fetch_add(1, Ordering::Relaxed) < 2 {
                            meeting.wait().await;
                        }
                        within.raise_epoch(second).await?;
                        Ok(Finish::Commit(()))
                    })
                    .await
            })
        });
        for task in tasks {
            bounded(task).await.unwrap().unwrap();
        }
        assert_eq!(runs.load(Ordering::Relaxed), 3);
        for user in users {
            let reader = database.store.reader();
            let user = reader.within(tenant).find_user(&UserRef::Id(user)).await.unwrap().unwrap();
            assert_eq!(user.epoch.0, 2, "each transaction once");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_that_is_held_too_long_is_busy() {
    for database in Database::on_every_server().await {
        let (tenant, [user, _]) = two_users(&database.store).await;
        let (held, release) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
        let holder = {
            let (store, held, release) = (database.store.clone(), Arc::clone(&held), Arc::clone(&release));
            tokio::spawn(async move {
                store
                    .transact(async |tx| {
                        tx.within(tenant).raise_epoch(user).await?;
                        held.wait().await;
                        release.wait().await;
                        Ok(Finish::RollBack(()))
                    })
                    .await
            })
        };
        held.wait().await;
        let runs = AtomicU32::new(0);
        let name = DisplayName::new("Anna").unwrap();
        let renamed = bounded(database.store.transact(async |tx| {
            match runs.fetch_add(1, Ordering::Relaxed) {
                0 => {
                    tx.execute_unprepared("SET innodb_lock_wait_timeout = 1").await?;
                }
                1 => {
                    release.wait().await;
                }
                _ => {}
            }
            Ok(Finish::Commit(tx.within(tenant).set_display_name(user, &name).await?))
        }))
        .await;
        assert!(renamed.unwrap());
        assert_eq!(runs.into_inner(), 2);
        bounded(holder).await.unwrap().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_sees_what_was_committed_before_it() {
    for database in Database::on_every_server().await {
        let tenant = fixture::tenant();
        let seen = bounded(database.store.transact(async |tx| {
            let before = tx.find_tenant(tenant.id).await?;
            let (store, meanwhile) = (database.store.clone(), tenant.clone());
            let elsewhere = tokio::spawn(async move {
                store.transact(async |tx| Ok(Finish::Commit(tx.insert_tenant(&meanwhile).await?))).await
            });
            assert_eq!(bounded(elsewhere).await.unwrap()?, Insert::Done);
            Ok(Finish::RollBack([before, tx.find_tenant(tenant.id).await?]))
        }))
        .await;
        assert_eq!(seen.unwrap(), [None, Some(tenant)]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_process_that_writes_the_same_file_is_waited_for_and_then_busy() {
    for database in Database::on_every_engine().await {
        let short =
            |options: &mut keystead_store::Options| options.acquire_timeout = Duration::from_millis(20);
        let Some(impatient) = database.connect_again(short).await else { continue };
        if database.store.engine() != keystead_store::Engine::Sqlite {
            continue;
        }
        let tenant = fixture::tenant();
        database
            .store
            .transact(async |tx| {
                assert_eq!(tx.insert_tenant(&tenant).await?, Insert::Done);
                let elsewhere = tokio::spawn({
                    let impatient = impatient.clone();
                    async move { impatient.transact(async |_| Ok(Finish::Commit(()))).await }
                });
                assert!(matches!(bounded(elsewhere).await.unwrap(), Err(Error::Busy)));
                Ok(Finish::Commit(()))
            })
            .await
            .unwrap();
        let seen = impatient.reader().find_tenant(tenant.id).await.unwrap();
        assert_eq!(seen, Some(tenant));
        impatient.transact(async |_| Ok(Finish::Commit(()))).await.unwrap();
    }
}
