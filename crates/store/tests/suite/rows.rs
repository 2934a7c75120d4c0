//! Rows that this release never wrote: impossible ones, and those of a later release.

use keystead_domain::{AttestationTrust, Event, Name, Reason, Verdict};
use keystead_store::{Error, EventFilter, Finish, Insert, Options, Page, Store};
use sea_orm::ConnectionTrait;

use crate::{
    database::Database,
    fixture::{self, Household, NOW},
};

#[tokio::test]
async fn an_impossible_value_is_reported_with_its_place_and_without_the_value() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let within = async |sql: &str| {
            write(&database, sql).await;
            let reader = database.store.reader();
            reader.within(home.tenant.id).find_anywhere(&home.credential.webauthn_id).await.unwrap_err()
        };
        for (sql, expected_table, expected_column) in [
            ("UPDATE credential SET state = 77", "credential", "state"),
            ("UPDATE credential SET state = 1, algorithm = -8888", "credential", "algorithm"),
            ("UPDATE credential SET algorithm = -7, sign_count = -1", "credential", "sign_count"),
            ("UPDATE credential SET sign_count = 4294967296", "credential", "sign_count"),
            ("UPDATE credential SET sign_count = 1, transports = 'a,b'", "credential", "transports"),
            ("UPDATE credential SET transports = '', source = 77", "credential", "source"),
            ("UPDATE credential SET source = NULL, profile = ''", "credential", "profile"),
            ("UPDATE credential SET profile = NULL, use_count = -1", "credential", "use_count"),
            (
                "UPDATE credential SET use_count = 0, last_used_attachment = 77",
                "credential",
                "last_used_attachment",
            ),
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
async fn what_a_login_joins_to_a_credential_is_reported_at_its_own_place() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        write(&database, "UPDATE user SET lifecycle = 77").await;
        let reader = database.store.reader();
        let within = reader.within(home.tenant.id);
        let error = within.find_anywhere(&home.credential.webauthn_id).await.unwrap_err();
        let Error::Inconsistent { table: "user", column: "lifecycle", row } = &error else {
            panic!("{error:?}")
        };
        assert_eq!(*row, uuid::Uuid::from_bytes(*home.user.id.as_bytes()).to_string());
    }
}

async fn write(database: &Database, sql: &str) {
    let write = database.store.transact(async |tx| {
        tx.execute_unprepared(sql).await?;
        Ok(Finish::Commit(()))
    });
    write.await.unwrap();
}

#[tokio::test]
async fn events_of_unknown_kinds_are_left_out_and_unknown_reasons_too() {
    for database in Database::on_every_engine().await {
        let tenant = Some(fixture::tenant().id);
        let mut known: Vec<Event> =
            (0..6).map(|second| fixture::event(tenant, NOW.plus(fixture::seconds(second)))).collect();
        let append = database.store.transact(async |tx| {
            for event in &known {
                tx.insert_event(event).await?;
            }
            Ok(Finish::Commit(()))
        });
        append.await.unwrap();
        for later in [1, 2, 4] {
            let at = known[later].at.micros();
            write(&database, &format!("UPDATE event SET kind = 'later.kind' WHERE occurred_at = {at}")).await;
        }
        write(&database, "UPDATE event SET reasons = 'WRONG_RP LATER_REASON'").await;
        known =
            [5, 3, 0].map(|kept| Event { reasons: vec![Reason::WrongRp], ..known[kept].clone() }).to_vec();
        for size in 1..5 {
            let (page, all) = (Page { after: None, size }, EventFilter::default());
            let listed = database.store.reader().list_events(tenant, &all, page).await.unwrap();
            assert_eq!(listed, known[..known.len().min(size as usize)], "{size}");
        }
    }
}

#[tokio::test]
async fn what_a_later_release_wrote_of_a_login_can_be_read() {
    for database in Database::on_every_engine().await {
        let home = Household::move_in(&database.store).await;
        let outcome = fixture::outcome(home.tenant.id, fixture::ceremony_id());
        let insert = database.store.transact(async |tx| {
            assert_eq!(tx.within(home.tenant.id).insert_outcome(&outcome).await?, Insert::Done);
            Ok(Finish::Commit(()))
        });
        insert.await.unwrap();
        write(&database, "UPDATE ceremony_outcome SET refusal = 9999").await;
        let reader = database.store.reader();
        let within = reader.within(home.tenant.id);
        let found = within.find_outcome(outcome.ceremony_id).await.unwrap().unwrap();
        assert_eq!(found.verdict, Verdict::Refused(Reason::CeremonyConsumed));
        for (number, expected) in [(5, AttestationTrust::Failed), (99, AttestationTrust::Unverified)] {
            write(&database, &format!("UPDATE credential SET attestation_trust = {number}")).await;
            let rows = within.find_anywhere(&home.credential.webauthn_id).await.unwrap();
            assert_eq!(rows[0].credential.attestation.trust, expected);
        }
    }
}

#[tokio::test]
async fn a_key_that_exists_where_none_was_expected_is_a_conflict() {
    for database in Database::on_every_engine().await {
        let event = fixture::event(None, NOW);
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
