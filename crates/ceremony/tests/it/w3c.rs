//! The vectors of the specification (§16): each either registers and logs in, or is refused at registration.

use keystead_ceremony::{assertion, registration};
use keystead_domain::{
    Algorithm, AttestationTrust, Challenge, Reason, RegistrationTerms, RelyingParty, ResidentKey,
    UserVerification,
};
use serde_json::Value;

use crate::{
    key,
    response::{relying_party, terms},
};

const VECTORS: &str = include_str!("../../../../tests/vectors/w3c_l3_vectors.json");

type Expected = Result<(Algorithm, AttestationTrust), Reason>;

const NO_STATEMENT: Expected = Ok((Algorithm::Es256, AttestationTrust::None));
const UNVERIFIED: Expected = Ok((Algorithm::Es256, AttestationTrust::Unverified));

const EXPECTED: [(&str, Expected); 15] = [
    ("none-es256", NO_STATEMENT),
    ("packed-self-es256", Ok((Algorithm::Es256, AttestationTrust::SelfSigned))),
    ("none-es256-crossOrigin", NO_STATEMENT),
    ("none-es256-topOrigin", NO_STATEMENT),
    ("none-es256-long-credential-id", NO_STATEMENT),
    ("packed-es256", UNVERIFIED),
    ("packed-es384", Ok((Algorithm::Es384, AttestationTrust::Unverified))),
    ("packed-es512", Ok((Algorithm::Es512, AttestationTrust::Unverified))),
    ("packed-rs256", Ok((Algorithm::Rs256, AttestationTrust::Unverified))),
    ("packed-eddsa", Ok((Algorithm::Ed25519, AttestationTrust::Unverified))),
    ("packed-ed448", Err(Reason::AlgorithmNotOffered)),
    ("tpm-es256", UNVERIFIED),
    ("android-key-es256", UNVERIFIED),
    ("apple-es256", UNVERIFIED),
    ("fido-u2f-es256", UNVERIFIED),
];

fn vectors() -> Vec<Value> {
    let file: Value = serde_json::from_str(VECTORS).unwrap();
    file["vectors"].as_array().unwrap().clone()
}

fn hex(value: &Value) -> Vec<u8> {
    key::hex(value.as_str().unwrap())
}

/// A challenge of ours; the vectors' longer ones are never asked.
fn challenge(value: &Value) -> Option<Challenge> {
    hex(value).try_into().ok().map(Challenge)
}

fn framed_rp() -> RelyingParty {
    relying_party(&["https://example.com"])
}

fn lax() -> RegistrationTerms {
    RegistrationTerms {
        user_verification: UserVerification::Preferred,
        resident_key: ResidentKey::Preferred,
        attachment: None,
        ..terms()
    }
}

fn registration_of(vector: &Value) -> registration::Response {
    registration::Response::from_json(&vector["registration_json"].to_string()).unwrap()
}

fn assertion_of(vector: &Value) -> assertion::Response {
    assertion::Response::from_json(&vector["authentication_json"].to_string()).unwrap()
}

fn expected_of(vector: &Value) -> Expected {
    EXPECTED.iter().find(|(id, _)| vector["id"] == *id).map(|(_, expected)| *expected).unwrap()
}

#[test]
fn every_vector_registers_or_is_refused_as_expected() {
    let vectors = vectors();
    assert_eq!(vectors.len(), EXPECTED.len());
    for vector in &vectors {
        let registered = registration_of(vector).verify(&framed_rp(), &lax());
        let seen = registered.map(|registered| (registered.algorithm, registered.attestation.trust));
        assert_eq!(seen, expected_of(vector), "{}", vector["id"]);
    }
}

#[test]
fn every_vector_that_registers_logs_in() {
    for vector in vectors().iter().filter(|vector| expected_of(vector).is_ok()) {
        let id = &vector["id"];
        let registered = registration_of(vector).verify(&framed_rp(), &lax()).unwrap();
        let response = assertion_of(vector);
        assert_eq!(response.webauthn_id(), Some(registered.webauthn_id), "{id}");
        let (rp, flags) = (framed_rp(), hex(&vector["authentication"]["authenticatorData"])[32]);
        let asserted =
            response.check(&rp).unwrap().verify(&registered.public_key, registered.algorithm).unwrap();
        assert_eq!(asserted.user_verified, flags & 0x04 != 0, "{id}");
        assert_eq!(asserted.backup_eligible, registered.backup_eligible, "{id}");
        assert_eq!(asserted.backed_up, flags & 0x10 != 0, "{id}");
    }
}

#[test]
fn a_vectors_assertion_does_not_verify_with_another_vectors_key() {
    let all: Vec<Value> =
        vectors().into_iter().filter(|vector| expected_of(vector) == NO_STATEMENT).collect();
    let keys: Vec<Vec<u8>> = all
        .iter()
        .map(|vector| registration_of(vector).verify(&framed_rp(), &lax()).unwrap().public_key)
        .collect();
    for (i, vector) in all.iter().enumerate() {
        let (response, rp) = (assertion_of(vector), framed_rp());
        let checked = response.check(&rp).unwrap();
        for (j, key) in keys.iter().enumerate() {
            assert_eq!(checked.verify(key, Algorithm::Es256).is_ok(), i == j, "{}", vector["id"]);
        }
    }
}

#[test]
fn every_vectors_facts_are_those_published() {
    for vector in vectors().iter().filter(|vector| expected_of(vector).is_ok()) {
        let registered = registration_of(vector).verify(&framed_rp(), &lax()).unwrap();
        let published = &vector["registration"];
        assert_eq!(registered.aaguid.0.to_vec(), hex(&published["aaguid"]), "{}", vector["id"]);
        assert_eq!(registered.webauthn_id.as_bytes(), hex(&published["credential_id"]), "{}", vector["id"]);
        assert!(hex(&published["attestationObject"]).ends_with(&registered.public_key), "{}", vector["id"]);
    }
}

#[test]
fn every_vector_answers_its_own_challenge_alone() {
    for vector in &vectors() {
        let (at_registration, at_login) = (
            challenge(&vector["registration"]["challenge"]),
            challenge(&vector["authentication"]["challenge"]),
        );
        let (registration, assertion) = (registration_of(vector), assertion_of(vector));
        for (challenge, registers) in [(at_registration, true), (at_login, false)] {
            let Some(challenge) = challenge else { continue };
            assert_eq!(registration.answers(&challenge), registers, "{}", vector["id"]);
            assert_eq!(assertion.answers(&challenge), !registers, "{}", vector["id"]);
        }
    }
}

#[test]
fn framed_vectors_are_refused_where_no_top_origin_is_allowed() {
    for vector in &vectors() {
        let is_framed = vector["id"] == "none-es256-crossOrigin" || vector["id"] == "none-es256-topOrigin";
        let registration = registration_of(vector).verify(&relying_party(&[]), &lax());
        let framing = Some(Reason::CrossOriginNotAllowed);
        assert_eq!(registration.err() == framing, is_framed, "{}", vector["id"]);
        let login = assertion_of(vector);
        assert_eq!(login.check(&relying_party(&[])).err() == framing, is_framed, "{}", vector["id"]);
    }
}
