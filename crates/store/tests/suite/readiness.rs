//! Readiness, and the way back from a server that fell silent.

use std::time::Duration;

use keystead_store::{Error, Finish, Insert, Options, Store};

use crate::{
    connections::{assert_none_leaked, hold_all},
    database::{Database, bounded},
    fixture,
    proxy::Proxy,
};

const POOL: u32 = 4;
const PATIENCE: Duration = Duration::from_millis(200);

/// A store with few connections and little patience behind a proxy.
async fn behind_proxy(database: &Database) -> (Store, Proxy) {
    let proxy = Proxy::before(&database.options.url).await;
    let change = |options: &mut Options| {
        options.url.clone_from(&proxy.url);
        options.max_connections = POOL;
        options.acquire_timeout = PATIENCE;
    };
    (database.connect_again(change).await.unwrap(), proxy)
}

/// Opens every connection and loses its answers.
async fn use_up(store: &Store, proxy: &Proxy) {
    assert_none_leaked(store, POOL as usize).await;
    proxy.fall_silent();
    let tenant = fixture::tenant();
    for _ in 0..POOL {
        let read = tokio::time::timeout(PATIENCE, store.reader().instance()).await;
        assert!(!matches!(read, Ok(Ok(_))), "{read:?}");
        let write = store.transact(async |tx| Ok(Finish::Commit(tx.insert_tenant(&tenant).await?)));
        let write = tokio::time::timeout(PATIENCE, write).await;
        assert!(!matches!(write, Ok(Ok(_))), "{write:?}");
    }
}

async fn until_ready(store: &Store) {
    bounded(async { while store.ready().await.is_err() {} }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_store_whose_connections_are_never_answered_comes_back_with_others() {
    for database in Database::on_every_server().await {
        let (store, proxy) = behind_proxy(&database).await;
        // A second time too: the way back is not used up.
        for _ in 0..2 {
            use_up(&store, &proxy).await;
            // Longer than it takes to judge the connections: with no others to be had, all there is to do is to wait.
            for _ in 0..8 {
                let ready = bounded(store.ready()).await;
                assert!(matches!(ready, Err(Error::Unavailable(_))), "{ready:?}");
            }
            proxy.answer_new_connections();
            let clone = store.clone();
            until_ready(&store).await;
            assert_none_leaked(&store, POOL as usize).await;
            assert_none_leaked(&clone, POOL as usize).await;
            let tenant = fixture::tenant();
            let inserted =
                store.transact(async |tx| Ok(Finish::Commit(tx.insert_tenant(&tenant).await?))).await;
            assert_eq!(inserted.unwrap(), Insert::Done);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn connections_that_are_only_busy_keep_their_place() {
    for database in Database::on_every_server().await {
        let (store, proxy) = behind_proxy(&database).await;
        let (barrier, holders) = hold_all(&store, POOL as usize).await;
        assert!(bounded(store.ready()).await.is_err());
        barrier.wait().await;
        for holder in holders {
            bounded(holder).await.unwrap().unwrap();
        }
        until_ready(&store).await;
        assert_eq!(proxy.accepted(), POOL as usize);
    }
}

#[tokio::test]
async fn a_server_that_cannot_be_written_to_is_not_ready() {
    for database in Database::on_every_server().await {
        database.store.ready().await.unwrap();
        let proxy = Proxy::before(&database.options.url).await;
        proxy.pretend_read_only();
        let change = |options: &mut Options| options.url.clone_from(&proxy.url);
        let store = database.connect_again(change).await.unwrap();
        let error = store.ready().await.unwrap_err();
        let Error::Unavailable(error) = error else { panic!("{error:?}") };
        assert!(error.to_string().contains("read-only"), "{error}");
    }
}
