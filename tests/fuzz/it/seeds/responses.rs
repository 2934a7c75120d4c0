//! Responses: of each algorithm, with each fault, and of the specification (§16).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use keystead_authenticator::{Algorithm, Authenticator, Fault, Settings, Statement};
use keystead_fuzz::{
    frame::framed,
    known::{AUTHENTICATORS, CHALLENGE, ORIGIN, VECTORS, creation_options, credential, request_options},
    registration::client_data,
};
use serde_json::Value;

use super::Seed;

pub(super) fn all() -> Vec<Seed> {
    [logins(), faults_of_logins(), registrations(), faults_of_registrations(), statements(), published()]
        .into_iter()
        .flatten()
        .collect()
}

fn name(algorithm: Algorithm) -> String {
    format!("{algorithm:?}").to_lowercase()
}

/// The member of a response, decoded.
fn bytes(response: &str, member: &str) -> Vec<u8> {
    let response: Value = serde_json::from_str(response).expect("a response is JSON");
    decoded(&response["response"][member])
}

fn decoded(text: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text.as_str().expect("a text")).expect("base64url")
}

/// As JSON; and typed, for the target to sign.
fn logins() -> Vec<Seed> {
    let request = request_options().to_string();
    let mut seeds = Vec::new();
    for (authenticator, signer) in AUTHENTICATORS.iter().zip(1..) {
        let name = name(credential(authenticator).algorithm());
        let json = authenticator.clone().get(&request, ORIGIN).expect("an assertion");
        let (client_data, data) = (bytes(&json, "clientDataJSON"), bytes(&json, "authenticatorData"));
        let typed = [vec![signer], framed(&[&client_data, &data, &[], &[], &[9; 64]])].concat();
        seeds.push(Seed::taken("assertion", format!("{name}.json"), json));
        seeds.push(Seed::taken("assertion", format!("{name}-typed"), typed));
    }
    seeds
}

fn faults_of_logins() -> Vec<Seed> {
    let ed25519 = AUTHENTICATORS.iter().find(|it| credential(it).algorithm() == Algorithm::Ed25519);
    let request = request_options().to_string();
    let seed = |fault: &Fault| {
        let mut authenticator = ed25519.expect("an Ed25519 key").clone();
        authenticator.plant(*fault);
        let json = authenticator.get(&request, ORIGIN).expect("an assertion");
        // The relying party may be framed; the challenge is compared and not judged; others judge the rest.
        let is_taken = matches!(
            fault,
            Fault::CrossOrigin
                | Fault::OtherChallenge
                | Fault::NotVerified
                | Fault::UserHandleMissing
                | Fault::OtherUserHandle
                | Fault::CounterRollback
        );
        Seed::taken("assertion", format!("fault-{fault:?}.json"), json).that_is(is_taken)
    };
    Fault::ALL.iter().filter(|fault| fault.is_of_authentication()).map(seed).collect()
}

fn settings(algorithm: Algorithm, statement: Statement) -> Settings {
    Settings {
        preferred_algorithm: Some(algorithm),
        statement,
        extension_output: true,
        ..Settings::default()
    }
}

fn created(algorithm: Algorithm, statement: Statement) -> String {
    let mut authenticator = Authenticator::with_settings(99, settings(algorithm, statement));
    authenticator.create(&creation_options(algorithm).to_string(), ORIGIN).expect("a credential")
}

fn registrations() -> Vec<Seed> {
    let mut seeds = Vec::new();
    for algorithm in Algorithm::ALL {
        let name = name(*algorithm);
        let json = created(*algorithm, Statement::PackedSelf);
        let (client_data, object) = (bytes(&json, "clientDataJSON"), bytes(&json, "attestationObject"));
        let response: Value = serde_json::from_str(&json).expect("a response is JSON");
        let typed = framed(&[&client_data, &object, &decoded(&response["rawId"]), b"internal"]);
        seeds.push(Seed::taken("registration", format!("{name}.json"), json));
        seeds.push(Seed::taken("registration", format!("{name}-typed"), typed));
    }
    seeds
}

fn faults_of_registrations() -> Vec<Seed> {
    let seed = |fault: &Fault| {
        let mut authenticator = Authenticator::with_settings(99, settings(Algorithm::Es256, Statement::None));
        authenticator.plant(*fault);
        let json = authenticator.create(&creation_options(Algorithm::Es256).to_string(), ORIGIN);
        let is_taken = matches!(
            fault,
            Fault::CrossOrigin
                | Fault::OtherChallenge
                | Fault::NotVerified
                | Fault::NotDiscoverable
                | Fault::OtherAttachment
                | Fault::AlgorithmNotOffered
        );
        let name = format!("fault-{fault:?}.json");
        Seed::taken("registration", name, json.expect("a credential")).that_is(is_taken)
    };
    Fault::ALL.iter().filter(|fault| fault.is_of_registration()).map(seed).collect()
}

/// Attestation objects by themselves, with the client data that the target has.
fn statements() -> Vec<Seed> {
    let mut seeds = Vec::new();
    let mut seed = |name: String, algorithm: Algorithm, statement: Statement, is_taken: bool| {
        let json = created(algorithm, statement);
        assert_eq!(bytes(&json, "clientDataJSON"), client_data(&CHALLENGE).as_bytes());
        let input = [framed(&[&[]]), bytes(&json, "attestationObject")].concat();
        seeds.push(Seed::taken("attestation", name, input).that_is(is_taken));
    };
    for algorithm in Algorithm::ALL {
        let name = name(*algorithm);
        seed(format!("none-{name}"), *algorithm, Statement::None, true);
        seed(format!("self-{name}"), *algorithm, Statement::PackedSelf, true);
    }
    seed("batch".into(), Algorithm::Es256, Statement::PackedBatch, true);
    seed("unknown".into(), Algorithm::Es256, Statement::Unknown("unknown".into()), false);
    seeds
}

/// The vectors of the specification. Nobody here has their keys, so none of their logins is taken.
fn published() -> Vec<Seed> {
    let mut seeds = Vec::new();
    for vector in VECTORS["vectors"].as_array().expect("a list of vectors") {
        let name = format!("w3c-{}", vector["id"].as_str().expect("a name"));
        let (registration, login) = (&vector["registration_json"], &vector["authentication_json"]);
        let json = registration.to_string();
        let object = [framed(&[&bytes(&json, "clientDataJSON")]), bytes(&json, "attestationObject")].concat();
        let is_known = name != "w3c-packed-ed448";
        seeds.push(Seed::taken("registration", format!("{name}.json"), json).that_is(is_known));
        seeds.push(Seed::taken("assertion", format!("{name}.json"), login.to_string()).that_is(false));
        // A key that webauthn-rs-core cannot judge, or a rule of theirs that the vector breaks.
        let is_judged =
            !["packed-ed448", "packed-eddsa", "packed-es512", "packed-rs256", "android-key-es256"]
                .iter()
                .any(|other| name.ends_with(other));
        seeds.push(Seed::taken("attestation", name, object).that_is(is_judged));
    }
    seeds
}
