//! Members that are given up, or never end.

use std::time::Duration;

use keystead_store::{Error, Finish, Insert, Options, Store};

use super::member::{Member, exists, in_line};
use crate::{
    connections::{assert_none_leaked, polled_at_most},
    database::{Database, bounded},
    fixture,
};

#[tokio::test]
async fn a_dropped_member_leaves_the_group_intact() {
    for database in Database::on_sqlite().await {
        let store = &database.store;
        for dropped in 0..3 {
            let members = [(); 3].map(|()| Member::new());
            let mut tasks = Vec::new();
            for member in &members {
                tasks.push(member.commits(store).await);
            }
            for (number, member) in members.iter().enumerate() {
                member.is_inside().await;
                if number == dropped {
                    tasks[number].abort();
                } else {
                    member.may_end();
                }
            }
            for (number, task) in tasks.into_iter().enumerate() {
                match bounded(task).await {
                    Ok(answer) => assert_eq!(answer.unwrap(), Insert::Done),
                    Err(_) => assert_eq!(number, dropped),
                }
            }
            assert_none_leaked(store, 1).await;
            for (number, member) in members.iter().enumerate() {
                assert_eq!(exists(store, &member.tenant).await, number != dropped, "{number} of {dropped}");
            }
        }
    }
}

#[tokio::test]
async fn who_is_given_up_while_it_waits_for_the_commit_is_committed() {
    for database in Database::on_sqlite().await {
        let store = &database.store;
        let [first, second] = [(); 2].map(|()| Member::new());
        let [given_up, task] = [first.commits(store).await, second.commits(store).await];
        first.may_end();
        second.is_inside().await;
        given_up.abort();
        second.may_end();
        assert_eq!(bounded(task).await.unwrap().unwrap(), Insert::Done);
        assert!(bounded(given_up).await.is_err());
        assert!(exists(store, &first.tenant).await);
    }
}

async fn insert_two(store: &Store, tenants: &[keystead_domain::Tenant; 2]) -> Result<(), Error> {
    store
        .transact(async |tx| {
            for tenant in tenants {
                assert_eq!(tx.insert_tenant(tenant).await?, Insert::Done);
            }
            Ok(Finish::Commit(()))
        })
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_member_that_is_given_up_anywhere_leaves_all_or_nothing_and_the_others_their_work() {
    for database in Database::on_sqlite().await {
        for before in [true, false] {
            for polls in 1.. {
                let store = database.connect_again(|_| {}).await.unwrap_or_else(|| database.store.clone());
                let members = [(); 2].map(|()| Member::new());
                let tenants = [fixture::tenant(), fixture::tenant()];
                let given_up = {
                    let (store, tenants) = (store.clone(), tenants.clone());
                    async move { polled_at_most(polls, insert_two(&store, &tenants)).await.map(Result::unwrap) }
                };
                let mut tasks = Vec::new();
                if before {
                    tasks.push(members[0].commits(&store).await);
                }
                let given_up = tokio::spawn(given_up);
                tasks.push(members[1].commits(&store).await);
                for member in &members {
                    member.may_end();
                }
                for task in tasks {
                    assert_eq!(bounded(task).await.unwrap().unwrap(), Insert::Done);
                }
                let done = bounded(given_up).await.unwrap().is_some();
                assert_none_leaked(&store, 1).await;
                assert_eq!(exists(&store, &members[0].tenant).await, before);
                assert!(exists(&store, &members[1].tenant).await);
                let [first, second] = &tenants;
                let stayed = exists(&store, first).await;
                assert_eq!(stayed, exists(&store, second).await, "both or none, after {polls} polls");
                if done {
                    assert!(stayed);
                    break;
                }
            }
        }
    }
}

#[tokio::test]
async fn a_member_that_abandons_a_statement_is_undone_and_nobody_else() {
    for database in Database::on_sqlite().await {
        let store = &database.store;
        let members = [(); 2].map(|()| Member::new());
        let tenant = fixture::tenant();
        let first = members[0].commits(store).await;
        let abandoning = in_line({
            let (store, tenant) = (store.clone(), tenant.clone());
            async move {
                store
                    .transact(async |tx| {
                        assert_eq!(tx.insert_tenant(&tenant).await?, Insert::Done);
                        while polled_at_most(1, tx.insert_tenant(&fixture::tenant())).await.is_some() {}
                        Ok(Finish::Commit(()))
                    })
                    .await
            }
        })
        .await;
        let last = members[1].commits(store).await;
        for member in &members {
            member.may_end();
        }
        let answer = bounded(abandoning).await.unwrap();
        assert!(matches!(answer, Err(Error::Driver(_))), "{answer:?}");
        for task in [first, last] {
            assert_eq!(bounded(task).await.unwrap().unwrap(), Insert::Done);
        }
        assert!(!exists(store, &tenant).await);
        assert!(exists(store, &members[0].tenant).await);
        assert!(exists(store, &members[1].tenant).await);
    }
}

#[tokio::test]
async fn while_a_member_does_not_end_those_in_the_line_are_turned_away() {
    for database in Database::on_sqlite().await {
        let impatient = |options: &mut Options| options.acquire_timeout = Duration::from_millis(100);
        let store = database.connect_again(impatient).await.unwrap_or_else(|| database.store.clone());
        let [first, hanging, waiting] = [(); 3].map(|()| Member::new());
        let tasks = [first.commits(&store).await, hanging.commits(&store).await];
        first.may_end();
        hanging.is_inside().await;
        let answer = bounded(waiting.commits(&store).await).await.unwrap();
        assert!(matches!(answer, Err(Error::Unavailable(_))), "{answer:?}");
        hanging.may_end();
        for task in tasks {
            assert_eq!(bounded(task).await.unwrap().unwrap(), Insert::Done);
        }
        assert!(!exists(&store, &waiting.tenant).await);
    }
}
