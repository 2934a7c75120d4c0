//! A change of what a team accepts, and the people it would keep out.

use std::time::Duration;

use keystead_authenticator::{Authenticator, Settings};
use keystead_domain::{
    Aaguid, AaguidMode, AaguidRule, CredentialState, EventKind, Name, Reason, RegistrationProfile,
};
use keystead_service::{CreateRegistrationProfile, Error, ceremony::StartRegistration};
use keystead_tests::database::on_every_engine;

use crate::world::{World, reason, registration_of, taking};

const OLD: [u8; 16] = [0xA; 16];
const NEW: [u8; 16] = [0xB; 16];

fn staff(allowed: &[[u8; 16]], mode: AaguidMode) -> RegistrationProfile {
    let allowed = allowed.iter().copied().map(Aaguid).collect();
    RegistrationProfile {
        name: Name::new("staff").expect("a name"),
        aaguids: AaguidRule { allowed, denied: Vec::new(), mode },
        ..RegistrationProfile::built_in()
    }
}

fn device(seed: u64, aaguid: [u8; 16]) -> Authenticator {
    Authenticator::with_settings(seed, Settings { aaguid, ..Settings::default() })
}

async fn register(
    world: &World,
    name: &str,
    device: &mut Authenticator,
) -> Result<keystead_domain::Credential, Error> {
    world.user(name).await;
    let profile = Some(Name::new("staff").expect("a name"));
    let asking = StartRegistration { profile, ..registration_of(name) };
    let started = world.service.start_registration(&world.call, asking).await?;
    let finished = world.finish_registration(name, &started, device).await?;
    Ok(finished.value.credential.credential)
}

#[tokio::test]
async fn dl_15_a_model_taken_off_the_list_locks_nobody_out_unseen() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        world.profile(staff(&[OLD, NEW], AaguidMode::RegistrationAndUse)).await;
        let mut annas = device(1, OLD);
        let (mut berts_old, mut berts_new) = (device(2, OLD), device(3, NEW));
        register(&world, "anna", &mut annas).await.expect("registered");
        register(&world, "bert", &mut berts_old).await.expect("registered");
        register(&world, "bert", &mut berts_new).await.expect("registered");

        let stricter = staff(&[NEW], AaguidMode::RegistrationAndUse);
        let preview = world
            .service
            .preview_registration_profile(&world.call, None, &stricter)
            .await
            .expect("a preview");
        assert_eq!((preview.credentials_excluded, preview.users_unreachable), (2, 1));
        assert_eq!(preview.unreachable[0].1.as_str(), "anna");

        let create = |acknowledge_lockout| CreateRegistrationProfile {
            tenant: None,
            profile: stricter.clone(),
            acknowledge_lockout,
        };
        let refused = world.service.create_registration_profile(&world.call, create(false)).await;
        assert!(matches!(refused, Err(Error::Unreachable { users: 1 })), "{refused:?}");
        assert_eq!(world.newest_event().await.0, EventKind::LockoutPrevented);
        world.log_in(None, &mut annas).await.expect("nothing changed");

        world.service.create_registration_profile(&world.call, create(true)).await.expect("made");
        assert_eq!(reason(&world.log_in(None, &mut annas).await), Reason::AuthenticatorNotAllowed);
        assert_eq!(reason(&world.log_in(None, &mut berts_old).await), Reason::AuthenticatorNotAllowed);
        world.log_in(None, &mut berts_new).await.expect("another key logs in");
        // What is refused is not asked for either.
        let asked = world.start(Some("bert")).await.options.allow;
        assert_eq!(asked.len(), 1);
        assert_eq!(
            reason(&register(&world, "anna", &mut device(4, OLD)).await),
            Reason::AuthenticatorNotAllowed
        );
        register(&world, "anna", &mut device(5, NEW)).await.expect("registered");
    })
    .await;
}

#[tokio::test]
async fn dl_15_in_the_mode_registration_only_those_who_have_a_key_keep_it() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        world.profile(staff(&[OLD], AaguidMode::RegistrationOnly)).await;
        let mut annas = device(1, OLD);
        register(&world, "anna", &mut annas).await.expect("registered");
        let stricter = CreateRegistrationProfile {
            tenant: None,
            profile: staff(&[NEW], AaguidMode::RegistrationOnly),
            acknowledge_lockout: false,
        };
        world.service.create_registration_profile(&world.call, stricter).await.expect("made");
        world.log_in(None, &mut annas).await.expect("logged in");
        assert_eq!(
            reason(&register(&world, "bert", &mut device(2, OLD)).await),
            Reason::AuthenticatorNotAllowed
        );
    })
    .await;
}

#[tokio::test]
async fn dl_47_a_full_account_is_told_which_keys_are_dead_and_frees_one() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let profile = RegistrationProfile { max_credentials: 3, ..staff(&[], AaguidMode::RegistrationOnly) };
        world.profile(profile).await;
        let mut devices = [1, 2, 3].map(|seed| device(seed, OLD));
        let mut keys = Vec::new();
        for device in &mut devices {
            keys.push(register(&world, "anna", device).await.expect("registered"));
        }
        world.hands.wait(Duration::from_hours(100 * 24));
        world.log_in(None, &mut devices[1]).await.expect("logged in");
        world.hands.wait(Duration::from_hours(100 * 24));
        world.log_in(None, &mut devices[2]).await.expect("logged in");

        let Err(Error::Refused(full)) = register(&world, "anna", &mut device(4, OLD)).await else {
            panic!("a fourth key")
        };
        assert_eq!(full.reason, Reason::CredentialLimit);
        // The first was not used for 200 days; the second, for 100, is not dead yet.
        assert_eq!(full.metadata, [("unused_credentials", keys[0].id.to_string())]);

        world.service.revoke_credential(&world.call, taking(keys[0].id)).await.expect("revoked");
        register(&world, "anna", &mut device(5, OLD)).await.expect("there is room again");
        assert_eq!(world.credential(keys[0].id).await.state, CredentialState::Revoked);
    })
    .await;
}
