//! Names that nobody has, and users without a usable key, look like everybody else: same shape, same statements, same time.

use std::time::Duration;

use keystead_authenticator::Authenticator;
use keystead_ceremony::RequestOptions;
use keystead_domain::{EventKind, Reason};
use keystead_service::{Error, tally};
use keystead_tests::database::{Database, Engine, on_every_engine};
use tokio::time::Instant;

use crate::world::{By as _, ORIGIN, World, finish_authentication, signal, taking};

/// What the page is told of a name, without challenge and ids.
fn shape(options: &RequestOptions) -> serde_json::Value {
    let mut json: serde_json::Value = serde_json::from_str(&options.to_json()).expect("JSON");
    json["challenge"] = serde_json::Value::Null;
    for credential in json["allowCredentials"].as_array_mut().expect("a list") {
        assert!(credential["id"].take().as_str().is_some_and(|id| id.len() >= 20));
        assert!(credential["transports"].take().as_array().is_some_and(|words| !words.is_empty()));
    }
    json["allowCredentials"].as_array_mut().expect("a list").truncate(1);
    json
}

#[tokio::test]
async fn unknown_keyless_and_known_names_have_the_same_shape() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        world.register("anna", &mut Authenticator::new(1)).await;
        world.user("keyless").await;
        let revoked = world.register("revoked", &mut Authenticator::new(2)).await;
        world.revoke(revoked.id).await;
        let suspended = world.register("suspended", &mut Authenticator::new(3)).await;
        let taking = taking(suspended.id).by_support();
        world.service.suspend_credential(&world.call, taking).await.expect("suspended");

        let known = world.start(Some("anna")).await;
        for name in ["nobody", "keyless", "revoked", "suspended"] {
            let started = world.start(Some(name)).await;
            assert_eq!(shape(&started.options), shape(&known.options), "{name}");
            assert_eq!(started.token.as_str().len(), known.token.as_str().len(), "{name}");
            assert!((1..=3).contains(&started.options.allow.len()), "{name}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_name_has_the_same_decoys_every_time_and_on_every_replica() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let first = world.start(Some("nobody")).await.options.allow;
        assert_eq!(world.start(Some("nobody")).await.options.allow, first);
        let replica = world.replica().await;
        let elsewhere = crate::world::authentication_of(Some("nobody"));
        let elsewhere = replica.start_authentication(&world.call, elsewhere).await.expect("started");
        assert_eq!(elsewhere.options.allow, first);
        assert_ne!(world.start(Some("nobody else")).await.options.allow, first);
    })
    .await;
}

#[tokio::test]
async fn a_decoy_that_is_presented_is_a_known_key_with_a_bad_signature() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let mut device = Authenticator::new(1);
        world.register("anna", &mut device).await;
        let mut answers = Vec::new();
        for (name, event_user) in [("anna", true), ("nobody", false)] {
            let started = world.start(Some(name)).await;
            let shown = started.options.allow[0].id.as_bytes().to_vec();
            let response = forged(&started.options, &mut device, &shown);
            let command = finish_authentication(&started.token, &response);
            let (answer, tally) =
                tally::scope(Box::pin(world.service.finish_authentication(&world.call, command))).await;
            let Err(Error::Refused(refused)) = answer else { panic!("logged in") };
            assert_eq!(refused.reason, Reason::SignatureInvalid);
            let event = world.events().await.swap_remove(0);
            assert_eq!(
                (event.kind, event.reasons[0]),
                (EventKind::AuthenticationFinished, Reason::SignatureInvalid)
            );
            assert_eq!(event.user_id.is_some(), event_user);
            answers.push((refused, tally.statements, tally.commits));
        }
        assert_eq!(answers[0], answers[1], "nothing tells a decoy from a key");

        // An id that is neither is unknown, and the browser is told.
        let started = world.start(Some("nobody")).await;
        let response = forged(&started.options, &mut device, &[7; 32]);
        let command = finish_authentication(&started.token, &response);
        let Err(Error::Refused(refused)) = world.service.finish_authentication(&world.call, command).await
        else {
            panic!("logged in")
        };
        assert_eq!(refused.reason, Reason::CredentialUnknown);
        assert_eq!(signal(refused.signals.unknown_credential.as_ref())["rpId"], "example.org");
    })
    .await;
}

/// A response of this device that claims to be of another credential.
fn forged(options: &RequestOptions, device: &mut Authenticator, id: &[u8]) -> String {
    let own = RequestOptions { allow: Vec::new(), ..options.clone() };
    let response = device.get(&own.to_json(), ORIGIN).expect("an answer");
    let mut json: serde_json::Value = serde_json::from_str(&response).expect("JSON");
    let claimed = crate::world::base64url(id);
    json["id"] = claimed.clone().into();
    json["rawId"] = claimed.into();
    // The signature is right for another key only.
    json["response"]["signature"] = crate::world::base64url(&[0x30; 70]).into();
    json.to_string()
}

/// Half of the smallest samples lie below the median: what a machine's other work adds does not reach it.
fn median(mut samples: Vec<Duration>) -> Duration {
    samples.sort_unstable();
    samples[samples.len() / 2]
}

#[tokio::test]
async fn a_start_takes_the_same_time_whoever_is_named() {
    let database = Database::create(&Engine::Sqlite).await;
    let world = World::new(&database).await;
    for n in 0..50_u64 {
        world.register(&format!("known{n}"), &mut Authenticator::new(n)).await;
        world.user(&format!("keyless{n}")).await;
    }
    let mut samples: [Vec<Duration>; 3] = Default::default();
    // One after the other in turn, so that whatever disturbs one disturbs all.
    for round in 0..2_000 {
        for (kind, samples) in ["known", "keyless", "nobody"].iter().zip(&mut samples) {
            let name = format!("{kind}{}", round % 50);
            let begun = Instant::now();
            let started = world.start(Some(&name)).await;
            samples.push(begun.elapsed());
            assert!(!started.options.allow.is_empty());
        }
    }
    let [known, keyless, nobody] = samples.map(median).map(|time| time.as_secs_f64());
    for other in [keyless, nobody] {
        let ratio = other / known;
        assert!((0.75..1.33).contains(&ratio), "known {known}, keyless {keyless}, nobody {nobody}");
    }
}

#[tokio::test]
async fn a_start_costs_the_same_statements_whoever_is_named() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        world.register("anna", &mut Authenticator::new(1)).await;
        world.user("keyless").await;
        world.start(Some("anna")).await;
        for name in ["anna", "keyless", "nobody"] {
            let (_, tally) = tally::scope(world.start(Some(name))).await;
            assert_eq!((tally.statements, tally.commits), (1, 0), "{name}");
        }
    })
    .await;
}
