//! Ways people get locked out, and what happens instead: the ceremony part of each scenario, by its number.

mod accounts;
mod devices;
mod last_way_in;
mod profiles;
mod relying_parties;

use std::time::Duration;

use keystead_authenticator::{Authenticator, Fault, Settings};
use keystead_domain::{EventKind, Reason, RegistrationOverrides, UserVerification};
use keystead_service::{
    Error,
    ceremony::{StartAuthentication, StartRegistration},
};
use keystead_tests::database::on_every_engine;

use crate::world::{
    ORIGIN, World, authentication_of, finish_authentication, finish_registration, reason, registration_of,
};

#[tokio::test]
async fn dl_12_a_counter_that_goes_backwards_logs_in_and_is_noted() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let mut device = Authenticator::new(1);
        let credential = world.register("anna", &mut device).await;
        let mut old = device.clone();
        for _ in 0..3 {
            world.log_in(None, &mut device).await.expect("logged in");
        }
        world.hands.wait(Duration::from_secs(1));
        let login = world.log_in(None, &mut old).await.expect("logged in all the same").value;
        let highest = credential.sign_count + 3;
        assert_eq!(login.credential.credential.sign_count, highest);
        let row =
            world.store.reader().within(world.tenant).find_credential(credential.id).await.unwrap().unwrap();
        assert_eq!((row.sign_count, row.sign_count_regressions), (highest, 1));
        let events = world.events().await;
        assert_eq!(events.iter().filter(|event| event.kind == EventKind::CounterRegressed).count(), 1);

        // The account is not locked, the key neither.
        world.log_in(None, &mut device).await.expect("logged in");
    })
    .await;
}

#[tokio::test]
async fn dl_13_two_tabs_with_the_same_key_both_log_in_and_neither_is_a_clone() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let mut device = Authenticator::new(1);
        let credential = world.register("anna", &mut device).await;
        let (one, two) = (world.start(None).await, world.start(None).await);
        let first = device.get(&one.options.to_json(), ORIGIN).expect("an answer");
        let second = device.get(&two.options.to_json(), ORIGIN).expect("an answer");
        // The later answer arrives first.
        for (started, response) in [(&two, &second), (&one, &first)] {
            world.hands.wait(Duration::from_millis(10));
            let command = finish_authentication(&started.token, response);
            world.service.finish_authentication(&world.call, command).await.expect("logged in");
        }
        let row =
            world.store.reader().within(world.tenant).find_credential(credential.id).await.unwrap().unwrap();
        assert_eq!((row.sign_count, row.sign_count_regressions), (credential.sign_count + 2, 0));

        // The same counter twice is a clone, in parallel too.
        let (one, two) = (world.start(None).await, world.start(None).await);
        let mut clone = device.clone();
        world.finish(&one, &mut device).await.expect("logged in");
        world.finish(&two, &mut clone).await.expect("logged in");
        let row =
            world.store.reader().within(world.tenant).find_credential(credential.id).await.unwrap().unwrap();
        assert_eq!(row.sign_count_regressions, 1);
    })
    .await;
}

#[tokio::test]
async fn dl_14_a_key_that_becomes_syncable_logs_in_and_is_noted() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let mut device = Authenticator::new(1);
        world.register("anna", &mut device).await;
        for (eligible, backed_up, expected) in [
            (true, true, EventKind::BackupEligibilityChanged),
            (true, false, EventKind::BackupStateLost),
            (true, true, EventKind::BackupStateGained),
        ] {
            device.settings.backup_eligible = eligible;
            device.settings.backed_up = backed_up;
            let login = world.log_in(None, &mut device).await.expect("logged in").value;
            let credential = login.credential.credential;
            assert_eq!((credential.backup_eligible, credential.backed_up), (eligible, backed_up));
            assert_eq!(world.events().await.iter().filter(|event| event.kind == expected).count(), 1);
        }
    })
    .await;
}

