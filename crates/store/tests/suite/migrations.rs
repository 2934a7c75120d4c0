//! Migrating: many at once, half done, further than this release knows.

use std::process::{Child, Command, Stdio};

use keystead_store::{Error, Finish, Options, Store};
use sea_orm::ConnectionTrait;

use crate::{
    database::{Database, bounded},
    fixture,
};

/// Where the test binary, started again, finds the database it shall migrate.
const URL: &str = "KEYSTEAD_TEST_MIGRATE_URL";

async fn run(store: &Store, sql: &str) {
    let ran = store.transact(async |tx| {
        tx.execute_unprepared(sql).await?;
        Ok(Finish::Commit(()))
    });
    let () = ran.await.unwrap();
}

#[tokio::test]
async fn pending_steps_are_counted_without_writing() {
    for database in Database::unmigrated_on_every_engine().await {
        let store = &database.store;
        let all = store.pending_migrations().await.unwrap();
        assert!(all >= 12);
        assert_eq!(store.pending_migrations().await.unwrap(), all);
        let reader = store.reader();
        assert!(reader.execute_unprepared("SELECT 1 FROM seaql_migrations").await.is_err(), "made by asking");
        assert_eq!(store.migrate().await.unwrap(), all);
        assert_eq!(store.pending_migrations().await.unwrap(), 0);
        assert_eq!(store.migrate().await.unwrap(), 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tasks_that_migrate_at_once_all_succeed() {
    for database in Database::unmigrated_on_every_engine().await {
        let all = database.store.pending_migrations().await.unwrap();
        let mut tasks = Vec::new();
        for _ in 0..6 {
            let again = database.connect_again(|_| {}).await;
            let store = again.unwrap_or_else(|| database.store.clone());
            tasks.push(tokio::spawn(async move { store.migrate().await }));
        }
        let mut steps = 0;
        for task in tasks {
            steps += bounded(task).await.unwrap().unwrap();
        }
        assert_eq!(steps, all, "each step once");
        assert_eq!(database.store.pending_migrations().await.unwrap(), 0);
    }
}

#[tokio::test]
async fn processes_that_start_at_once_all_migrate_or_find_it_done() {
    for database in Database::unmigrated_on_every_engine().await {
        if database.is_in_memory() {
            continue;
        }
        // A file that nobody has made yet: making it is part of the race.
        let url = database.options.url.replace("keystead.db", "new.db");
        let children: Vec<Child> = (0..6)
            .map(|_| {
                Command::new(std::env::current_exe().unwrap())
                    .args(["--exact", "migrations::a_process_started_for_it_migrates"])
                    .env(URL, &url)
                    .stdout(Stdio::piped())
                    .stderr(Stdio::piped())
                    .spawn()
                    .unwrap()
            })
            .collect();
        for child in children {
            let output = child.wait_with_output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        }
        let store = Store::connect(&Options::new(url)).await.unwrap();
        assert_eq!(store.pending_migrations().await.unwrap(), 0);
        store.reader().instance().await.unwrap();
    }
}

/// Does nothing unless [`processes_that_start_at_once_all_migrate_or_find_it_done`] started it.
#[tokio::test]
async fn a_process_started_for_it_migrates() {
    let Ok(url) = std::env::var(URL) else { return };
    let store = Store::connect(&Options::new(url)).await.unwrap();
    store.migrate().await.unwrap();
    assert_eq!(store.pending_migrations().await.unwrap(), 0);
}

#[tokio::test]
async fn a_step_that_was_not_taken_is_taken_later() {
    for database in Database::on_every_engine().await {
        let store = &database.store;
        run(store, "DROP TABLE request").await;
        run(store, "DELETE FROM seaql_migrations WHERE version = 'm0012_request'").await;
        assert_eq!(store.pending_migrations().await.unwrap(), 1);
        assert_eq!(store.migrate().await.unwrap(), 1);
        let request = store.reader().find_request(fixture::caller(None).id, "X", &[0; 32]).await;
        assert_eq!(request.unwrap(), None);
    }
}

#[tokio::test]
async fn steps_that_were_taken_and_not_recorded_keep_what_is_there() {
    for database in Database::on_every_engine().await {
        let home = fixture::Household::move_in(&database.store).await;
        let store = &database.store;
        let before = store.reader().instance().await.unwrap();
        run(store, "DELETE FROM seaql_migrations WHERE version <> 'm0005_api_key'").await;
        let pending = store.pending_migrations().await.unwrap();
        assert_eq!(store.migrate().await.unwrap(), pending);
        assert_eq!(store.reader().instance().await.unwrap(), before);
        let kept = store.reader().within(home.tenant.id).find_credential(home.credential.id).await.unwrap();
        assert_eq!(kept, Some(home.credential));
    }
}

#[tokio::test]
async fn a_schema_of_a_newer_release_is_left_as_it_is() {
    for database in Database::on_every_engine().await {
        let store = &database.store;
        run(store, "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_later', 0)").await;
        assert_eq!(store.pending_migrations().await.unwrap(), 0);
        assert_eq!(store.migrate().await.unwrap(), 0);
    }
}

#[tokio::test]
async fn readers_of_a_file_cannot_write() {
    for database in Database::on_every_engine().await {
        if database.is_in_memory() || database.store.engine() != keystead_store::Engine::Sqlite {
            continue;
        }
        let written = database.store.reader().execute_unprepared("DELETE FROM instance").await;
        let error = Error::from(written.unwrap_err());
        assert!(matches!(error, Error::Driver(_)), "{error:?}");
        database.store.reader().instance().await.unwrap();
    }
}
