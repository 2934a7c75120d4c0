//! Used once: 64 parallel Finish calls of one ceremony, one success; and the repeats that are no second use.

use keystead_authenticator::Authenticator;
use keystead_domain::Reason;
use keystead_service::ceremony::{FinishAuthentication, FinishRegistration};
use keystead_tests::database::on_every_engine;
use tokio::task::JoinSet;

use crate::world::{ORIGIN, World, by_external_id, finish_authentication, finish_registration, reason};

const PARALLEL: usize = 64;

#[tokio::test(flavor = "multi_thread")]
async fn of_64_parallel_logins_with_one_ceremony_one_succeeds_also_over_two_services_with_their_own_pools() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let mut device = Authenticator::new(1);
        let credential = world.register("anna", &mut device).await;
        let services = [world.service.clone(), world.replica().await];
        let (started, response) = world.answered(None, &mut device).await;
        let mut finishes = JoinSet::new();
        for i in 0..PARALLEL {
            let (service, call) = (services[i % services.len()].clone(), world.call.clone());
            let command = finish_authentication(&started.token, &response);
            finishes.spawn(async move { service.finish_authentication(&call, command).await });
        }
        let answers = finishes.join_all().await;
        let (successes, losers): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
        assert_eq!(successes.len(), 1);
        assert!(losers.iter().all(|answer| reason(answer) == Reason::CeremonyConsumed));
        let row =
            world.store.reader().within(world.tenant).find_credential(credential.id).await.unwrap().unwrap();
        assert_eq!((row.sign_count, row.sign_count_regressions), (credential.sign_count + 1, 0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_64_parallel_registrations_with_one_ceremony_one_succeeds_also_over_two_services_with_their_own_pools()
 {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        world.user("anna").await;
        let services = [world.service.clone(), world.replica().await];
        let started = world.start_registration("anna").await;
        let response = Authenticator::new(1).create(&started.options.to_json(), ORIGIN).expect("a key");
        let mut finishes = JoinSet::new();
        for i in 0..PARALLEL {
            let (service, call) = (services[i % services.len()].clone(), world.call.clone());
            let command = finish_registration("anna", &started.token, &response);
            finishes.spawn(async move { service.finish_registration(&call, command).await });
        }
        let answers = finishes.join_all().await;
        let (successes, losers): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
        assert_eq!(successes.len(), 1);
        for answer in &losers {
            // A loser that came so late that its own limit was reached first is impossible here: only the outcome decides.
            assert_eq!(reason(answer), Reason::CeremonyConsumed);
        }
        assert_eq!(world.user("anna").await.credential_count, 1);
    })
    .await;
}

#[tokio::test]
async fn a_repeat_gets_the_first_answer_and_nobody_else_does() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let mut device = Authenticator::new(1);
        world.register("anna", &mut device).await;
        let (started, response) = world.answered(None, &mut device).await;
        let command = || finish_authentication(&started.token, &response);
        let call = world.with_request_id("attempt-000000000001");
        let first = world.service.finish_authentication(&call, command()).await.expect("logged in");
        world.hands.wait(std::time::Duration::from_secs(30));
        let again = world.service.finish_authentication(&call, command()).await.expect("the same answer");
        assert!(!first.repeated && again.repeated);
        assert_eq!(first.value.user.id, again.value.user.id);
        assert_eq!(first.value.authenticated_at, again.value.authenticated_at);

        let other_id = world.with_request_id("attempt-000000000002");
        let other_payload =
            FinishAuthentication { ..finish_authentication(&started.token, &other(&response)) };
        assert_eq!(
            reason(&world.service.finish_authentication(&other_id, command()).await),
            Reason::CeremonyConsumed
        );
        assert_eq!(
            reason(&world.service.finish_authentication(&call, other_payload).await),
            Reason::CeremonyConsumed
        );
    })
    .await;
}

/// The same response with one byte more in its signature.
fn other(response: &str) -> String {
    let mut response: serde_json::Value = serde_json::from_str(response).expect("JSON");
    let signature = response["response"]["signature"].as_str().expect("a signature").to_owned();
    response["response"]["signature"] = format!("AAAA{signature}").into();
    response.to_string()
}

#[tokio::test]
async fn a_repeated_success_holds_only_while_what_it_rests_on_does() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        for (taken, expected) in [("epoch", Reason::StateChanged), ("key", Reason::CredentialRevoked)] {
            let mut device = Authenticator::new(u64::from(taken == "key"));
            let credential = world.register(taken, &mut device).await;
            let (started, response) = world.answered(None, &mut device).await;
            let call = world.with_request_id("attempt-000000000001");
            let finish = || {
                world.service.finish_authentication(&call, finish_authentication(&started.token, &response))
            };
            finish().await.expect("logged in");
            match taken {
                "epoch" => world.raise_epoch(credential.user_id).await,
                _ => drop(world.revoke(credential.id).await),
            }
            assert_eq!(reason(&finish().await), expected);
        }
    })
    .await;
}

#[tokio::test]
async fn a_repeated_registration_brings_the_same_name_too() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        world.user("anna").await;
        let started = world.start_registration("anna").await;
        let response = Authenticator::new(1).create(&started.options.to_json(), ORIGIN).expect("a key");
        let named = |name: &str| FinishRegistration {
            display_name: keystead_domain::DisplayName::new(name).expect("a name"),
            ..finish_registration("anna", &started.token, &response)
        };
        let call = world.with_request_id("attempt-000000000001");
        let first = world.service.finish_registration(&call, named("phone")).await.expect("registered");
        let again = world.service.finish_registration(&call, named("phone")).await.expect("the same answer");
        assert!(!first.repeated && again.repeated);
        assert_eq!(first.value.credential.credential, again.value.credential.credential);
        let renamed = world.service.finish_registration(&call, named("laptop")).await;
        assert_eq!(reason(&renamed), Reason::CeremonyConsumed);
    })
    .await;
}

#[tokio::test]
async fn a_repeat_that_names_another_user_is_refused() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let mut device = Authenticator::new(1);
        world.register("anna", &mut device).await;
        world.user("bert").await;
        let (started, response) = world.answered(None, &mut device).await;
        let call = world.with_request_id("attempt-000000000001");
        let finish = |user: Option<&str>| {
            let command = FinishAuthentication {
                user: user.map(by_external_id),
                ..finish_authentication(&started.token, &response)
            };
            world.service.finish_authentication(&call, command)
        };
        finish(None).await.expect("logged in");
        assert_eq!(reason(&finish(Some("bert")).await), Reason::UserMismatch);
        assert!(finish(Some("anna")).await.expect("the same answer").repeated);
    })
    .await;
}
