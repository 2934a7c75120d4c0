//! What burns a ceremony and what does not: the table of docs/architecture.md, row by row.

use keystead_authenticator::{Authenticator, Fault, Settings};
use keystead_domain::{EventKind, Grant, Reason, SessionBinding, UserVerification};
use keystead_service::{
    Call, CreateCaller, Error, Fault as ServiceFault,
    ceremony::{FinishAuthentication, FinishRegistration, StartAuthentication, StartRegistration, Token},
};
use keystead_store::Finish;
use keystead_tests::database::on_every_engine;
use tokio::sync::{Barrier, Notify};

use crate::world::{
    ORIGIN, World, authentication_of, by_external_id, finish_authentication, finish_registration, reason,
    registration_of,
};

#[tokio::test]
async fn a_token_that_is_not_ours_is_invalid_and_burns_nothing() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let mut device = Authenticator::new(1);
        world.register("anna", &mut device).await;
        let (started, response) = world.answered(None, &mut device).await;
        let token = started.token.as_str();
        let registration = world.start_registration("anna").await.token;
        let truncated = token[..token.len() - 4].to_owned();
        let mut tampered = token.to_owned().into_bytes();
        let middle = tampered.len() / 2;
        tampered[middle] = if tampered[middle] == b'A' { b'B' } else { b'A' };
        let tampered = String::from_utf8(tampered).expect("base64url");
        for other in [String::new(), "forged".to_owned(), truncated, tampered, registration.into_string()] {
            let command = finish_authentication(&Token::new(other), &response);
            let answer = world.service.finish_authentication(&world.call, command).await;
            assert!(matches!(answer, Err(Error::Rejected(Reason::CeremonyTokenInvalid))), "{answer:?}");
            assert_eq!(
                world.newest_event().await,
                (EventKind::AuthenticationTurnedAway, Some(Reason::CeremonyTokenInvalid))
            );
        }
        world
            .service
            .finish_authentication(&world.call, finish_authentication(&started.token, &response))
            .await
            .expect("still open");
    })
    .await;
}

#[tokio::test]
async fn a_token_of_another_tenant_is_invalid() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let mut device = Authenticator::new(1);
        world.register("anna", &mut device).await;
        let (started, response) = world.answered(None, &mut device).await;
        let operator = Call::operator(world.service.now());
        let name = |text| keystead_domain::Name::new(text).expect("a name");
        let other = world.service.create_tenant(&operator, name("other")).await.expect("a tenant");
        let caller = CreateCaller {
            tenant: Some(other.id),
            name: name("web"),
            grants: [Grant::CeremonyAuthenticate, Grant::Events].into_iter().collect(),
            may_be_finished_by: Vec::new(),
        };
        let caller = world.service.create_caller(&operator, caller).await.expect("a caller");
        let stranger = Call { caller: caller.into(), ..world.call.clone() };
        let answer = world
            .service
            .finish_authentication(&stranger, finish_authentication(&started.token, &response))
            .await;
        assert_eq!(reason(&answer), Reason::CeremonyTokenInvalid);
        world
            .service
            .finish_authentication(&world.call, finish_authentication(&started.token, &response))
            .await
            .expect("still open");
    })
    .await;
}

#[tokio::test]
async fn another_callers_ceremony_is_foreign_until_its_starter_agrees() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let mut device = Authenticator::new(1);
        world.register("anna", &mut device).await;
        let (started, response) = world.answered(None, &mut device).await;
        let other = world.caller("api", &[Grant::CeremonyAuthenticate]).await;
        let finish =
            || world.service.finish_authentication(&other, finish_authentication(&started.token, &response));
        assert_eq!(reason(&finish().await), Reason::CeremonyForeign);
        assert_eq!(
            world.newest_event().await,
            (EventKind::AuthenticationTurnedAway, Some(Reason::CeremonyForeign))
        );
        let web = world.call.caller.id;
        let agrees = world.service.set_caller_finishers(&world.call, None, web, &[other.caller.id]).await;
        agrees.expect("agreed");
        finish().await.expect("finished by the other caller");
    })
    .await;
}

