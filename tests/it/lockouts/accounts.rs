//! What happens to a user's account while his keys stay the same.

use keystead_authenticator::Authenticator;
use keystead_domain::{CredentialState, DisplayName, EventKind, ExternalId, Lifecycle, Reason};
use keystead_service::{Error, SetLifecycle, UpsertUser};
use keystead_tests::database::on_every_engine;

use crate::world::{
    ORIGIN, World, by_external_id, finish_authentication, for_anyone, reason, registration_of, signal,
};

#[tokio::test]
async fn dl_16_a_new_name_leaves_the_handle_and_the_keys_as_they_are() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let mut phone = Authenticator::new(1);
        world.register("anna", &mut phone).await;
        let handle = world.start_registration("anna").await.options.user_handle;
        let renamed = UpsertUser {
            external_id: ExternalId::new("anna").expect("an id"),
            display_name: Some(DisplayName::new("Anna Berg").expect("a name")),
            lifecycle: None,
        };
        world.service.upsert_user(&world.call, renamed).await.expect("renamed");

        // Old passkeys keep working, and the browser is told the name as it is now.
        let login = world.log_in(None, &mut phone).await.expect("logged in");
        let details = signal(login.signals.current_user_details.as_ref());
        assert_eq!((&details["name"], &details["displayName"]), (&"Anna Berg".into(), &"Anna Berg".into()));
        let offered = world.service.get_signals(&world.call, &by_external_id("anna"), None).await.unwrap();
        assert_eq!(signal(offered.current_user_details.as_ref()), details);

        // A second key gets the same handle.
        let started = world.start_registration("anna").await;
        assert_eq!(started.options.user_handle, handle);
        assert_eq!(started.options.user_name, "Anna Berg");
        world.finish_registration("anna", &started, &mut Authenticator::new(2)).await.expect("registered");
        world.log_in(Some("anna"), &mut phone).await.expect("logged in");
    })
    .await;
}

#[tokio::test]
async fn dl_26_who_is_deactivated_at_the_biometric_prompt_does_not_get_in() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let mut device = Authenticator::new(1);
        let credential = world.register("anna", &mut device).await;
        for (named, expected) in [(Some("anna"), Reason::StateChanged), (None, Reason::AccountDeactivated)] {
            world.set_lifecycle("anna", Lifecycle::Active).await;
            let (started, response) = world.answered(named, &mut device).await;
            world.set_lifecycle("anna", Lifecycle::Deactivated).await;
            let command = finish_authentication(&started.token, &response);
            let refused = world.service.finish_authentication(&world.call, command).await;
            assert_eq!(reason(&refused), expected);
        }
        // The counter was not written.
        assert_eq!(world.credential(credential.id).await.sign_count, credential.sign_count);
    })
    .await;
}

#[tokio::test]
async fn dl_28_keys_stay_through_a_deactivation_and_log_in_after_it() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let mut device = Authenticator::new(1);
        let credential = world.register("anna", &mut device).await;
        world.set_lifecycle("anna", Lifecycle::Deactivated).await;
        assert_eq!(reason(&world.log_in(None, &mut device).await), Reason::AccountDeactivated);
        assert_eq!(
            world.newest_event().await,
            (EventKind::AuthenticationFinished, Some(Reason::AccountDeactivated))
        );
        let started = world.service.start_registration(&world.call, registration_of("anna")).await;
        assert_eq!(reason(&started), Reason::AccountDeactivated);

        world.set_lifecycle("anna", Lifecycle::Active).await;
        assert_eq!(world.credential(credential.id).await.state, CredentialState::Active);
        world.log_in(None, &mut device).await.expect("logged in");
        world.log_in(Some("anna"), &mut device).await.expect("logged in");
    })
    .await;
}

#[tokio::test]
async fn dl_29_a_pending_users_key_is_unusable_until_his_sign_up_is_complete() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let pending = UpsertUser {
            external_id: ExternalId::new("anna").expect("an id"),
            display_name: None,
            lifecycle: Some(Lifecycle::Pending),
        };
        world.service.upsert_user(&world.call, pending).await.expect("made");
        let mut device = Authenticator::new(1);
        let started = world.start_registration("anna").await;
        world.finish_registration("anna", &started, &mut device).await.expect("registered");
        for named in [None, Some("anna")] {
            assert_eq!(reason(&world.log_in(named, &mut device).await), Reason::AccountPending);
        }
        // Completing the sign-up is all it takes.
        world.set_lifecycle("anna", Lifecycle::Active).await;
        world.log_in(None, &mut device).await.expect("logged in");
    })
    .await;
}

#[tokio::test]
async fn dl_25_a_dormant_user_comes_back_by_logging_in_and_registers_nothing_before() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let mut device = Authenticator::new(1);
        world.register("anna", &mut device).await;
        let before = world.start_registration("anna").await;
        world.set_lifecycle("anna", Lifecycle::Dormant).await;
        assert_eq!(
            reason(&world.service.start_registration(&world.call, registration_of("anna")).await),
            Reason::AccountDormant
        );
        let late = world.finish_registration("anna", &before, &mut Authenticator::new(2)).await;
        assert_eq!(reason(&late), Reason::AccountDormant);

        let login = world.log_in(None, &mut device).await.expect("logged in").value;
        assert_eq!(login.user.lifecycle, Lifecycle::Active);
        assert_eq!(world.user("anna").await.lifecycle, Lifecycle::Active);
        let changes = world.count_events(EventKind::UserLifecycleChanged).await;
        assert_eq!(changes, 2, "by the caller, and by the login");
    })
    .await;
}

#[tokio::test]
async fn a_lifecycle_that_was_overtaken_is_refused_and_changes_nothing() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        world.user("anna").await;
        let ordered = |lifecycle, version| SetLifecycle {
            user: by_external_id("anna"),
            lifecycle,
            state_version: Some(version),
            acting_user: None,
        };
        let set = async |command| world.service.set_lifecycle(&world.call, command).await;
        set(ordered(Lifecycle::Deactivated, 7)).await.expect("said");
        for version in [6, 7] {
            let stale = set(ordered(Lifecycle::Active, version)).await;
            assert!(matches!(stale, Err(Error::Rejected(Reason::StateVersionStale))), "{stale:?}");
        }
        assert_eq!(world.user("anna").await.lifecycle, Lifecycle::Deactivated);
        assert_eq!(set(ordered(Lifecycle::Active, 8)).await.expect("said").lifecycle, Lifecycle::Active);
    })
    .await;
}

#[tokio::test]
async fn dl_46_another_users_key_does_not_log_in_as_the_one_who_was_named() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let (mut annas, mut berts) = (Authenticator::new(1), Authenticator::new(2));
        world.register("anna", &mut annas).await;
        world.register("bert", &mut berts).await;
        let started = world.start(Some("anna")).await;
        let response = berts.get(&for_anyone(&started), ORIGIN).expect("an answer");
        let command = finish_authentication(&started.token, &response);
        let refused = world.service.finish_authentication(&world.call, command).await;
        assert_eq!(reason(&refused), Reason::UserMismatch);
        let event = world.events().await.swap_remove(0);
        assert_eq!((event.kind, event.reasons[0]), (EventKind::AuthenticationFinished, Reason::UserMismatch));
        // As himself he gets in.
        world.log_in(None, &mut berts).await.expect("logged in");
    })
    .await;
}
