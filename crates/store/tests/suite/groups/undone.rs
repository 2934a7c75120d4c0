//! Groups whose COMMIT fails, or that never get so far.

use keystead_store::{Error, Finish, Insert, Store};
use sea_orm::{ConnectionTrait, DbErr, Statement};

use super::member::{Member, exists, in_line};
use crate::database::{Database, bounded};

/// SQLite refuses to commit this, and lets it be written.
const NOT_TO_BE_COMMITTED: &str = "
    CREATE TABLE parent (id INTEGER PRIMARY KEY);
    CREATE TABLE child (parent_id INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED);
    INSERT INTO child VALUES (1);";

async fn break_the_commit(store: Store) -> Result<(), Error> {
    store
        .transact(async |tx| {
            tx.execute_unprepared(NOT_TO_BE_COMMITTED).await?;
            Ok(Finish::Commit(()))
        })
        .await
}

async fn fail_over_a_row(store: Store) -> Result<(), Error> {
    store.transact(async |_| Err(Error::Conflict)).await
}

#[tokio::test]
async fn a_failed_commit_fails_every_member() {
    for database in Database::on_sqlite().await {
        let store = &database.store;
        let first = Member::new();
        let again = Member::of(first.tenant.clone());
        // What the second sees is never true, so it must not be told.
        let tasks = [first.commits(store).await, again.rolls_back(store).await];
        let failing = in_line(fail_over_a_row(store.clone())).await;
        let breaking = in_line(break_the_commit(store.clone())).await;
        for member in [&first, &again] {
            member.may_end();
        }
        for task in tasks {
            let answer = bounded(task).await.unwrap();
            assert!(matches!(answer, Err(Error::Driver(_))), "{answer:?}");
        }
        for task in [failing, breaking] {
            let answer = bounded(task).await.unwrap();
            assert!(matches!(answer, Err(Error::Driver(_))), "{answer:?}");
        }
        assert!(!exists(store, &first.tenant).await);
        let after = Member::of(first.tenant.clone());
        let task = after.commits(store).await;
        after.may_end();
        assert_eq!(bounded(task).await.unwrap().unwrap(), Insert::Done);
    }
}

async fn make_room_for_filling(store: &Store) {
    store
        .transact(async |tx| {
            tx.execute_unprepared("CREATE TABLE filling (bytes BLOB)").await?;
            Ok(Finish::Commit(()))
        })
        .await
        .unwrap();
}

/// Writes more than there is room for: SQLite rolls back whatever the transaction did.
async fn overfill(store: Store) -> Result<(), Error> {
    store
        .transact(async |tx| {
            let pages = Statement::from_string(tx.get_database_backend(), "PRAGMA page_count");
            let pages = tx.query_one_raw(pages).await?.map(|row| row.try_get_by_index::<i64>(0));
            let pages = pages.ok_or_else(|| DbErr::Custom("no page count".to_owned()))??;
            tx.execute_unprepared(&format!("PRAGMA max_page_count = {pages}")).await?;
            tx.execute_unprepared("INSERT INTO filling VALUES (zeroblob(100000))").await?;
            Ok(Finish::Commit(()))
        })
        .await
}

/// Not in memory, where there is but the one connection.
#[tokio::test]
async fn a_full_disk_undoes_the_group_whose_others_run_again() {
    for database in Database::on_sqlite().await {
        if database.is_in_memory() {
            continue;
        }
        let store = &database.store;
        make_room_for_filling(store).await;
        let first = Member::new();
        let task = first.commits(store).await;
        let full = in_line(overfill(store.clone())).await;
        first.may_end();
        let answer = bounded(full).await.unwrap();
        assert!(matches!(answer, Err(Error::Unavailable(_))), "{answer:?}");
        assert_eq!(bounded(task).await.unwrap().unwrap(), Insert::Done);
        assert_eq!(first.runs(), 2);
        assert!(exists(store, &first.tenant).await);
    }
}

/// The driver goes on counting the transaction as open, would begin the next one inside it, and commit nothing any more.
#[tokio::test]
async fn a_connection_whose_transaction_was_lost_is_not_used_again() {
    for database in Database::on_sqlite().await {
        let store = &database.store;
        let Some(other) = database.connect_again(|_| {}).await else { continue };
        make_room_for_filling(store).await;
        let answer = overfill(store.clone()).await;
        assert!(matches!(answer, Err(Error::Unavailable(_))), "{answer:?}");
        let [rolled_back, committed] = [(); 2].map(|()| Member::new());
        for task in [rolled_back.rolls_back(store).await, committed.commits(store).await] {
            rolled_back.may_end();
            committed.may_end();
            assert_eq!(bounded(task).await.unwrap().unwrap(), Insert::Done);
        }
        assert!(!exists(&other, &rolled_back.tenant).await);
        assert!(exists(&other, &committed.tenant).await);
    }
}
