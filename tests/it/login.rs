//! The first login: registered and used, with every offered algorithm, and every single fault refused.

use keystead_authenticator::{Algorithm, Attachment, Authenticator, Fault, Settings, Statement};
use keystead_domain::{
    AttestationTrust, EventKind, Reason, RegistrationOverrides, ResidentKey, UserVerification,
};
use keystead_service::ceremony::StartRegistration;
use keystead_tests::database::on_every_engine;

use crate::world::{ORIGIN, World, finish_authentication, finish_registration, reason, registration_of};

const ALGORITHMS: [(Algorithm, keystead_domain::Algorithm); 8] = [
    (Algorithm::Es256, keystead_domain::Algorithm::Es256),
    (Algorithm::Ed25519, keystead_domain::Algorithm::Ed25519),
    (Algorithm::Rs256, keystead_domain::Algorithm::Rs256),
    (Algorithm::Es384, keystead_domain::Algorithm::Es384),
    (Algorithm::Es512, keystead_domain::Algorithm::Es512),
    (Algorithm::MlDsa44, keystead_domain::Algorithm::MlDsa44),
    (Algorithm::MlDsa65, keystead_domain::Algorithm::MlDsa65),
    (Algorithm::MlDsa87, keystead_domain::Algorithm::MlDsa87),
];

#[tokio::test]
async fn every_algorithm_registers_and_logs_in() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        for (seed, (algorithm, expected)) in ALGORITHMS.into_iter().enumerate() {
            let name = format!("{algorithm:?}");
            let mut device = Authenticator::new(seed as u64);
            device.settings.preferred_algorithm = Some(algorithm);
            world.user(&name).await;
            let overrides =
                RegistrationOverrides { algorithms: vec![expected], ..RegistrationOverrides::default() };
            let asking = StartRegistration { overrides, ..registration_of(&name) };
            let started = world.service.start_registration(&world.call, asking).await.expect("started");
            let finished = world.finish_registration(&name, &started, &mut device).await.expect("registered");
            let credential = finished.value.credential.credential;
            assert_eq!(credential.algorithm, expected);
            for user in [Some(name.as_str()), None] {
                let login = world.log_in(user, &mut device).await.expect("logged in").value;
                assert_eq!(login.user.external_id.as_str(), name);
                assert_eq!(login.credential.credential.id, credential.id);
                assert_eq!(login.methods, ["passkey_uv"]);
                assert_eq!(login.amr, ["hwk", "user", "mfa"]);
            }
        }
        assert_eq!(keystead_domain::Algorithm::ALL.len(), ALGORITHMS.len());
    })
    .await;
}

#[tokio::test]
async fn an_unasked_statement_is_kept_as_what_it_proves() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        for (seed, (statement, format, trust)) in [
            (Statement::None, "none", AttestationTrust::None),
            (Statement::PackedSelf, "packed", AttestationTrust::SelfSigned),
            (Statement::PackedBatch, "packed", AttestationTrust::Unverified),
            (Statement::Unknown("new-format".to_owned()), "new-format", AttestationTrust::Unverified),
        ]
        .into_iter()
        .enumerate()
        {
            let mut device = Authenticator::with_settings(
                seed as u64,
                Settings { statement, ..Settings::synced_passkey() },
            );
            let credential = world.register(&format!("user{seed}"), &mut device).await;
            assert_eq!(credential.attestation.format, format);
            assert_eq!(credential.attestation.trust, trust);
            assert!(credential.backup_eligible && credential.backed_up);
            let login = world.log_in(None, &mut device).await.expect("logged in").value;
            assert_eq!(login.amr, ["swk", "user", "mfa"]);
        }
    })
    .await;
}

#[tokio::test]
async fn what_browsers_add_is_no_fault() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let settings = Settings {
            extra_client_data: true,
            byte_order_mark: true,
            extension_output: true,
            ..Settings::default()
        };
        let mut device = Authenticator::with_settings(1, settings);
        world.register("anna", &mut device).await;
        world.log_in(None, &mut device).await.expect("logged in");
    })
    .await;
}

#[tokio::test]
async fn an_empty_user_handle_is_none() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let mut device = Authenticator::new(1);
        world.register("anna", &mut device).await;
        // As Safari answers for a key that is not discoverable.
        for (name, expected) in [(Some("anna"), None), (None, Some(Reason::UserHandleMissing))] {
            let (started, response) = world.answered(name, &mut device).await;
            let mut response: serde_json::Value = serde_json::from_str(&response).expect("JSON");
            response["response"]["userHandle"] = "".into();
            let command = finish_authentication(&started.token, &response.to_string());
            let answer = world.service.finish_authentication(&world.call, command).await;
            match expected {
                None => drop(answer.expect("logged in")),
                Some(expected) => assert_eq!(reason(&answer), expected),
            }
        }
    })
    .await;
}

