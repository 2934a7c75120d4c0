//! Keys of another relying party.

use keystead_authenticator::Authenticator;
use keystead_domain::{EventKind, Reason, RpId};
use keystead_service::{
    CreateRelyingParty, Error,
    ceremony::{StartAuthentication, StartRegistration},
};
use keystead_tests::database::on_every_engine;

use crate::world::{World, authentication_of, finish_authentication, finish_registration, registration_of};

const NEW_RP: &str = "login.example.net";
const NEW_ORIGIN: &str = "https://login.example.net";

async fn add_relying_party(world: &World) {
    let command = CreateRelyingParty {
        tenant: None,
        rp_id: RpId::new(NEW_RP).expect("an RP ID"),
        name: None,
        origins: vec![NEW_ORIGIN.to_owned()],
        top_origins: Vec::new(),
        related_origins: Vec::new(),
        ceremony_lifetime: None,
    };
    world.service.create_relying_party(&world.call, command).await.expect("the relying party is made");
}

fn there(user: Option<&str>) -> StartAuthentication {
    StartAuthentication { rp_id: Some(RpId::new(NEW_RP).expect("an RP ID")), ..authentication_of(user) }
}

#[tokio::test]
async fn dl_35_after_a_move_old_keys_log_in_at_the_old_rp_and_new_ones_at_the_new() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let (mut old, mut new) = (Authenticator::new(1), Authenticator::new(2));
        let old_key = world.register("anna", &mut old).await;
        add_relying_party(&world).await;

        // A user handle of its own, and nothing excluded: the old key is another domain's.
        let asking = StartRegistration { rp_id: Some(RpId::new(NEW_RP).unwrap()), ..registration_of("anna") };
        let started = world.service.start_registration(&world.call, asking).await.expect("started");
        assert!(started.options.exclude.is_empty());
        assert_ne!(started.options.user_handle, world.start_registration("anna").await.options.user_handle);
        let response = new.create(&started.options.to_json(), NEW_ORIGIN).expect("a key");
        let command = finish_registration("anna", &started.token, &response);
        let new_key = world.service.finish_registration(&world.call, command).await.expect("registered");
        let new_key = new_key.value.credential.credential;

        for user in [None, Some("anna")] {
            let login = world.log_in(user, &mut old).await.expect("logged in at the old one").value;
            assert_eq!(login.credential.credential.id, old_key.id);
            let started =
                world.service.start_authentication(&world.call, there(user)).await.expect("started");
            let response = new.get(&started.options.to_json(), NEW_ORIGIN).expect("an answer");
            let command = finish_authentication(&started.token, &response);
            let login =
                world.service.finish_authentication(&world.call, command).await.expect("logged in").value;
            assert_eq!(
                (login.credential.credential.id, login.credential.rp_id.as_str()),
                (new_key.id, NEW_RP)
            );
        }
    })
    .await;
}

#[tokio::test]
async fn dl_36_the_correct_entry_is_told_only_to_who_can_sign() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let mut device = Authenticator::new(1);
        let credential = world.register("anna", &mut device).await;
        add_relying_party(&world).await;
        // An authenticator that signs for any RP, as U2F keys of several domains in one do.
        device.rebind(credential.webauthn_id.as_bytes(), NEW_RP);
        for (forged, expected) in [(true, Reason::SignatureInvalid), (false, Reason::WrongRp)] {
            let started =
                world.service.start_authentication(&world.call, there(None)).await.expect("started");
            if forged {
                device.plant(keystead_authenticator::Fault::BadSignature);
            }
            let response = device.get(&started.options.to_json(), NEW_ORIGIN).expect("an answer");
            let command = finish_authentication(&started.token, &response);
            let answer = world.service.finish_authentication(&world.call, command).await;
            let Err(Error::Refused(refused)) = answer else { panic!("logged in") };
            assert_eq!(refused.reason, expected);
            assert_eq!(refused.signals, keystead_service::Signals::default());
            let entry = refused.metadata.iter().find(|(name, _)| *name == "correct_rp_id");
            assert_eq!(entry.map(|(_, rp_id)| rp_id.as_str()), (!forged).then_some("example.org"));
            assert_eq!(world.newest_event().await, (EventKind::AuthenticationFinished, Some(expected)));
        }
    })
    .await;
}
