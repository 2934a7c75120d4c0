//! Connections: too many requests at once, requests that are given up, a database that is away.

use std::{future::poll_fn, pin::pin, sync::Arc, task::Poll, time::Duration};

use keystead_domain::Tenant;
use keystead_store::{Error, Finish, Insert, Options, Store};
use tokio::{sync::Barrier, task::JoinHandle};

use crate::{
    database::{Database, bounded},
    fixture,
};

const POOL: u32 = 4;

/// How many transactions can run at once.
fn at_once(database: &Database) -> usize {
    match database.store.engine() {
        keystead_store::Engine::Sqlite => 1,
        keystead_store::Engine::MySql => POOL as usize,
    }
}

/// A store with few connections and little patience; in memory the database's own, for there is no other way in.
async fn small(database: &Database) -> Store {
    let change = |options: &mut Options| {
        options.max_connections = POOL;
        options.acquire_timeout = Duration::from_millis(300);
    };
    database.connect_again(change).await.unwrap_or_else(|| database.store.clone())
}

async fn insert(store: &Store, tenant: &Tenant) -> Result<Insert, Error> {
    store.transact(async |tx| Ok(Finish::Commit(tx.insert_tenant(tenant).await?))).await
}

/// Transactions that hold every connection until the barrier is met once more.
pub(crate) async fn hold_all(
    store: &Store,
    count: usize,
) -> (Arc<Barrier>, Vec<JoinHandle<Result<(), Error>>>) {
    let barrier = Arc::new(Barrier::new(count + 1));
    let holders = (0..count)
        .map(|_| {
            let (store, barrier) = (store.clone(), Arc::clone(&barrier));
            tokio::spawn(async move {
                store
                    .transact(async |_| {
                        barrier.wait().await;
                        barrier.wait().await;
                        Ok(Finish::RollBack(()))
                    })
                    .await
            })
        })
        .collect();
    bounded(barrier.wait()).await;
    (barrier, holders)
}

