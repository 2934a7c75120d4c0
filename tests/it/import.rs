//! Credentials taken over from other servers, and given away again.

mod export;
mod foreign;
mod refusals;

use keystead_authenticator::Settings;
use keystead_domain::{Aaguid, CredentialSource, CredentialState, Epoch, EventKind, Reason};
use keystead_service::{
    Batch, Call, Error, ImportFormat, ImportOptions, ImportRecord, ImportRow, UnknownUserVerification,
    tally::{self, Tally},
};
use keystead_tests::database::on_every_engine;
use serde_json::Value;

use self::foreign::Foreign;
use crate::world::{World, by_external_id, reason};

/// Rows as an import takes them, numbered from `first`.
fn rows<'r>(first: i64, format: ImportFormat, rows: impl IntoIterator<Item = &'r Value>) -> Vec<ImportRow> {
    let read = |row: &Value| ImportRecord::from_json(format, &row.to_string());
    (first..).zip(rows).map(|(number, row)| ImportRow { number, record: read(row) }).collect()
}

/// Imports rows in the form that Keystead exports.
async fn import<'r>(
    world: &World,
    options: ImportOptions,
    given: impl IntoIterator<Item = &'r Value>,
) -> Result<Batch, Error> {
    let mut import = world.service.begin_import(&world.call, options).await?;
    import.take(&world.call, rows(1, ImportFormat::Keystead, given)).await
}

fn counts(batch: &Batch) -> (u64, u64, u64) {
    (batch.imported, batch.already_present, batch.refused)
}

#[tokio::test]
async fn keys_of_every_other_server_log_in_by_name_and_without() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        // From the shortest handle to the longest; Hanko's is its own id of the user.
        let hanko = [0x5a; 16];
        let hanko_id = Aaguid(hanko).to_string();
        for (n, format, name, handle) in [
            (1, ImportFormat::Keystead, "anna", &b"a"[..]),
            (2, ImportFormat::SimpleWebauthn, "bert", &[7; 36]),
            (3, ImportFormat::GoWebauthn, "carl", &[8; 64]),
            (4, ImportFormat::Hanko, hanko_id.as_str(), &hanko),
        ] {
            let mut foreign = Foreign::passkey(n, name, handle);
            let options = ImportOptions {
                unknown_user_verification: UnknownUserVerification::Verified,
                ..ImportOptions::default()
            };
            let mut import = world.service.begin_import(&world.call, options).await.expect("begun");
            let row = foreign.row(format);
            let batch = import.take(&world.call, rows(1, format, [&row])).await.expect("taken");
            assert_eq!(counts(&batch), (1, 0, 0), "{:?}", batch.refused_rows);
            for login in [None, Some(name)] {
                let login = world.log_in(login, &mut foreign.device).await.expect("logged in").value;
                assert_eq!(login.user.external_id.as_str(), name);
                let credential = login.credential.credential;
                assert_eq!(credential.source, CredentialSource::Import);
                assert_eq!(credential.public_key, foreign.public_key());
            }
        }
    })
    .await;
}

#[tokio::test]
async fn an_imported_key_is_one_of_its_owners_and_its_handle_stays() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let mut foreign = Foreign::passkey(1, "anna", b"a");
        let row = foreign.row(ImportFormat::Keystead);
        let batch = import(&world, ImportOptions::default(), [&row]).await.expect("taken");
        assert_eq!((counts(&batch), batch.last_row), ((1, 0, 0), 1));
        let anna = world.service.get_user(&world.call, &by_external_id("anna")).await.expect("made");
        assert_eq!((anna.credential_count, anna.display_name.as_str()), (1, "Anna"));
        let kinds: Vec<_> = world.events().await.iter().map(|event| event.kind).collect();
        for kind in [EventKind::UserCreated, EventKind::CredentialImported] {
            assert_eq!(kinds.iter().filter(|it| **it == kind).count(), 1, "{kind:?}");
        }

        // A further passkey is registered under the same handle, and the imported one is excluded.
        let started = world.start_registration("anna").await;
        assert_eq!(started.options.user_handle.as_bytes(), b"a");
        assert_eq!(started.options.exclude.len(), 1);
        world.log_in(None, &mut foreign.device).await.expect("logged in");
    })
    .await;
}

#[tokio::test]
async fn a_user_whose_epoch_was_raised_logs_in_with_a_key_that_is_imported_after() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let anna = world.user("anna").await;
        world.raise_epoch(anna.id).await;
        let mut foreign = Foreign::passkey(1, "anna", b"a");
        let row = foreign.row(ImportFormat::Keystead);
        let options = ImportOptions { existing_users_only: true, ..ImportOptions::default() };
        import(&world, options, [&row]).await.expect("taken");
        let login = world.log_in(None, &mut foreign.device).await.expect("logged in").value;
        assert_eq!((login.user.id, login.credential.credential.user_epoch), (anna.id, Epoch(1)));
    })
    .await;
}

