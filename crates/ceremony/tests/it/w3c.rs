//! The vectors of the specification (§16): each either registers and logs in, or is refused at registration.

use keystead_ceremony::{
    assertion,
    registration::{self, Registered},
};
use keystead_domain::{
    Algorithm, AttestationConveyance, AttestationRule, AttestationTrust, Challenge, Reason,
    RegistrationTerms, RelyingParty, ResidentKey, Timestamp, UntrustedAttestation, UserVerification,
};
use proptest::{prelude::*, sample::Index};
use serde_json::Value;

use crate::{
    key,
    response::{relying_party, terms, text},
};

/// Some moment of 2026.
const NOW: Timestamp = Timestamp::from_micros(1_780_000_000_000_000);

const VECTORS: &str = include_str!("../../../../tests/vectors/w3c_l3_vectors.json");

type Expected = Result<(Algorithm, AttestationTrust), Reason>;

const NO_STATEMENT: Expected = Ok((Algorithm::Es256, AttestationTrust::None));
const TRUSTED: Expected = Ok((Algorithm::Es256, AttestationTrust::Trusted));
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

/// What a registration that asks for attestation comes to, where the vectors' root is the one that is trusted.
const ATTESTED: [(&str, Expected); 15] = [
    ("none-es256", Err(Reason::AttestationUntrusted)),
    ("packed-self-es256", Err(Reason::AttestationUntrusted)),
    ("none-es256-crossOrigin", Err(Reason::AttestationUntrusted)),
    ("none-es256-topOrigin", Err(Reason::AttestationUntrusted)),
    ("none-es256-long-credential-id", Err(Reason::AttestationUntrusted)),
    ("packed-es256", TRUSTED),
    ("packed-es384", Ok((Algorithm::Es384, AttestationTrust::Trusted))),
    ("packed-es512", Err(Reason::AttestationUnsupported)),
    // 3482 bits: more than webauthn-rs-core reads.
    ("packed-rs256", Err(Reason::AttestationUnsupported)),
    ("packed-eddsa", Err(Reason::AttestationUnsupported)),
    ("packed-ed448", Err(Reason::AlgorithmNotOffered)),
    // Its key may leave the TPM: the area says so.
    ("tpm-es256", Err(Reason::AttestationUntrusted)),
    // Its certificate does not say that the key was made there, and to sign (§8.4).
    ("android-key-es256", Err(Reason::AttestationStatementMalformed)),
    ("apple-es256", TRUSTED),
    ("fido-u2f-es256", TRUSTED),
];

fn file() -> Value {
    serde_json::from_str(VECTORS).unwrap()
}

fn vectors() -> Vec<Value> {
    file()["vectors"].as_array().unwrap().clone()
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
    expected_in(&EXPECTED, vector)
}

fn expected_in(table: &[(&str, Expected)], vector: &Value) -> Expected {
    table.iter().find(|(id, _)| vector["id"] == *id).map(|(_, expected)| *expected).unwrap()
}

/// Registers with attestation asked for, where these roots are trusted and all else is refused.
fn attested(vector: &Value, roots: &[Vec<u8>]) -> Result<Registered, Reason> {
    let terms = RegistrationTerms { attestation: AttestationConveyance::Direct, ..lax() };
    let rule = AttestationRule { roots: roots.to_vec(), untrusted: UntrustedAttestation::Refuse };
    registration_of(vector).verify(&framed_rp(), &terms)?.trusted_by(&rule, NOW)
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
fn every_vector_is_trusted_or_refused_where_their_root_is_the_one_to_trust() {
    let root = hex(&file()["attestation_root"]["attestation_ca_cert"]);
    for vector in &vectors() {
        let registered = attested(vector, std::slice::from_ref(&root));
        let seen = registered.map(|registered| (registered.algorithm, registered.attestation.trust));
        assert_eq!(seen, expected_in(&ATTESTED, vector), "{}", vector["id"]);
    }
}

#[test]
fn no_vector_is_more_than_unverified_where_nobody_is_trusted() {
    for vector in &vectors() {
        let expected = match (expected_in(&ATTESTED, vector), expected_of(vector)) {
            (Err(reason), _) if reason != Reason::AttestationUntrusted => Err(reason),
            (_, unasked) => unasked,
        };
        let registered = attested(vector, &[]);
        let seen = registered.map(|registered| (registered.algorithm, registered.attestation.trust));
        assert_eq!(seen, expected, "{}", vector["id"]);
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is changed: it is refused, or says what it is.
    #[test]
    fn no_changed_attestation_panics(at in any::<Index>(), byte in any::<u8>()) {
        let root = hex(&file()["attestation_root"]["attestation_ca_cert"]);
        for mut vector in vectors().into_iter().filter(|vector| expected_in(&ATTESTED, vector).is_ok()) {
            let mut object = hex(&vector["registration"]["attestationObject"]);
            let at = at.index(object.len());
            object[at] = byte;
            vector["registration_json"]["response"]["attestationObject"] = text(&object).into();
            let _ = attested(&vector, std::slice::from_ref(&root));
        }
    }
}
