//! Attestation over the wire: whom a registration profile trusts, and what becomes of the rest.

use keystead_authenticator::{
    Algorithm, Attester, Authenticator, Authority, Extension, Plan, Settings, Statement,
};
use keystead_client::{
    Code, Error,
    v1::{
        self, AttestationConveyance, AttestationTrust, ErrorReason, RegistrationProfile,
        UntrustedAttestation, finish_registration_request::Response,
    },
};
use keystead_tests::database::on_every_engine;

use crate::served::{Served, named, request_id};

/// Makes a profile the newest of its name.
async fn create(served: &Served, profile: RegistrationProfile) -> Result<RegistrationProfile, Error> {
    let request = v1::CreateRegistrationProfileRequest { profile: Some(profile), ..Default::default() };
    let made = served.client.admin().create_registration_profile(request).await?;
    Ok(made.profile.expect("a profile"))
}

/// A profile that asks for attestation and trusts these.
fn trusting(name: &str, roots: &[&Authority]) -> RegistrationProfile {
    RegistrationProfile {
        name: name.to_owned(),
        attestation: AttestationConveyance::Direct.into(),
        attestation_roots: roots.iter().map(|root| root.certificate().to_vec()).collect(),
        ..Default::default()
    }
}

async fn start(
    served: &Served,
    profile: &str,
    attestation: AttestationConveyance,
) -> Result<v1::StartRegistrationResponse, Error> {
    let upsert = v1::UpsertUserRequest { external_id: "anna".to_owned(), ..Default::default() };
    served.client.users().upsert_user(upsert).await.expect("the user is made");
    let overrides = v1::RegistrationOverrides { attestation: attestation.into(), ..Default::default() };
    let request = v1::StartRegistrationRequest {
        user: Some(named("anna")),
        profile: profile.to_owned(),
        overrides: Some(overrides),
        ..Default::default()
    };
    served.client.ceremonies().start_registration(request).await
}

fn answer(
    served: &Served,
    started: &v1::StartRegistrationResponse,
    device: &mut Authenticator,
) -> v1::FinishRegistrationRequest {
    let response = device.create(&started.options_json, &served.origin()).expect("a key");
    v1::FinishRegistrationRequest {
        user: Some(named("anna")),
        ceremony_token: started.ceremony_token.clone(),
        response: Some(Response::CredentialJson(response)),
        ..Default::default()
    }
}

/// Registers as the profile says.
async fn register(
    served: &Served,
    profile: &str,
    device: &mut Authenticator,
) -> Result<v1::Credential, Error> {
    let started = start(served, profile, AttestationConveyance::Unspecified).await.expect("started");
    let finish = answer(served, &started, device);
    let finished = served.client.ceremonies().finish_registration(finish).await?;
    Ok(finished.credential.expect("a credential"))
}

fn device(seed: u64, statement: Statement) -> Authenticator {
    Authenticator::with_settings(seed, Settings { statement, ..Settings::default() })
}

fn batch(maker: &Authority) -> Attester {
    Attester::under(maker, &Plan::default()).expect("a batch")
}

/// The reason of a refusal.
fn refusal<T: std::fmt::Debug>(answer: Result<T, Error>) -> ErrorReason {
    match answer {
        Err(Error::Refused(refusal)) => refusal.reason,
        other => panic!("not refused: {other:?}"),
    }
}

fn violated<T: std::fmt::Debug>(answer: Result<T, Error>) -> Vec<String> {
    match answer {
        Err(Error::Rejected { code: Code::InvalidArgument, field_violations, .. }) => {
            field_violations.into_iter().map(|violation| violation.field).collect()
        }
        other => panic!("not rejected: {other:?}"),
    }
}