/// Every connection can be had at once, so that none is lost.
pub(crate) async fn assert_none_leaked(store: &Store, count: usize) {
    let (barrier, holders) = hold_all(store, count).await;
    barrier.wait().await;
    for holder in holders {
        bounded(holder).await.unwrap().unwrap();
    }
    bounded(store.ready()).await.unwrap();
    bounded(store.reader().instance()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn more_transactions_than_connections_are_all_answered() {
    for database in Database::on_every_engine().await {
        let store = small(&database).await;
        let count = at_once(&database);
        for times in [2, 20] {
            let tasks: Vec<_> = (0..times * POOL)
                .map(|_| {
                    let store = store.clone();
                    tokio::spawn(async move { insert(&store, &fixture::tenant()).await })
                })
                .collect();
            let mut done = 0;
            for task in tasks {
                match bounded(task).await.unwrap() {
                    Ok(inserted) => done += usize::from(inserted == Insert::Done),
                    Err(error) => assert!(matches!(error, Error::Unavailable(_)), "{error:?}"),
                }
            }
            assert!(done >= count, "{done} of {}", times * POOL);
            assert_none_leaked(&store, count).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn while_every_connection_is_held_others_are_turned_away_and_the_store_is_not_ready() {
    for database in Database::on_every_engine().await {
        let store = small(&database).await;
        let count = at_once(&database);
        let (barrier, holders) = hold_all(&store, count).await;
        let turned_away: Vec<_> = (0..2 * POOL)
            .map(|_| {
                let store = store.clone();
                tokio::spawn(async move { insert(&store, &fixture::tenant()).await })
            })
            .collect();
        for task in turned_away {
            let answer = bounded(task).await.unwrap();
            assert!(matches!(answer, Err(Error::Unavailable(_))), "{answer:?}");
        }
        let ready = bounded(store.ready()).await;
        assert!(matches!(ready, Err(Error::Unavailable(_))), "{ready:?}");
        barrier.wait().await;
        for holder in holders {
            bounded(holder).await.unwrap().unwrap();
        }
        assert_none_leaked(&store, count).await;
        assert_eq!(insert(&store, &fixture::tenant()).await.unwrap(), Insert::Done);
    }
}

/// Drops a future after so many polls, unless it was ready before.
pub(crate) async fn polled_at_most<F: Future>(most: usize, future: F) -> Option<F::Output> {
    let (mut future, mut polls) = (pin!(future), 0);
    poll_fn(|context| {
        if polls == most {
            return Poll::Ready(None);
        }
        polls += 1;
        match future.as_mut().poll(context) {
            Poll::Pending if polls == most => Poll::Ready(None),
            poll => poll.map(Some),
        }
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_transaction_that_is_given_up_anywhere_leaves_no_connection_behind() {
    for database in Database::on_every_engine().await {
        for polls in 0.. {
            // Fresh connections, for a statement's first time on a connection takes the driver more steps.
            let store = small(&database).await;
            let tenants = [fixture::tenant(), fixture::tenant()];
            let both = store.transact(async |tx| {
                for tenant in &tenants {
                    assert_eq!(tx.insert_tenant(tenant).await?, Insert::Done);
                }
                Ok(Finish::Commit(()))
            });
            let done = bounded(polled_at_most(polls, both)).await.map(Result::unwrap).is_some();
            assert_none_leaked(&store, at_once(&database)).await;
            let reader = store.reader();
            let first = reader.find_tenant(tenants[0].id).await.unwrap();
            let second = reader.find_tenant(tenants[1].id).await.unwrap();
            assert_eq!(first.is_some(), second.is_some(), "both or none, after {polls} polls");
            if done {
                assert!(first.is_some());
                break;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_read_that_is_given_up_anywhere_leaves_no_answer_for_the_next() {
    for database in Database::on_every_engine().await {
        let home = fixture::Household::move_in(&database.store).await;
        for polls in 0.. {
            let store = small(&database).await;
            let reader = store.reader();
            let read = reader.find_tenant(home.tenant.id);
            let done = bounded(polled_at_most(polls, read)).await.map(Result::unwrap);
            let instance = bounded(reader.instance()).await.unwrap();
            assert_eq!(instance, database.store.reader().instance().await.unwrap());
            assert_none_leaked(&store, at_once(&database)).await;
            if let Some(found) = done {
                assert_eq!(found.as_ref(), Some(&home.tenant));
                break;
            }
        }
    }
}

#[tokio::test]
async fn a_closure_that_panics_rolls_back_and_leaves_no_connection_behind() {
    for database in Database::on_every_engine().await {
        let store = small(&database).await;
        let tenant = fixture::tenant();
        let task = tokio::spawn({
            let (store, tenant) = (store.clone(), tenant.clone());
            async move {
                store
                    .transact(async |tx| {
                        assert_eq!(tx.insert_tenant(&tenant).await?, Insert::Done);
                        assert_ne!(tenant.created_at, fixture::NOW, "of purpose");
                        Ok(Finish::Commit(()))
                    })
                    .await
            }
        });
        assert!(bounded(task).await.is_err());
        assert_eq!(store.reader().find_tenant(tenant.id).await.unwrap(), None);
        assert_none_leaked(&store, at_once(&database)).await;
    }
}

#[tokio::test]
async fn a_server_that_is_away_is_unavailable_in_bounded_time() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let options = Options {
        acquire_timeout: Duration::from_millis(200),
        ..Options::new(format!("mysql://root@{nobody}/keystead"))
    };
    let error = bounded(Store::connect(&options)).await.unwrap_err();
    assert!(matches!(error, Error::Unavailable(_)), "{error:?}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_new_file_and_what_stands_beside_it_are_their_owners_alone() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};

    let directory = tempfile::tempdir().unwrap();
    std::fs::set_permissions(directory.path(), PermissionsExt::from_mode(0o755)).unwrap();
    let file = directory.path().join("key stead.db");
    let url = |mode: &str| format!("sqlite://{}/key%20stead.db?mode={mode}", directory.path().display());
    assert!(Store::connect(&Options::new(url("rw"))).await.is_err());
    assert!(!file.exists());
    let store = Store::connect(&Options::new(url("rwc"))).await.unwrap();
    store.migrate().await.unwrap();
    let mut made: Vec<_> = std::fs::read_dir(directory.path())
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), entry.metadata().unwrap().mode() & 0o777))
        .collect();
    made.sort_unstable();
    let expected = ["key stead.db", "key stead.db-shm", "key stead.db-wal"];
    assert_eq!(made, expected.map(|name| (name.to_owned(), 0o600)));
}

#[tokio::test]
async fn a_url_may_say_mariadb() {
    for database in Database::on_every_server().await {
        let change = |options: &mut Options| options.url = options.url.replace("mysql://", "mariadb://");
        database.connect_again(change).await.unwrap().ready().await.unwrap();
    }
}
