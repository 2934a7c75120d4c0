//! SQLite: transactions that are committed together.

mod given_up;
mod member;
mod undone;

use keystead_store::{
    Error, Finish, Insert, Options, Store,
    tally::{self, Tally},
};
use sea_orm::ConnectionTrait;

use self::member::{Member, exists, in_line};
use crate::{
    database::{Database, bounded},
    fixture::{self, Household},
};

#[tokio::test]
async fn nobody_is_answered_before_the_commit() {
    for database in Database::on_sqlite().await {
        let store = &database.store;
        let [first, second, third] = [(); 3].map(|()| Member::new());
        let mut tasks = vec![first.commits(store).await, second.rolls_back(store).await];
        let last = third.commits(store).await;
        for member in [&first, &second] {
            member.is_inside().await;
            member.may_end();
        }
        third.is_inside().await;
        assert!(tasks.iter().all(|task| !task.is_finished()), "there was no COMMIT");
        if let Some(other) = database.connect_again(|_| {}).await {
            assert!(!exists(&other, &first.tenant).await);
        }
        third.may_end();
        tasks.push(last);
        for task in tasks {
            assert_eq!(bounded(task).await.unwrap().unwrap(), Insert::Done);
        }
        assert!(exists(store, &first.tenant).await);
        assert!(exists(store, &third.tenant).await);
    }
}

#[tokio::test]
async fn a_member_that_rolls_back_undoes_only_its_own_work() {
    for database in Database::on_sqlite().await {
        let store = &database.store;
        let members = [(); 5].map(|()| Member::new());
        let mut tasks = Vec::new();
        for (number, member) in members.iter().enumerate() {
            let rolls_back = [1, 2, 4].contains(&number);
            let task = if rolls_back { member.rolls_back(store).await } else { member.commits(store).await };
            tasks.push(task);
        }
        for member in &members {
            member.may_end();
        }
        for task in tasks {
            assert_eq!(bounded(task).await.unwrap().unwrap(), Insert::Done);
        }
        let mut stayed = Vec::new();
        for member in &members {
            stayed.push(exists(store, &member.tenant).await);
        }
        assert_eq!(stayed, [true, false, false, true, false]);
    }
}

#[tokio::test]
async fn a_first_member_that_rolls_back_is_answered_at_once_and_the_others_begin_anew() {
    for database in Database::on_sqlite().await {
        let store = &database.store;
        let [first, second] = [(); 2].map(|()| Member::new());
        let tasks = [first.rolls_back(store).await, second.commits(store).await];
        let [rolled_back, committed] = tasks;
        first.may_end();
        assert_eq!(bounded(rolled_back).await.unwrap().unwrap(), Insert::Done);
        second.is_inside().await;
        second.may_end();
        assert_eq!(bounded(committed).await.unwrap().unwrap(), Insert::Done);
        assert!(!exists(store, &first.tenant).await);
        assert!(exists(store, &second.tenant).await);
    }
}

#[tokio::test]
async fn a_member_sees_what_those_before_it_did() {
    for database in Database::on_sqlite().await {
        let store = &database.store;
        let first = Member::new();
        let again = Member::of(first.tenant.clone());
        let [done, duplicate] = [first.commits(store).await, again.commits(store).await];
        first.may_end();
        again.may_end();
        assert_eq!(bounded(done).await.unwrap().unwrap(), Insert::Done);
        assert_eq!(bounded(duplicate).await.unwrap().unwrap(), Insert::Duplicate);
    }
}

/// `ROLLBACK TO` fails where there is no savepoint.
async fn has_savepoint(tx: &keystead_store::Tx) -> bool {
    tx.execute_unprepared("ROLLBACK TO member").await.is_ok()
}

async fn savepoint_of_a_transaction(store: Store) -> (Result<bool, Error>, Tally) {
    tally::scope(store.transact(async |tx| Ok(Finish::Commit(has_savepoint(tx).await)))).await
}

#[tokio::test]
async fn a_lone_transaction_costs_no_savepoint_and_a_member_as_many_statements() {
    for database in Database::on_sqlite().await {
        let store = &database.store;
        let cost = Tally { statements: 3, commits: 1 };
        let (alone, spent) = savepoint_of_a_transaction(store.clone()).await;
        assert_eq!((alone.unwrap(), spent), (false, cost));

        let first = Member::new();
        let task = first.commits(store).await;
        let members = [
            in_line(savepoint_of_a_transaction(store.clone())).await,
            in_line(savepoint_of_a_transaction(store.clone())).await,
        ];
        first.may_end();
        for member in members {
            let (member, spent) = bounded(member).await.unwrap();
            assert_eq!((member.unwrap(), spent), (true, cost));
        }
        assert_eq!(bounded(task).await.unwrap().unwrap(), Insert::Done);
    }
}

#[tokio::test]
async fn a_group_is_as_large_as_the_options_say() {
    for database in Database::on_sqlite().await {
        for most_per_commit in 1..=3 {
            let change = |options: &mut Options| options.most_per_commit = most_per_commit;
            let Some(store) = database.connect_again(change).await else { continue };
            let members = [(); 4].map(|()| Member::new());
            let mut tasks = Vec::new();
            for member in &members {
                tasks.push(member.commits(&store).await);
            }
            let most = usize::try_from(most_per_commit).unwrap();
            for member in &members[..most] {
                member.is_inside().await;
                member.may_end();
            }
            for task in tasks.drain(..most) {
                assert_eq!(bounded(task).await.unwrap().unwrap(), Insert::Done);
            }
            for member in &members[most..] {
                assert!(!exists(&store, &member.tenant).await);
                member.may_end();
            }
            for task in tasks {
                assert_eq!(bounded(task).await.unwrap().unwrap(), Insert::Done);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_finishes_of_one_ceremony_at_once_one_succeeds() {
    for database in Database::on_sqlite().await {
        let home = Household::move_in(&database.store).await;
        let (tenant, ceremony) = (home.tenant.id, fixture::ceremony_id());
        let finishes: Vec<_> = (0..64)
            .map(|_| {
                let (store, login) = (database.store.clone(), home.login());
                let outcome = fixture::outcome(tenant, ceremony);
                tokio::spawn(async move {
                    store
                        .transact(async |tx| {
                            let within = tx.within(tenant);
                            assert!(within.record_login(&login).await?);
                            Ok(match within.insert_outcome(&outcome).await? {
                                Insert::Done => Finish::Commit(Insert::Done),
                                Insert::Duplicate => Finish::RollBack(Insert::Duplicate),
                            })
                        })
                        .await
                })
            })
            .collect();
        let mut done = 0;
        for finish in finishes {
            done += u32::from(bounded(finish).await.unwrap().unwrap() == Insert::Done);
        }
        assert_eq!(done, 1);
        let reader = database.store.reader();
        let credential = reader.within(tenant).find_credential(home.credential.id).await.unwrap().unwrap();
        assert_eq!(credential.use_count, 1);
    }
}