#[tokio::test]
async fn a_statement_comes_to_what_the_profile_says_of_it() {
    on_every_engine(async |database| {
        let served = Served::start(&database).await;
        let (maker, other) =
            (Authority::root("Maker").expect("a root"), Authority::root("Other").expect("a root"));
        let accepting = RegistrationProfile {
            untrusted_attestation: UntrustedAttestation::Accept.into(),
            max_credentials: 100,
            ..trusting("accepting", &[&other])
        };
        let refusing =
            |name: &str, root| RegistrationProfile { max_credentials: 100, ..trusting(name, &[root]) };
        for profile in [refusing("strict", &maker), refusing("foreign", &other), accepting] {
            create(&served, profile).await.expect("made");
        }
        create(&served, RegistrationProfile { max_credentials: 100, ..trusting("asking", &[]) })
            .await
            .expect("made");

        let packed = || Statement::Packed(batch(&maker));
        let u2f = || Statement::FidoU2f(batch(&maker));
        let unknown = || Statement::Unknown("new-format".to_owned());
        let trusted = |verified| Ok((AttestationTrust::Trusted, verified));
        let is = |trust| Ok((trust, false));
        for (seed, (profile, statement, expected)) in [
            ("strict", packed(), trusted(true)),
            // Trusted is the key; what model it says it is of, U2F does not sign.
            ("strict", u2f(), trusted(false)),
            ("asking", packed(), is(AttestationTrust::Unverified)),
            ("asking", Statement::PackedSelf, is(AttestationTrust::Self_)),
            ("asking", Statement::None, is(AttestationTrust::None)),
            ("accepting", packed(), is(AttestationTrust::Failed)),
            ("accepting", Statement::PackedSelf, is(AttestationTrust::Self_)),
            ("accepting", Statement::None, is(AttestationTrust::None)),
            ("default", packed(), is(AttestationTrust::Unverified)),
            ("default", unknown(), is(AttestationTrust::Unverified)),
            ("strict", Statement::None, Err(ErrorReason::AttestationUntrusted)),
            ("strict", Statement::PackedSelf, Err(ErrorReason::AttestationUntrusted)),
            ("foreign", packed(), Err(ErrorReason::AttestationUntrusted)),
            ("strict", Statement::PackedBatch, Err(ErrorReason::AttestationUntrusted)),
            ("asking", unknown(), Err(ErrorReason::AttestationUnsupported)),
            ("strict", unknown(), Err(ErrorReason::AttestationUnsupported)),
        ]
        .into_iter()
        .enumerate()
        {
            let mut device = device(seed as u64, statement);
            let registered = register(&served, profile, &mut device).await;
            match expected {
                Ok((trust, verified)) => {
                    let credential = registered.expect("registered");
                    let attestation = credential.attestation.expect("an attestation");
                    let provider = credential.provider.expect("a provider");
                    assert_eq!(
                        (attestation.trust(), provider.verified),
                        (trust, verified),
                        "{profile} {seed}"
                    );
                    served.log_in(Some("anna"), &mut device).await.expect("logged in");
                }
                Err(reason) => assert_eq!(refusal(registered), reason, "{profile} {seed}"),
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_statement_that_is_false_or_about_a_key_that_cannot_be_judged_is_refused_once_and_for_all() {
    on_every_engine(async |database| {
        let served = Served::start(&database).await;
        let maker = Authority::root("Maker").expect("a root");
        create(&served, RegistrationProfile { algorithms: vec![-7, -8], ..trusting("strict", &[&maker]) })
            .await
            .expect("made");
        let another_model = Plan { extensions: vec![Extension::aaguid([7; 16])], ..Plan::default() };
        let mut false_batch = batch(&maker);
        false_batch.certificates = batch(&maker).certificates;
        for (statement, algorithm, reason) in [
            (
                Statement::Packed(Attester::under(&maker, &another_model).expect("a batch")),
                Algorithm::Es256,
                ErrorReason::AttestationStatementMalformed,
            ),
            (Statement::Packed(false_batch), Algorithm::Es256, ErrorReason::AttestationSignatureInvalid),
            (Statement::Packed(batch(&maker)), Algorithm::Ed25519, ErrorReason::AttestationUnsupported),
        ] {
            let mut device = device(1, statement);
            device.settings.preferred_algorithm = Some(algorithm);
            let started =
                start(&served, "strict", AttestationConveyance::Unspecified).await.expect("started");
            let finish = answer(&served, &started, &mut device);
            let refused = served.client.ceremonies().finish_registration(finish.clone()).await;
            assert_eq!(refusal(refused), reason);
            let again = served.client.ceremonies().finish_registration(finish).await;
            assert_eq!(refusal(again), ErrorReason::CeremonyConsumed);

            let list = v1::ListEventsRequest { page_size: 10, ..Default::default() };
            let events = served.client.events().list_events(list).await.expect("events").events;
            let finished = events.iter().find(|event| event.r#type == "registration.finished");
            let finished = finished.expect("an event");
            assert_eq!(finished.reasons, [reason.as_str_name().trim_start_matches("ERROR_REASON_")]);
            assert_eq!(finished.outcome(), v1::EventOutcome::Refused);
        }
    })
    .await;
}

#[tokio::test]
async fn roots_are_those_of_the_newest_profile_at_finish() {
    on_every_engine(async |database| {
        let served = Served::start(&database).await;
        let (maker, other) =
            (Authority::root("Maker").expect("a root"), Authority::root("Other").expect("a root"));
        let unspecified = AttestationConveyance::Unspecified;
        let ceremonies = served.client.ceremonies();

        create(&served, trusting("staff", &[&maker])).await.expect("made");
        let started = start(&served, "staff", unspecified).await.expect("started");
        create(&served, trusting("staff", &[&other])).await.expect("made");
        let finish = answer(&served, &started, &mut device(1, Statement::Packed(batch(&maker))));
        let refused = ceremonies.finish_registration(finish).await;
        assert_eq!(refusal(refused), ErrorReason::AttestationUntrusted);

        let started = start(&served, "staff", unspecified).await.expect("started");
        create(&served, trusting("staff", &[&other, &maker])).await.expect("made");
        let finish = answer(&served, &started, &mut device(2, Statement::Packed(batch(&maker))));
        ceremonies.finish_registration(finish).await.expect("registered");

        // A profile that asked for nothing is locked and trusts somebody by now.
        create(&served, RegistrationProfile { name: "guests".to_owned(), ..Default::default() })
            .await
            .expect("made");
        let mut open = Vec::new();
        for _ in 0..2 {
            open.push(start(&served, "guests", unspecified).await.expect("started"));
        }
        let strict = RegistrationProfile { locked: true, ..trusting("guests", &[&maker]) };
        create(&served, strict).await.expect("made");
        let finish = answer(&served, &open[0], &mut device(3, Statement::None));
        assert_eq!(refusal(ceremonies.finish_registration(finish).await), ErrorReason::AttestationUntrusted);
        let finish = answer(&served, &open[1], &mut device(4, Statement::Packed(batch(&maker))));
        ceremonies.finish_registration(finish).await.expect("registered");
    })
    .await;
}

#[tokio::test]
async fn whoever_starts_may_ask_for_no_attestation_unless_the_profile_is_locked() {
    on_every_engine(async |database| {
        let served = Served::start(&database).await;
        let maker = Authority::root("Maker").expect("a root");
        create(&served, trusting("open", &[&maker])).await.expect("made");
        create(&served, RegistrationProfile { locked: true, ..trusting("locked", &[&maker]) })
            .await
            .expect("made");

        let none = AttestationConveyance::None;
        let started = start(&served, "open", none).await.expect("started");
        let finish = answer(&served, &started, &mut device(1, Statement::None));
        let finished = served.client.ceremonies().finish_registration(finish).await.expect("registered");
        let credential = finished.credential.expect("a credential");
        assert_eq!(credential.attestation.expect("an attestation").trust(), AttestationTrust::None);
        assert_eq!(violated(start(&served, "locked", none).await), ["overrides.attestation"]);
    })
    .await;
}

#[tokio::test]
async fn a_profile_names_certificates_and_shows_them_again() {
    on_every_engine(async |database| {
        let served = Served::start(&database).await;
        let (maker, other) =
            (Authority::root("Maker").expect("a root"), Authority::root("Other").expect("a root"));
        let staff = || RegistrationProfile {
            untrusted_attestation: UntrustedAttestation::Accept.into(),
            ..trusting("staff", &[&maker, &other])
        };
        let request = v1::CreateRegistrationProfileRequest {
            profile: Some(staff()),
            request_id: request_id(1),
            ..Default::default()
        };
        let admin = served.client.admin();
        let made =
            admin.create_registration_profile(request.clone()).await.expect("made").profile.expect("it");
        assert_eq!(made.attestation_roots, staff().attestation_roots);
        assert_eq!(made.untrusted_attestation(), UntrustedAttestation::Accept);
        let again = admin.create_registration_profile(request.clone()).await.expect("the same").profile;
        assert_eq!(again.as_ref(), Some(&made));
        let fewer =
            v1::CreateRegistrationProfileRequest { profile: Some(trusting("staff", &[&maker])), ..request };
        match admin.create_registration_profile(fewer).await {
            Err(Error::Rejected { reason: ErrorReason::RequestIdReused, .. }) => {}
            other => panic!("{other:?}"),
        }
        let list = v1::ListRegistrationProfilesRequest { name: "staff".to_owned(), ..Default::default() };
        let listed = admin.list_registration_profiles(list).await.expect("listed").profiles;
        assert_eq!(listed, [made]);

        let root = || maker.certificate().to_vec();
        for (roots, attestation, field) in [
            (vec![root(), b"none".to_vec()], AttestationConveyance::Direct, "profile.attestation_roots[1]"),
            (
                vec![root(), root(), vec![0x30; 8193]],
                AttestationConveyance::Direct,
                "profile.attestation_roots[2]",
            ),
            (vec![root(), root()], AttestationConveyance::Direct, "profile.attestation_roots"),
            (vec![root()], AttestationConveyance::None, "profile.attestation_roots"),
            (vec![root()], AttestationConveyance::Unspecified, "profile.attestation_roots"),
        ] {
            let profile = RegistrationProfile {
                attestation_roots: roots,
                attestation: attestation.into(),
                ..trusting("staff", &[])
            };
            assert_eq!(violated(create(&served, profile).await), [field]);
        }
    })
    .await;
}