#[tokio::test]
async fn another_session_or_user_is_foreign_and_another_challenge_is_a_mismatch() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let mut device = Authenticator::new(1);
        world.register("anna", &mut device).await;
        let bert = world.user("bert").await;
        let bound =
            StartAuthentication { session_binding: binding("session-1"), ..authentication_of(Some("anna")) };
        let started = world.service.start_authentication(&world.call, bound).await.expect("started");
        let response = device.get(&started.options.to_json(), ORIGIN).expect("an answer");
        let right = || FinishAuthentication {
            session_binding: binding("session-1"),
            ..finish_authentication(&started.token, &response)
        };
        for wrong in [
            FinishAuthentication { session_binding: binding(""), ..right() },
            FinishAuthentication { session_binding: binding("session-2"), ..right() },
            FinishAuthentication { user: Some(by_external_id("bert")), ..right() },
            FinishAuthentication { user: Some(by_external_id("nobody")), ..right() },
            FinishAuthentication { user: Some(keystead_domain::UserRef::Id(bert.id)), ..right() },
        ] {
            assert_eq!(
                reason(&world.service.finish_authentication(&world.call, wrong).await),
                Reason::CeremonyForeign
            );
        }
        let (_, elsewhere) = world.answered(Some("anna"), &mut device).await;
        let crossed = FinishAuthentication {
            session_binding: binding("session-1"),
            ..finish_authentication(&started.token, &elsewhere)
        };
        assert_eq!(
            reason(&world.service.finish_authentication(&world.call, crossed).await),
            Reason::ChallengeMismatch
        );
        let named = FinishAuthentication { user: Some(by_external_id("anna")), ..right() };
        world.service.finish_authentication(&world.call, named).await.expect("still open");
    })
    .await;
}

#[tokio::test]
async fn a_registration_finishes_only_for_the_user_it_was_started_for() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        world.user("anna").await;
        world.user("bert").await;
        let mut device = Authenticator::new(1);
        let bound = StartRegistration { session_binding: binding("session-1"), ..registration_of("anna") };
        let started = world.service.start_registration(&world.call, bound).await.expect("started");
        let response = device.create(&started.options.to_json(), ORIGIN).expect("a key");
        let finish = |name: &str, session: &str| FinishRegistration {
            session_binding: binding(session),
            ..finish_registration(name, &started.token, &response)
        };
        for wrong in [finish("bert", "session-1"), finish("nobody", "session-1"), finish("anna", "")] {
            assert_eq!(
                reason(&world.service.finish_registration(&world.call, wrong).await),
                Reason::CeremonyForeign
            );
        }
        let right = finish("anna", "session-1");
        world.service.finish_registration(&world.call, right).await.expect("still open");
    })
    .await;
}

#[tokio::test]
async fn a_used_ceremony_is_consumed_with_identical_bytes_too() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let mut device = Authenticator::new(1);
        world.register("anna", &mut device).await;
        let (started, response) = world.answered(None, &mut device).await;
        let finish = || {
            world.service.finish_authentication(&world.call, finish_authentication(&started.token, &response))
        };
        finish().await.expect("logged in");
        for _ in 0..2 {
            assert_eq!(reason(&finish().await), Reason::CeremonyConsumed);
            assert_eq!(
                world.newest_event().await,
                (EventKind::AuthenticationTurnedAway, Some(Reason::CeremonyConsumed))
            );
        }
    })
    .await;
}