#[tokio::test]
async fn what_nobody_says_about_user_verification_is_what_the_import_says() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        for (n, name, unknown, expected) in [
            (1, "anna", UnknownUserVerification::Verified, Ok(())),
            (2, "bert", UnknownUserVerification::PresenceOnly, Err(Reason::MoreFactorsRequired)),
        ] {
            let mut foreign = Foreign::passkey(n, name, name.as_bytes());
            let mut row = foreign.row(ImportFormat::Keystead);
            row.as_object_mut().expect("a row").remove("userVerificationInitialized");
            let refused = import(&world, ImportOptions::default(), [&row]).await.expect("judged");
            assert_eq!(refused.refused_rows[0].reason, Reason::UserVerificationUnknown);
            let options = ImportOptions { unknown_user_verification: unknown, ..ImportOptions::default() };
            assert_eq!(counts(&import(&world, options, [&row]).await.expect("taken")), (1, 0, 0));
            let login = world.log_in(Some(name), &mut foreign.device).await;
            match expected {
                Ok(()) => drop(login.expect("logged in")),
                Err(expected) => assert_eq!(reason(&login), expected),
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_key_that_is_not_discoverable_needs_no_handle_and_logs_in_by_name() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let settings = Settings { user_verification: true, ..Settings::security_key() };
        let mut foreign = Foreign::with_settings(1, "anna", b"unused", settings);
        let mut row = foreign.row(ImportFormat::Keystead);
        row.as_object_mut().expect("a row").remove("userHandle");
        assert_eq!(
            counts(&import(&world, ImportOptions::default(), [&row]).await.expect("taken")),
            (1, 0, 0)
        );
        world.log_in(Some("anna"), &mut foreign.device).await.expect("logged in");
    })
    .await;
}

#[tokio::test]
async fn an_import_that_broke_goes_on_and_what_was_revoked_meanwhile_stays_so() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let mut all: Vec<Foreign> = (1..=5)
            .map(|n| Foreign::passkey(n, &format!("user-{n}"), format!("handle-{n}").as_bytes()))
            .collect();
        let given: Vec<Value> = all.iter().map(|foreign| foreign.row(ImportFormat::Keystead)).collect();
        import(&world, ImportOptions::default(), &given[..2]).await.expect("taken");
        let login = world.log_in(None, &mut all[0].device).await.expect("logged in").value;
        let revoked = login.credential.credential.id;
        world.revoke(revoked).await;

        let again = import(&world, ImportOptions::default(), &given).await.expect("taken");
        assert_eq!(counts(&again), (3, 2, 0));
        assert_eq!(world.credential(revoked).await.state, CredentialState::Revoked);
        assert_eq!(reason(&world.log_in(None, &mut all[0].device).await), Reason::CredentialRevoked);
        for foreign in &mut all[1..] {
            world.log_in(None, &mut foreign.device).await.expect("logged in");
        }
        assert_eq!(world.count_events(EventKind::CredentialImported).await, 5);

        // The same within one message: it makes no difference where it is cut.
        let doubled = given.iter().chain(&given);
        assert_eq!(
            counts(&import(&world, ImportOptions::default(), doubled).await.expect("taken")),
            (0, 10, 0)
        );
    })
    .await;
}

#[tokio::test]
async fn no_row_costs_a_statement_of_its_own_and_one_that_is_here_writes_nothing() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let given: Vec<Value> = (1..=300_u64)
            .map(|n| Foreign::passkey(n, &format!("user-{n}"), &n.to_be_bytes()))
            .map(|foreign| foreign.row(ImportFormat::Keystead))
            .collect();
        // Reads in two parts; then 300 users, handles and credentials in four each, and 600 events in five.
        for (expected, statements) in [((300, 0, 0), 25), ((0, 300, 0), 10)] {
            let begun = world.service.begin_import(&world.call, ImportOptions::default());
            let mut import = begun.await.expect("begun");
            let take = import.take(&world.call, rows(1, ImportFormat::Keystead, &given));
            let (batch, tally) = tally::scope(take).await;
            assert_eq!(counts(&batch.expect("taken")), expected);
            assert_eq!(tally, Tally { statements, commits: 1 });
        }
    })
    .await;
}

