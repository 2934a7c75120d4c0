//! What happens to a passkey on its device while the server knows nothing of it, and the reverse.

use std::time::Duration;

use keystead_authenticator::{Authenticator, Settings};
use keystead_domain::{CredentialState, EventKind, Reason};
use keystead_service::Error;
use keystead_tests::database::on_every_engine;

use crate::world::{ORIGIN, World, answer_registration, base64url, registration_of, signal};

#[tokio::test]
async fn dl_04_a_key_deleted_on_its_device_stays_known_and_a_new_one_is_added() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let mut device = Authenticator::new(1);
        let lost = world.register("anna", &mut device).await;
        assert!(device.remove(lost.webauthn_id.as_bytes()));

        // The server cannot know: the key is asked for, the device has none, and nothing is finished or counted.
        let started = world.start(Some("anna")).await;
        assert_eq!(started.options.allow.len(), 1);
        assert!(device.get(&started.options.to_json(), ORIGIN).is_err());
        assert_eq!(world.credential(lost.id).await.state, CredentialState::Active);

        // After another way in: an additional key. The old one is neither revoked nor in the way.
        let replacement = world.register("anna", &mut device).await;
        let login = world.log_in(Some("anna"), &mut device).await.expect("logged in").value;
        assert_eq!(login.credential.credential.id, replacement.id);
        assert_eq!(world.credential(lost.id).await.state, CredentialState::Active);
    })
    .await;
}

#[tokio::test]
async fn dl_05_a_key_overwritten_on_its_device_is_superseded_once_the_new_one_logged_in() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let laptop = world.on_device("laptop");
        let mut device = Authenticator::with_settings(1, Settings::synced_passkey());
        world.user("anna").await;
        // Two registrations begin before either ends: the second does not exclude the first's key.
        let one = world.service.start_registration(&laptop, registration_of("anna")).await.expect("started");
        let two = world.service.start_registration(&laptop, registration_of("anna")).await.expect("started");
        let finish = async |started, device: &mut Authenticator| {
            let command = answer_registration("anna", started, device);
            let finished = world.service.finish_registration(&laptop, command).await.expect("registered");
            finished.value.credential.credential
        };
        let first = finish(&one, &mut device).await;
        let mut before_overwriting = device.clone();
        let second = finish(&two, &mut device).await;
        assert_eq!(device.credentials().len(), 1, "the device keeps one key per user");
        let mut phone = Authenticator::with_settings(2, Settings::synced_passkey());
        let elsewhere = world.register_on(&world.on_device("phone"), "anna", &mut phone).await;

        // The new key may never arrive: until it has logged in, the old one counts.
        assert_eq!(world.credential(first.id).await.state, CredentialState::Active);
        world.log_in(None, &mut device).await.expect("logged in");
        assert_eq!(world.credential(first.id).await.state, CredentialState::Superseded);
        assert_eq!(world.credential(second.id).await.state, CredentialState::Active);
        assert_eq!(world.credential(elsewhere.id).await.state, CredentialState::Active);
        assert_eq!(world.count_events(EventKind::CredentialSuperseded).await, 1);
        assert_eq!(world.user("anna").await.credential_count, 2);

        // Presented all the same, it logs in: the rule may be wrong about the device.
        let login = world.log_in(None, &mut before_overwriting).await.expect("logged in").value;
        assert_eq!(login.credential.credential.id, first.id);
        assert_eq!(login.credential.credential.state, CredentialState::Superseded);
    })
    .await;
}

#[tokio::test]
async fn dl_05_two_security_keys_of_one_model_stay_two_keys() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let laptop = world.on_device("laptop");
        world.user("anna").await;
        let mut keys = [1, 2].map(|seed| {
            let settings = Settings { user_verification: true, ..Settings::security_key() };
            Authenticator::with_settings(seed, settings)
        });
        let mut registered = Vec::new();
        for key in &mut keys {
            registered.push(world.register_on(&laptop, "anna", key).await);
        }
        for key in &mut keys {
            world.log_in(Some("anna"), key).await.expect("logged in");
        }
        for credential in registered {
            assert_eq!(world.credential(credential.id).await.state, CredentialState::Active);
        }
    })
    .await;
}

#[tokio::test]
async fn dl_06_a_revoked_key_is_refused_without_an_unknown_signal() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let (mut device, mut other) = (Authenticator::new(1), Authenticator::new(2));
        let credential = world.register("anna", &mut device).await;
        let kept = world.register("anna", &mut other).await;
        world.revoke(credential.id).await;
        let Err(Error::Refused(refused)) = world.log_in(None, &mut device).await else { panic!("logged in") };
        assert_eq!(refused.reason, Reason::CredentialRevoked);
        assert_eq!(refused.signals, keystead_service::Signals::default());

        // The next success tells the browser which keys are left.
        let login = world.log_in(None, &mut other).await.expect("logged in");
        let list = signal(login.signals.all_accepted_credentials.as_ref());
        assert_eq!(
            list["allAcceptedCredentialIds"],
            serde_json::json!([base64url(kept.webauthn_id.as_bytes())])
        );

        // The device may be registered again.
        let started = world.start_registration("anna").await;
        assert_eq!(started.options.exclude.len(), 1);
        world.finish_registration("anna", &started, &mut device).await.expect("registered");
        world.log_in(None, &mut device).await.expect("logged in");
    })
    .await;
}

#[tokio::test]
async fn dl_07_erased_and_never_seen_keys_are_answered_alike_and_told_apart_in_events() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let (mut erased, mut stranger) = (Authenticator::new(1), Authenticator::new(2));
        let credential = world.register("anna", &mut erased).await;
        let handle = world.start_registration("anna").await.options.user_handle;
        world.revoke(credential.id).await;
        world.hands.wait(Duration::from_hours(401 * 24));
        assert_eq!(world.service.purge().await.expect("purged").credentials, 1);
        assert!(matches!(
            world.service.get_credential(&world.call, credential.id).await,
            Err(Error::Rejected(Reason::CredentialNotFound))
        ));
        let started = world.start_registration("anna").await;
        assert_eq!(started.options.user_handle, handle, "the handle outlives every key");
        stranger.create(&started.options.to_json(), ORIGIN).expect("a key that is never registered");

        let mut refusals = Vec::new();
        for (device, seen) in [(&mut stranger, 0), (&mut erased, 1)] {
            let started = world.start(None).await;
            let Err(Error::Refused(refused)) = world.finish(&started, device).await else { panic!("in") };
            assert_eq!(refused.reason, Reason::CredentialUnknown);
            let mut told = signal(refused.signals.unknown_credential.as_ref());
            assert!(told["credentialId"].take().is_string());
            refusals.push((told, refused.metadata));
            assert_eq!(world.count_events(EventKind::ErasedCredentialPresented).await, seen);
        }
        assert_eq!(refusals[0], refusals[1]);
    })
    .await;
}