#[tokio::test]
async fn what_answers_the_challenge_and_is_not_enough_burns() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let mut anna = Authenticator::new(1);
        let mut bert = Authenticator::new(2);
        let annas = world.register("anna", &mut anna).await;
        world.register("bert", &mut bert).await;

        // Presence alone is one factor, where it was not asked for more.
        let started = world.start(Some("anna")).await;
        anna.plant(Fault::NotVerified);
        burns(&world, &started.token, &mut anna, &started.options.to_json(), Reason::MoreFactorsRequired)
            .await;

        // Somebody else's key, also for a user without keys, and for a name that nobody has.
        world.user("keyless").await;
        for name in ["anna", "keyless", "nobody"] {
            let started = world.start(Some(name)).await;
            let mut open: serde_json::Value = serde_json::from_str(&started.options.to_json()).expect("JSON");
            open["allowCredentials"] = serde_json::json!([]);
            burns(&world, &started.token, &mut bert, &open.to_string(), Reason::UserMismatch).await;
        }

        // The user field of a discoverable login names another than the owner.
        let (started, response) = world.answered(None, &mut bert).await;
        let named = FinishAuthentication {
            user: Some(by_external_id("anna")),
            ..finish_authentication(&started.token, &response)
        };
        assert_eq!(
            reason(&world.service.finish_authentication(&world.call, named).await),
            Reason::UserMismatch
        );

        // Its key may not.
        let started = world.start(None).await;
        world.revoke(annas.id).await;
        burns(&world, &started.token, &mut anna, &started.options.to_json(), Reason::CredentialRevoked).await;
    })
    .await;
}

async fn burns(world: &World, token: &Token, device: &mut Authenticator, options: &str, expected: Reason) {
    let response = device.get(options, ORIGIN).expect("an answer");
    let finish = || world.service.finish_authentication(&world.call, finish_authentication(token, &response));
    let answer = finish().await;
    assert!(matches!(answer, Err(Error::Refused(_))));
    assert_eq!(reason(&answer), expected);
    assert_eq!(world.newest_event().await, (EventKind::AuthenticationFinished, Some(expected)));
    assert_eq!(reason(&finish().await), Reason::CeremonyConsumed);
}

#[tokio::test]
async fn user_verification_that_was_required_is_refused_as_such() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let mut device = Authenticator::new(1);
        world.register("anna", &mut device).await;
        let strict = StartAuthentication {
            user_verification: Some(UserVerification::Required),
            ..authentication_of(Some("anna"))
        };
        let started = world.service.start_authentication(&world.call, strict).await.expect("started");
        device.plant(Fault::NotVerified);
        burns(&world, &started.token, &mut device, &started.options.to_json(), Reason::UvRequired).await;
    })
    .await;
}

#[tokio::test]
async fn a_key_that_is_registered_already_or_one_too_many_is_refused() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let mut device = Authenticator::new(1);
        world.register("anna", &mut device).await;

        // The same key again, by a device that ignores excludeCredentials.
        let started = world.start_registration("anna").await;
        let mut twin = Authenticator::new(1);
        let mut options: serde_json::Value = serde_json::from_str(&started.options.to_json()).expect("JSON");
        options["excludeCredentials"] = serde_json::json!([]);
        let response = twin.create(&options.to_string(), ORIGIN).expect("a key");
        let finish = || {
            world
                .service
                .finish_registration(&world.call, finish_registration("anna", &started.token, &response))
        };
        assert_eq!(reason(&finish().await), Reason::CredentialExists);
        assert_eq!(
            world.newest_event().await,
            (EventKind::RegistrationFinished, Some(Reason::CredentialExists))
        );
        assert_eq!(reason(&finish().await), Reason::CeremonyConsumed);
        assert_eq!(world.user("anna").await.credential_count, 1);

        for seed in 2..=19 {
            world.register("anna", &mut Authenticator::new(seed)).await;
        }
        let (first, second) =
            (world.start_registration("anna").await, world.start_registration("anna").await);
        world.finish_registration("anna", &first, &mut Authenticator::new(20)).await.expect("the twentieth");
        let answer = world.finish_registration("anna", &second, &mut Authenticator::new(21)).await;
        assert_eq!(reason(&answer), Reason::CredentialLimit);
        let answer = world.service.start_registration(&world.call, registration_of("anna")).await;
        assert_eq!(reason(&answer), Reason::CredentialLimit);
    })
    .await;
}

