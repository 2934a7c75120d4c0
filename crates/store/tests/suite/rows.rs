//! Rows that this release never wrote.

use keystead_domain::Name;
use keystead_store::{Error, Finish, Options, Store};
use sea_orm::ConnectionTrait;

use crate::{database::Database, fixture::Household};

#[tokio::test]
async fn an_impossible_value_is_reported_with_its_place_and_without_the_value() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let within = async |sql: &str| {
            database
                .store
                .transact(async |tx| {
                    tx.execute_unprepared(sql).await?;
                    Ok(Finish::Commit(()))
                })
                .await
                .unwrap();
            let reader = database.store.reader();
            reader.within(home.tenant.id).find_for_login(&home.credential.webauthn_id).await.unwrap_err()
        };
        for (sql, expected_table, expected_column) in [
            ("UPDATE credential SET state = 77", "credential", "state"),
            ("UPDATE credential SET state = 1, algorithm = -8888", "credential", "algorithm"),
            ("UPDATE credential SET algorithm = -7, sign_count = -1", "credential", "sign_count"),
            ("UPDATE credential SET sign_count = 4294967296", "credential", "sign_count"),
            ("UPDATE credential SET sign_count = 1, transports = 'a,b'", "credential", "transports"),
        ] {
            let error = within(sql).await;
            let Error::Inconsistent { table, column, row } = &error else { panic!("{sql}: {error:?}") };
            assert_eq!((*table, *column), (expected_table, expected_column), "{sql}");
            let id = uuid::Uuid::from_bytes(*home.credential.id.as_bytes());
            assert_eq!(*row, id.to_string());
            assert!(!error.to_string().contains("77"), "{error}");
        }
    }
}

#[tokio::test]
async fn a_key_that_exists_where_none_was_expected_is_a_conflict() {
    for database in Database::on_every_engine().await {
        let event = crate::fixture::event(None, crate::fixture::NOW);
        let answer: Result<(), Error> = database
            .store
            .transact(async |tx| {
                tx.insert_event(&event).await?;
                tx.insert_event(&event).await?;
                Ok(Finish::Commit(()))
            })
            .await;
        assert!(matches!(answer, Err(Error::Conflict)));
    }
}

#[tokio::test]
async fn a_value_that_does_not_fit_is_an_error_and_not_cut() {
    for database in Database::on_every_server().await {
        let answer: Result<(), Error> = database
            .store
            .transact(async |tx| {
                let sql = format!("UPDATE instance SET restore_epoch = '{}'", "9".repeat(30));
                tx.execute_unprepared(&sql).await?;
                Ok(Finish::Commit(()))
            })
            .await;
        let Err(Error::Driver(error)) = answer else { panic!("{answer:?}") };
        assert!(error.to_string().contains("error 1264"), "{error}");
        assert!(!error.to_string().contains("restore_epoch"), "{error}");
    }
}

#[tokio::test]
async fn a_url_of_another_engine_is_refused_and_no_url_is_printed() {
    let options = Options::new("postgres://anna:secret@db/keystead");
    assert!(!format!("{options:?}").contains("secret"));
    let error = Store::connect(&options).await.unwrap_err();
    assert!(matches!(error, Error::Options(_)));
    assert!(!error.to_string().contains("secret"));
    let error = Store::connect(&Options::new("mysql://anna:secret@:99999/x")).await.unwrap_err();
    assert!(matches!(error, Error::Options(_)), "{error:?}");
    assert!(!error.to_string().contains("secret"));
}

#[tokio::test]
async fn an_older_schema_answers_with_an_error_that_names_what_is_missing() {
    for database in Database::unmigrated_on_every_engine().await {
        let error = database.store.reader().find_tenant_by_name(&Name::new("a").unwrap()).await.unwrap_err();
        let Error::Driver(error) = error else { panic!("{error:?}") };
        assert!(error.to_string().contains("tenant"), "{error}");
    }
}
