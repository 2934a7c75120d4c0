//! A connection that is lost during COMMIT: the retry finds out by its own traces.

use std::sync::atomic::{AtomicU32, Ordering};

use keystead_domain::{CeremonyOutcome, TenantId};
use keystead_store::{Error, Finish, Insert, Options, Store, Tx};
use sea_orm::{ConnectionTrait, Statement};
use sqlx::Executor;

use crate::{
    database::{Database, bounded},
    fixture,
    proxy::Proxy,
};

#[derive(Debug, PartialEq)]
enum Finished {
    Now,
    ByAnAttemptOfOurs,
}

/// What every finishing transaction does: its own attempt is its own outcome.
async fn finish(tx: &Tx, tenant: TenantId, outcome: &CeremonyOutcome) -> Result<Finish<Finished>, Error> {
    let within = tx.within(tenant);
    if within.insert_outcome(outcome).await? == Insert::Done {
        return Ok(Finish::Commit(Finished::Now));
    }
    let stored = within.find_outcome(outcome.ceremony_id).await?.unwrap();
    assert_eq!(stored.attempt_id, outcome.attempt_id);
    Ok(Finish::RollBack(Finished::ByAnAttemptOfOurs))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_never_arrived_is_made_by_the_retry() {
    for database in Database::on_every_server().await {
        let tenant = fixture::tenant().id;
        let outcome = fixture::outcome(tenant, fixture::ceremony_id());
        let runs = AtomicU32::new(0);
        let finished = bounded(database.store.transact(async |tx| {
            let finished = finish(tx, tenant, &outcome).await?;
            if runs.fetch_add(1, Ordering::Relaxed) == 0 {
                kill_connection_of(tx, &database).await;
            }
            Ok(finished)
        }))
        .await;
        assert_eq!(finished.unwrap(), Finished::Now);
        assert_eq!(runs.into_inner(), 2);
        let stored = database.store.reader().within(tenant).find_outcome(outcome.ceremony_id).await.unwrap();
        assert_eq!(stored, Some(outcome));
    }
}

async fn kill_connection_of(tx: &Tx, database: &Database) {
    let id = Statement::from_string(tx.get_database_backend(), "SELECT CAST(CONNECTION_ID() AS SIGNED)");
    let id: i64 = tx.query_one_raw(id).await.unwrap().unwrap().try_get_by_index(0).unwrap();
    let mut administrator = database.administrator().await;
    administrator.execute(sqlx::AssertSqlSafe(format!("KILL {id}"))).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_whose_answer_was_lost_is_recognised_by_the_retry() {
    for database in Database::on_every_server().await {
        let proxy = Proxy::before(&database.options.url).await;
        let options = Options { url: proxy.url.clone(), ..database.options.clone() };
        let store = Store::connect(&options).await.unwrap();
        let tenant = fixture::tenant().id;
        let outcome = fixture::outcome(tenant, fixture::ceremony_id());
        let runs = AtomicU32::new(0);
        proxy.lose_the_next_commits_answer();
        let finished = bounded(store.transact(async |tx| {
            runs.fetch_add(1, Ordering::Relaxed);
            finish(tx, tenant, &outcome).await
        }))
        .await;
        assert!(proxy.has_lost_an_answer());
        assert_eq!(finished.unwrap(), Finished::ByAnAttemptOfOurs);
        assert_eq!(runs.into_inner(), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_died_while_idle_are_replaced_by_the_next_transactions() {
    for database in Database::on_every_server().await {
        let store = &database.store;
        // As many connections as there can be, all idle.
        let gathering = std::sync::Arc::new(tokio::sync::Barrier::new(16));
        let tasks: Vec<_> = (0..16)
            .map(|_| {
                let (store, gathering) = (store.clone(), std::sync::Arc::clone(&gathering));
                tokio::spawn(async move {
                    store
                        .transact(async |_| {
                            gathering.wait().await;
                            Ok(Finish::Commit(()))
                        })
                        .await
                })
            })
            .collect();
        for task in tasks {
            bounded(task).await.unwrap().unwrap();
        }
        let mut administrator = database.administrator().await;
        let mine: (i64,) = sqlx::query_as("SELECT CAST(CONNECTION_ID() AS SIGNED)")
            .fetch_one(&mut administrator)
            .await
            .unwrap();
        let others: Vec<(i64,)> = sqlx::query_as(
            "SELECT CAST(id AS SIGNED) FROM information_schema.processlist WHERE db = DATABASE() AND id <> ?",
        )
        .bind(mine.0)
        .fetch_all(&mut administrator)
        .await
        .unwrap();
        assert_eq!(others.len(), 16);
        for (id,) in others {
            administrator.execute(sqlx::AssertSqlSafe(format!("KILL {id}"))).await.unwrap();
        }
        let tenant = fixture::tenant();
        let inserted =
            bounded(store.transact(async |tx| Ok(Finish::Commit(tx.insert_tenant(&tenant).await?)))).await;
        assert_eq!(inserted.unwrap(), Insert::Done);
    }
}