#[tokio::test]
async fn a_further_key_needs_a_flow_or_the_grant_at_start_and_again_at_finish() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        world.user("anna").await;
        let attended = world.caller("attended", &[Grant::CeremonyRegister]).await;
        let start = || world.service.start_registration(&attended, registration_of("anna"));
        let (first, second) = (start().await.expect("started"), start().await.expect("started"));
        let finish =
            async |started: &keystead_service::ceremony::Started<keystead_ceremony::CreationOptions>,
                   seed| {
                let response =
                    Authenticator::new(seed).create(&started.options.to_json(), ORIGIN).expect("a key");
                world
                    .service
                    .finish_registration(&attended, finish_registration("anna", &started.token, &response))
                    .await
            };
        finish(&first, 1).await.expect("the first key");
        assert_eq!(reason(&finish(&second, 2).await), Reason::FlowRequired);
        assert_eq!(world.newest_event().await, (EventKind::RegistrationFinished, Some(Reason::FlowRequired)));
        assert_eq!(world.user("anna").await.credential_count, 1);
        assert_eq!(reason(&start().await), Reason::FlowRequired);
        world.start_registration("anna").await;
    })
    .await;
}

#[tokio::test]
async fn neither_caller_lends_the_other_a_grant() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        world.user("anna").await;
        let front = world.caller("front", &[Grant::CeremonyRegister]).await;
        let (id, finisher) = (front.caller.id, world.call.caller.id);
        let agreed = world.service.set_caller_finishers(&world.call, None, id, &[finisher]).await;
        let front = Call { caller: agreed.expect("agreed").into(), ..front.clone() };
        let start = || world.service.start_registration(&front, registration_of("anna"));
        let (first, second) = (start().await.expect("started"), start().await.expect("started"));
        let mut device = Authenticator::new(1);
        // The finisher may register unattended, the starter may not, and by now there is a key.
        world.register("anna", &mut device).await;
        assert_eq!(
            reason(&world.finish_registration("anna", &first, &mut Authenticator::new(2)).await),
            Reason::FlowRequired
        );
        // A starter that lost its grant started nothing that may be finished.
        let events = [Grant::Events].into_iter().collect();
        world.service.set_caller_grants(&world.call, None, id, events).await.expect("taken away");
        assert_eq!(
            reason(&world.finish_registration("anna", &second, &mut Authenticator::new(3)).await),
            Reason::CeremonyForeign
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_the_storage_away_nothing_is_decided_and_nothing_burnt() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let mut device = Authenticator::with_settings(1, Settings::default());
        world.register("anna", &mut device).await;
        let (started, response) = world.answered(None, &mut device).await;
        let finish = || {
            world.service.finish_authentication(&world.call, finish_authentication(&started.token, &response))
        };

        // Every connection that could write is held: 16 on a server, 1 on SQLite.
        let connections = if database.url().starts_with("sqlite") { 1 } else { 16 };
        let (held, release) = (Barrier::new(connections + 1), Notify::new());
        let occupy = async || {
            world
                .store
                .transact(async |_| {
                    held.wait().await;
                    release.notified().await;
                    Ok(Finish::RollBack(()))
                })
                .await
                .expect("held and released");
        };
        let holding = async { futures_join((0..connections).map(|_| occupy()).collect()).await };
        let story = async {
            held.wait().await;
            let answer = finish().await;
            assert!(matches!(answer, Err(Error::Fault(ServiceFault::Storage(_)))), "{answer:?}");
            release.notify_waiters();
        };
        tokio::join!(holding, story);
        finish().await.expect("nothing was burnt");
    })
    .await;
}

/// Runs all of them to their ends, at the same time.
async fn futures_join(futures: Vec<impl Future<Output = ()>>) {
    let mut futures: Vec<_> = futures.into_iter().map(|future| Some(Box::pin(future))).collect();
    std::future::poll_fn(|context| {
        for slot in &mut futures {
            if slot.as_mut().is_some_and(|future| future.as_mut().poll(context).is_ready()) {
                *slot = None;
            }
        }
        if futures.iter().all(Option::is_none) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
}

fn binding(text: &str) -> SessionBinding {
    SessionBinding::new(text).expect("a binding")
}
