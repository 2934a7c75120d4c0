//! A passkey made without a dialog, and keys that show presence only.

use keystead_authenticator::{Authenticator, Settings, Statement};
use keystead_domain::{
    CredentialSource, Mediation, Name, Reason, RegistrationOverrides, RegistrationProfile, UserVerification,
};
use keystead_service::{Error, ceremony::StartRegistration};
use keystead_tests::database::on_every_engine;

use crate::world::{World, reason, registration_of};

fn without_dialog() -> StartRegistration {
    StartRegistration { mediation: Mediation::Conditional, ..registration_of("anna") }
}

/// A password manager: neither presence nor verification is shown when it makes a passkey by itself.
fn password_manager(seed: u64) -> Authenticator {
    let settings = Settings { user_presence: false, user_verification: false, ..Settings::synced_passkey() };
    Authenticator::with_settings(seed, settings)
}

#[tokio::test]
async fn a_passkey_made_without_a_dialog_logs_in_once_the_user_is_verified() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        world.user("anna").await;
        let started = world.service.start_registration(&world.call, without_dialog()).await.expect("started");
        // Browsers refuse a conditional create that requires verification or asks for attestation.
        assert_eq!(started.options.user_verification, UserVerification::Preferred);
        assert!(started.options.to_json().contains(r#""attestation":"none""#));
        let mut manager = password_manager(1);
        let finished = world.finish_registration("anna", &started, &mut manager).await.expect("registered");
        let credential = finished.value.credential.credential;
        assert_eq!(credential.source, CredentialSource::Conditional);
        assert!(!credential.user_verification_initialized && !credential.user_verification_seen);

        // Every login that needs the user verified still does.
        manager.settings.user_presence = true;
        assert_eq!(reason(&world.log_in(Some("anna"), &mut manager).await), Reason::MoreFactorsRequired);
        manager.settings.user_verification = true;
        let login = world.log_in(None, &mut manager).await.expect("logged in").value;
        assert!(login.credential.credential.user_verification_initialized);
        assert!(world.credential(credential.id).await.user_verification_initialized);
    })
    .await;
}

#[tokio::test]
async fn presence_is_missed_in_every_other_registration() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        world.user("anna").await;
        let overrides = RegistrationOverrides {
            user_verification: Some(UserVerification::Preferred),
            ..RegistrationOverrides::default()
        };
        let modal = StartRegistration { overrides, ..registration_of("anna") };
        let started = world.service.start_registration(&world.call, modal).await.expect("started");
        let refused = world.finish_registration("anna", &started, &mut password_manager(1)).await;
        assert_eq!(reason(&refused), Reason::UpRequired);

        // Nor is a statement taken: what makes a passkey by itself attests nothing.
        let started = world.service.start_registration(&world.call, without_dialog()).await.expect("started");
        let mut attesting = password_manager(2);
        attesting.settings.statement = Statement::PackedSelf;
        let refused = world.finish_registration("anna", &started, &mut attesting).await;
        assert_eq!(reason(&refused), Reason::AttestationStatementUnexpected);
    })
    .await;
}

#[tokio::test]
async fn a_locked_profile_that_asks_for_more_makes_no_passkey_without_a_dialog() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        world.user("anna").await;
        let strict = RegistrationProfile {
            name: Name::new("strict").expect("a name"),
            locked: true,
            ..RegistrationProfile::built_in()
        };
        world.profile(strict).await;
        let profile = Some(Name::new("strict").expect("a name"));
        let started = world
            .service
            .start_registration(&world.call, StartRegistration { profile, ..without_dialog() })
            .await;
        assert!(matches!(started, Err(Error::Invalid { field: "mediation", .. })), "{started:?}");
    })
    .await;
}

#[tokio::test]
async fn a_key_registered_with_presence_alone_stays_a_second_factor_whatever_it_shows_later() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        world.user("anna").await;
        let overrides = RegistrationOverrides {
            user_verification: Some(UserVerification::Discouraged),
            ..RegistrationOverrides::default()
        };
        let lax = StartRegistration { overrides, ..registration_of("anna") };
        let started = world.service.start_registration(&world.call, lax).await.expect("started");
        let mut key = Authenticator::with_settings(1, Settings::security_key());
        let finished = world.finish_registration("anna", &started, &mut key).await.expect("registered");
        let credential = finished.value.credential.credential;
        assert_eq!(credential.source, CredentialSource::Registration);

        // Whoever found the key may have given it a PIN of his own.
        key.settings.user_verification = true;
        assert_eq!(reason(&world.log_in(Some("anna"), &mut key).await), Reason::MoreFactorsRequired);
        assert!(!world.credential(credential.id).await.user_verification_initialized);
    })
    .await;
}