#[tokio::test]
async fn two_processes_that_import_the_same_rows_import_each_once() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let given: Vec<Value> = (1..=40_u8)
            .map(|n| Foreign::passkey(n.into(), &format!("user-{}", n / 2), &[n / 2, 1]))
            .map(|foreign| foreign.row(ImportFormat::Keystead))
            .collect();
        let replica = world.replica().await;
        let take = async |service: &keystead_service::Service| {
            let mut import =
                service.begin_import(&world.call, ImportOptions::default()).await.expect("begun");
            import.take(&world.call, rows(1, ImportFormat::Keystead, &given)).await.expect("taken")
        };
        let (one, other) = tokio::join!(take(&world.service), take(&replica));
        assert_eq!(one.imported + other.imported, 40);
        assert_eq!(one.already_present + other.already_present, 40);
        assert_eq!(world.count_events(EventKind::CredentialImported).await, 40);
    })
    .await;
}

#[tokio::test]
async fn a_dry_run_judges_as_the_import_does_and_writes_nothing() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let keys: Vec<Foreign> = (1..=24).map(|n| Foreign::passkey(n, "anna", b"anna")).collect();
        let given: Vec<Value> = keys.iter().map(|key| key.row(ImportFormat::Keystead)).collect();
        let mut other = Foreign::passkey(30, "bert", b"anna").row(ImportFormat::Keystead);
        let taken_id = given[0]["webauthnId"].clone();
        other["webauthnId"].clone_from(&given[23]["webauthnId"]);
        let before = world.events().await.len();
        let mut reports = Vec::new();
        for dry_run in [true, false] {
            let options = ImportOptions { dry_run, ..ImportOptions::default() };
            let mut import = world.service.begin_import(&world.call, options).await.expect("begun");
            let mut batches = Vec::new();
            // Each message is judged by what those before it took: the limit, the ids, the handles.
            for (first, part) in [(1, &given[..12]), (13, &given[12..])] {
                batches.push(import.take(&world.call, rows(first, ImportFormat::Keystead, part)).await);
            }
            let mut thief = other.clone();
            thief["webauthnId"].clone_from(&taken_id);
            let last = [&thief, &other, &given[5]];
            batches.push(import.take(&world.call, rows(25, ImportFormat::Keystead, last)).await);
            let batches: Vec<Batch> = batches.into_iter().map(|batch| batch.expect("judged")).collect();
            if dry_run {
                assert_eq!(world.events().await.len(), before);
                let anna = world.service.get_user(&world.call, &by_external_id("anna")).await;
                assert_eq!(reason(&anna), Reason::UserNotFound);
            }
            reports.push(batches);
        }
        assert_eq!(reports[0], reports[1]);
        assert_eq!(counts(&reports[1][2]), (20, 1, 6));
        let reasons = |batch: &Batch| batch.refused_rows.iter().map(|row| row.reason).collect::<Vec<_>>();
        assert_eq!(reasons(&reports[1][1]), [Reason::CredentialLimit; 4]);
        assert_eq!(reasons(&reports[1][2]), [Reason::CredentialExists, Reason::UserHandleConflict]);
    })
    .await;
}

#[tokio::test]
async fn what_the_caller_got_wrong_is_told_and_nothing_is_taken() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let given = [Foreign::passkey(1, "anna", b"a"), Foreign::passkey(2, "bert", b"b")]
            .map(|foreign| foreign.row(ImportFormat::Keystead));
        let call: &Call = &world.call;
        let mut import = world.service.begin_import(call, ImportOptions::default()).await.expect("begun");
        let field = |answer: Result<Batch, Error>| match answer {
            Err(Error::Invalid { field, .. }) => field,
            other => panic!("{other:?}"),
        };
        let keystead = ImportFormat::Keystead;
        let twice =
            rows(7, keystead, &given[..1]).into_iter().chain(rows(7, keystead, &given[1..])).collect();
        assert_eq!(field(import.take(call, twice).await), "rows.number");
        let many = rows(1, keystead, std::iter::repeat_n(&given[0], 501));
        assert_eq!(field(import.take(call, many).await), "rows");
        assert_eq!(world.count_events(EventKind::CredentialImported).await, 0);

        let nothing = import.take(call, Vec::new()).await.expect("nothing to do");
        assert_eq!((counts(&nothing), nothing.last_row), ((0, 0, 0), 0));
        import.take(call, rows(7, keystead, &given[..1])).await.expect("taken");
        assert_eq!(field(import.take(call, rows(7, keystead, &given[1..])).await), "rows.number");
        let batch = import.take(call, rows(9, keystead, &given[1..])).await.expect("taken");
        assert_eq!((counts(&batch), batch.last_row), ((2, 0, 0), 9));
    })
    .await;
}