#[tokio::test]
async fn every_fault_of_a_registration_is_refused_with_its_reason_and_burns() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        world.user("anna").await;
        let mut device = Authenticator::new(1);
        device.settings.attachment = Some(Attachment::Platform);
        for fault in Fault::ALL.iter().copied().filter(|fault| fault.is_of_registration()) {
            let overrides = RegistrationOverrides {
                user_verification: Some(UserVerification::Required),
                resident_key: Some(ResidentKey::Required),
                attachment: Some(keystead_domain::Attachment::Platform),
                ..RegistrationOverrides::default()
            };
            let strict = StartRegistration { overrides, ..registration_of("anna") };
            let started = world.service.start_registration(&world.call, strict).await.expect("started");
            device.settings.statement = statement_for(fault);
            device.plant(fault);
            let response = match device.create(&started.options.to_json(), ORIGIN) {
                Ok(response) => response,
                // Every algorithm this device knows is offered.
                Err(error) if fault == Fault::AlgorithmNotOffered => {
                    eprintln!("{error}");
                    continue;
                }
                Err(error) => panic!("{fault:?}: {error}"),
            };
            let finish = || {
                world
                    .service
                    .finish_registration(&world.call, finish_registration("anna", &started.token, &response))
            };
            let answer = finish().await;
            assert_eq!(reason(&answer).as_str(), fault.reason(), "{fault:?}");
            let burnt = reason(&finish().await) == Reason::CeremonyConsumed;
            assert_eq!(burnt, fault != Fault::OtherChallenge, "{fault:?}");
            let refused = world.events().await.into_iter().find(|event| {
                event.ceremony_id == Some(started.ceremony_id)
                    && event.reasons.first() == Some(&reason(&answer))
            });
            let kind = refused.unwrap_or_else(|| panic!("{fault:?} left no event")).kind;
            assert_eq!(kind == EventKind::RegistrationFinished, burnt, "{fault:?}");
        }
        // Nothing of it was kept.
        assert_eq!(world.user("anna").await.credential_count, 0);
    })
    .await;
}

#[tokio::test]
async fn every_fault_of_an_authentication_is_refused_with_its_reason_and_burns() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let mut device = Authenticator::new(1);
        world.register("anna", &mut device).await;
        world.log_in(None, &mut device).await.expect("logged in");
        for fault in Fault::ALL.iter().copied().filter(|fault| fault.is_of_authentication()) {
            // The faults before were refused and moved the device's counter alone.
            world.log_in(None, &mut device).await.expect("logged in");
            let started = world.start(None).await;
            device.plant(fault);
            let response = device.get(&started.options.to_json(), ORIGIN).expect("the device answers");
            let finish = || {
                world
                    .service
                    .finish_authentication(&world.call, finish_authentication(&started.token, &response))
            };
            let answer = finish().await;
            if fault == Fault::CounterRollback {
                // Noted, not refused: DL-12.
                answer.expect("logged in");
                assert!(world.events().await.iter().any(|event| event.kind == EventKind::CounterRegressed));
                continue;
            }
            assert_eq!(reason(&answer).as_str(), fault.reason(), "{fault:?}");
            let burnt = reason(&finish().await) == Reason::CeremonyConsumed;
            assert_eq!(burnt, fault != Fault::OtherChallenge, "{fault:?}");
            let refused = world.events().await.into_iter().find(|event| {
                event.ceremony_id == Some(started.ceremony_id)
                    && event.reasons.first() == Some(&reason(&answer))
            });
            let kind = refused.unwrap_or_else(|| panic!("{fault:?} left no event")).kind;
            assert_eq!(kind == EventKind::AuthenticationFinished, burnt, "{fault:?}");
        }
        // A failed assertion never changes the state of a credential.
        world.log_in(None, &mut device).await.expect("logged in");
    })
    .await;
}

/// Faults of a statement need one.
fn statement_for(fault: Fault) -> Statement {
    match fault {
        Fault::StatementIncomplete | Fault::StatementAlgorithm | Fault::StatementSignature => {
            Statement::PackedSelf
        }
        _ => Statement::None,
    }
}