#[tokio::test]
async fn dl_30_a_registration_whose_answer_was_lost_is_repeated_and_an_orphan_is_signalled() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        world.user("anna").await;
        let started = world.start_registration("anna").await;
        let mut device = Authenticator::new(1);
        let response = device.create(&started.options.to_json(), ORIGIN).expect("a key");
        let call = world.with_request_id("attempt-000000000001");
        let finish = || {
            world.service.finish_registration(&call, finish_registration("anna", &started.token, &response))
        };
        let first = finish().await.expect("registered").value.credential.credential;
        let again = finish().await.expect("the same answer");
        assert!(again.repeated);
        assert_eq!(again.value.credential.credential.id, first.id);
        // Just after expiry the outcome still answers.
        world.hands.wait(Duration::from_secs(301));
        assert!(finish().await.expect("the same answer").repeated);

        // Never finished in time: the key exists on the device alone.
        let started = world.start_registration("anna").await;
        let mut orphan = Authenticator::new(2);
        let response = orphan.create(&started.options.to_json(), ORIGIN).expect("a key");
        world.hands.wait(Duration::from_secs(301));
        let late = world
            .service
            .finish_registration(&call, finish_registration("anna", &started.token, &response))
            .await;
        assert_eq!(reason(&late), Reason::CeremonyExpired);
        assert_eq!(
            world.newest_event().await,
            (EventKind::RegistrationTurnedAway, Some(Reason::CeremonyExpired))
        );
        let Err(Error::Refused(refused)) = world.log_in(None, &mut orphan).await else { panic!("logged in") };
        assert_eq!(refused.reason, Reason::CredentialUnknown);
        let signal: serde_json::Value =
            serde_json::from_str(&refused.signals.unknown_credential.expect("a signal")).expect("JSON");
        assert_eq!(signal["rpId"], "example.org");
        let orphaned = serde_json::from_str::<serde_json::Value>(&response).expect("JSON")["id"].clone();
        assert_eq!(signal["credentialId"], orphaned);
    })
    .await;
}

#[tokio::test]
async fn dl_31_a_login_whose_answer_was_lost_is_repeated_and_another_payload_is_not() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let mut device = Authenticator::new(1);
        world.register("anna", &mut device).await;
        let (started, response) = world.answered(None, &mut device).await;
        let other = device.get(&started.options.to_json(), ORIGIN).expect("another answer");
        let call = world.with_request_id("attempt-000000000001");
        let finish = |response: &str| {
            world.service.finish_authentication(&call, finish_authentication(&started.token, response))
        };
        let (response, other) = (response.as_str(), other.as_str());
        assert!(!finish(response).await.expect("logged in").repeated);
        assert!(finish(response).await.expect("the same answer").repeated);
        assert_eq!(reason(&finish(other).await), Reason::CeremonyConsumed);
        world.hands.wait(Duration::from_secs(330));
        assert!(finish(response).await.expect("the same answer").repeated);
        world.hands.wait(Duration::from_mins(1));
        assert_eq!(reason(&finish(response).await), Reason::CeremonyExpired);
    })
    .await;
}

#[tokio::test]
async fn dl_32_an_expired_challenge_is_refused_and_nothing_is_counted() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let mut device = Authenticator::new(1);
        world.register("anna", &mut device).await;
        let started = world.start(None).await;
        world.hands.wait(Duration::from_secs(301));
        assert_eq!(reason(&world.finish(&started, &mut device).await), Reason::CeremonyExpired);
        assert_eq!(
            world.newest_event().await,
            (EventKind::AuthenticationTurnedAway, Some(Reason::CeremonyExpired))
        );
        let session = world.store.reader();
        let outcome = session.within(world.tenant).find_outcome(started.ceremony_id).await.unwrap();
        assert_eq!(outcome, None);
        world.log_in(None, &mut device).await.expect("starting again logs in");

        // A token sealed well ahead of this replica's clock is no token.
        let started = world.start(None).await;
        world.hands.turn_back(Duration::from_secs(6));
        assert_eq!(reason(&world.finish(&started, &mut device).await), Reason::CeremonyTokenInvalid);
    })
    .await;
}

#[tokio::test]
async fn dl_33_required_user_verification_is_missed_at_registration_and_at_login() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        world.user("anna").await;
        let strict = asking(UserVerification::Required);
        let started = world.service.start_registration(&world.call, strict).await.expect("started");
        let mut device = Authenticator::new(1);
        device.plant(Fault::NotVerified);
        assert_eq!(
            reason(&world.finish_registration("anna", &started, &mut device).await),
            Reason::UvRequired
        );
        assert_eq!(world.newest_event().await, (EventKind::RegistrationFinished, Some(Reason::UvRequired)));

        // Registered with presence alone: a factor, never a login by itself.
        let lax = asking(UserVerification::Discouraged);
        let started = world.service.start_registration(&world.call, lax).await.expect("started");
        let mut key = Authenticator::with_settings(2, Settings::security_key());
        world.finish_registration("anna", &started, &mut key).await.expect("registered");
        assert_eq!(reason(&world.log_in(Some("anna"), &mut key).await), Reason::MoreFactorsRequired);
        let strict = StartAuthentication {
            user_verification: Some(UserVerification::Required),
            ..authentication_of(Some("anna"))
        };
        let started = world.service.start_authentication(&world.call, strict).await.expect("started");
        key.settings.user_verification = true;
        key.plant(Fault::NotVerified);
        assert_eq!(reason(&world.finish(&started, &mut key).await), Reason::UvRequired);
    })
    .await;
}

fn asking(user_verification: UserVerification) -> StartRegistration {
    let overrides = RegistrationOverrides {
        user_verification: Some(user_verification),
        ..RegistrationOverrides::default()
    };
    StartRegistration { overrides, ..registration_of("anna") }
}
