//! The last way in is not taken by mistake, and a lost key is put aside at once.

use keystead_authenticator::{Authenticator, Settings};
use keystead_domain::{CredentialState, EventKind, Method, Reason, UserVerification};
use keystead_service::{Error, Refused, Taking};
use keystead_tests::database::on_every_engine;

use super::asking;
use crate::world::{By as _, World, reason, signal, taking};

fn refused<T: std::fmt::Debug>(answer: Result<T, Error>) -> Refused {
    match answer {
        Err(Error::Refused(refused)) => refused,
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn dl_01_a_user_does_not_revoke_or_suspend_his_last_key() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let mut device = Authenticator::new(1);
        let credential = world.register("anna", &mut device).await;
        let revoked = world.service.revoke_credential(&world.call, taking(credential.id)).await;
        let suspended = world.service.suspend_credential(&world.call, taking(credential.id)).await;
        for answer in [revoked, suspended] {
            let refused = refused(answer);
            assert_eq!(refused.reason, Reason::WouldLockOut);
            let remedies = refused.metadata.iter().find(|(name, _)| *name == "remedies").expect("remedies");
            assert!(remedies.1.split(',').any(|remedy| remedy == "add_passkey"), "{remedies:?}");
        }
        assert_eq!(world.credential(credential.id).await.state, CredentialState::Active);
        assert_eq!(world.count_events(EventKind::LockoutPrevented).await, 2);
        assert_eq!(world.count_events(EventKind::CredentialRevoked).await, 0);
        world.log_in(None, &mut device).await.expect("logged in");

        // With another key there is no objection.
        world.register("anna", &mut Authenticator::new(2)).await;
        world.service.revoke_credential(&world.call, taking(credential.id)).await.expect("revoked");
    })
    .await;
}

#[tokio::test]
async fn dl_02_a_user_who_has_a_password_may_revoke_his_last_key() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let credential = world.register("anna", &mut Authenticator::new(1)).await;
        let with_password = Taking {
            remaining_methods: vec![Method::new("external:password").expect("a method")],
            ..taking(credential.id)
        };
        let revoked = world.service.revoke_credential(&world.call, with_password).await.expect("revoked");
        assert_eq!(revoked.credential.credential.state, CredentialState::Revoked);
        assert_eq!(world.user("anna").await.credential_count, 0);
    })
    .await;
}

#[tokio::test]
async fn support_locks_nobody_out_without_saying_so() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let credential = world.register("anna", &mut Authenticator::new(1)).await;
        let unaware = Taking { acknowledge_lockout: false, ..taking(credential.id).by_support() };
        let refused = refused(world.service.revoke_credential(&world.call, unaware).await);
        let remedies = &refused.metadata.iter().find(|(name, _)| *name == "remedies").expect("remedies").1;
        assert!(remedies.contains("acknowledge_lockout"), "{remedies}");

        let aware = taking(credential.id).by_support();
        let revoked = world.service.revoke_credential(&world.call, aware).await.expect("revoked");
        // Someone else's browser is told nothing.
        assert_eq!(revoked.signals, keystead_service::Signals::default());
        let event = world.events().await.swap_remove(0);
        assert_eq!(
            (event.kind, event.reasons.as_slice()),
            (EventKind::CredentialRevoked, &[Reason::WouldLockOut][..])
        );
        assert_eq!(event.acting_user.expect("support").as_str(), "support-7");
    })
    .await;
}

#[tokio::test]
async fn dl_03_a_lost_key_is_suspended_at_once_even_the_last_and_resumed_when_found() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let mut device = Authenticator::new(1);
        let credential = world.register("anna", &mut device).await;
        let (started, response) = world.answered(None, &mut device).await;
        let lost = world.service.report_lost(&world.call, credential.id, None).await.expect("suspended");
        assert_eq!(lost.credential.credential.state, CredentialState::Suspended);
        assert!(lost.credential.credential.lost_at.is_some() && !lost.credential.usable);
        // The browser keeps the passkey: it may be found again.
        let told = signal(lost.signals.all_accepted_credentials.as_ref());
        assert_eq!(told["allAcceptedCredentialIds"].as_array().expect("a list").len(), 1);
        // Whoever has the device was at the prompt already: he does not get in.
        let command = crate::world::finish_authentication(&started.token, &response);
        let in_flight = world.service.finish_authentication(&world.call, command).await;
        assert_eq!(reason(&in_flight), Reason::CredentialSuspended);

        // Nor is it ended for good before there is another, unless somebody knows better.
        let ended = refused(world.service.revoke_credential(&world.call, taking(credential.id)).await);
        assert_eq!(ended.reason, Reason::WouldLockOut);

        let found = world.service.resume_credential(&world.call, credential.id, None).await.expect("resumed");
        assert_eq!(found.credential.credential.state, CredentialState::Active);
        assert_eq!(found.credential.credential.lost_at, None);
        world.log_in(None, &mut device).await.expect("logged in");
    })
    .await;
}

#[tokio::test]
async fn a_presence_only_key_is_no_way_in_and_does_not_count_as_one() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let passkey = world.register("anna", &mut Authenticator::new(1)).await;
        let started = world
            .service
            .start_registration(&world.call, asking(UserVerification::Discouraged))
            .await
            .unwrap();
        let mut key = Authenticator::with_settings(2, Settings::security_key());
        let finished = world.finish_registration("anna", &started, &mut key).await.expect("registered");
        let second_factor = finished.value.credential;
        assert!(!second_factor.usable && !second_factor.credential.user_verification_initialized);

        let last = refused(world.service.revoke_credential(&world.call, taking(passkey.id)).await);
        assert_eq!(last.reason, Reason::WouldLockOut);
        let id = second_factor.credential.id;
        world.service.revoke_credential(&world.call, taking(id)).await.expect("it took nothing away");
    })
    .await;
}

#[tokio::test]
async fn dl_54_of_two_who_revoke_the_last_two_keys_at_once_exactly_one_succeeds() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        for round in 0..8 {
            let name = format!("anna{round}");
            let mut keys = Vec::new();
            for seed in 0..2 {
                keys.push(world.register(&name, &mut Authenticator::new(round * 2 + seed)).await);
            }
            let other = world.replica().await;
            let (one, two) = tokio::join!(
                world.service.revoke_credential(&world.call, taking(keys[0].id)),
                other.revoke_credential(&world.call, taking(keys[1].id)),
            );
            assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
            let loser = if one.is_ok() { two } else { one };
            assert_eq!(reason(&loser), Reason::WouldLockOut);
            assert_eq!(world.user(&name).await.credential_count, 1);
        }
    })
    .await;
}
