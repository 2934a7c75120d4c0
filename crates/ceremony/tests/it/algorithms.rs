//! Offered is what can both register and log in: once per algorithm, with an authenticator that shares no code with what is
//! tested.

use keystead_authenticator::{Authenticator, RsaSize, Settings, Statement};
use keystead_ceremony::{CreationOptions, RequestOptions, assertion, registration};
use keystead_domain::{Algorithm, AttestationTrust, Name, RegistrationTerms, RelyingParty, UserHandle};

use crate::response::{CHALLENGE, relying_party, terms};

const ORIGIN: &str = "https://example.org";

fn creation(terms: &RegistrationTerms) -> String {
    let rp = relying_party(&[]);
    let options = CreationOptions {
        rp_id: rp.rp_id,
        rp_name: Name::new("Example").unwrap(),
        user_handle: UserHandle::new([7; 64]).unwrap(),
        user_name: "anna".into(),
        user_display_name: String::new(),
        challenge: CHALLENGE,
        algorithms: terms.algorithms.clone(),
        timeout: RelyingParty::DEFAULT_LIFETIME,
        exclude: vec![],
        attachment: terms.attachment,
        resident_key: terms.resident_key,
        user_verification: terms.user_verification,
        hints: terms.hints.clone(),
        attestation: terms.attestation,
    };
    options.to_json()
}

fn request() -> String {
    let options = RequestOptions {
        challenge: CHALLENGE,
        timeout: RelyingParty::DEFAULT_LIFETIME,
        rp_id: relying_party(&[]).rp_id,
        allow: vec![],
        user_verification: terms().user_verification,
        hints: vec![],
    };
    options.to_json()
}

/// Registers a key of this algorithm, the only one offered, and logs in with it; how many bytes the larger response had.
fn registers_and_logs_in(algorithm: Algorithm, settings: Settings) -> usize {
    let trust = match settings.statement {
        Statement::PackedSelf => AttestationTrust::SelfSigned,
        _ => AttestationTrust::None,
    };
    let terms = RegistrationTerms { algorithms: vec![algorithm], ..terms() };
    let rp = relying_party(&[]);
    let mut authenticator = Authenticator::with_settings(1, settings);
    let made = authenticator.create(&creation(&terms), ORIGIN).unwrap();
    let registered = registration::Response::from_json(&made).unwrap().verify(&rp, &terms).unwrap();
    assert_eq!((registered.algorithm, registered.attestation.trust), (algorithm, trust));
    assert_eq!(registered.public_key, authenticator.credentials()[0].public_key());

    let got = authenticator.get(&request(), ORIGIN).unwrap();
    let response = assertion::Response::from_json(&got).unwrap();
    let checked = response.check(&rp).unwrap();
    let asserted = checked.verify(&registered.public_key, registered.algorithm).unwrap();
    assert_eq!((asserted.sign_count, registered.sign_count), (2, 1));
    made.len().max(got.len())
}

#[test]
fn a_key_of_every_algorithm_registers_and_logs_in() {
    for &algorithm in Algorithm::ALL {
        for statement in [Statement::None, Statement::PackedSelf] {
            registers_and_logs_in(algorithm, Settings { statement, ..Settings::default() });
        }
    }
}

#[test]
fn an_rsa_key_of_every_size_registers_and_logs_in() {
    for &rsa_size in RsaSize::ALL {
        let settings = Settings { rsa_size, statement: Statement::PackedSelf, ..Settings::default() };
        registers_and_logs_in(Algorithm::Rs256, settings);
    }
}

#[test]
fn the_largest_response_fits_with_room_to_spare() {
    let settings = Settings { statement: Statement::PackedSelf, ..Settings::default() };
    let bytes = registers_and_logs_in(Algorithm::MlDsa87, settings);
    assert!((16 * 1024..24 * 1024).contains(&bytes), "{bytes}");
}
