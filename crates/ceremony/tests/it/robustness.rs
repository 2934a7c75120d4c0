//! Hostile bytes: nothing panics, and nothing that was changed is accepted.

use keystead_ceremony::{
    assertion::{self, Asserted},
    registration::{self, Registered},
};
use keystead_domain::{Algorithm, AttestationTrust};
use proptest::{prelude::*, sample::Index};

use crate::{
    key::cbor,
    response::{Assertion, Registration, Statement, assertion_json, registration_json},
};

/// One change to a byte string: another byte, a byte more, or an end cut off.
#[derive(Clone, Debug)]
enum Mutation {
    Replace(Index, u8),
    Insert(Index, u8),
    Truncate(Index),
}

fn mutations() -> impl Strategy<Value = Mutation> {
    prop_oneof![
        4 => any::<(Index, u8)>().prop_map(|(at, byte)| Mutation::Replace(at, byte)),
        1 => any::<(Index, u8)>().prop_map(|(at, byte)| Mutation::Insert(at, byte)),
        1 => any::<Index>().prop_map(Mutation::Truncate),
    ]
}

fn mutated(bytes: &[u8], mutation: &Mutation) -> Vec<u8> {
    let mut out = bytes.to_vec();
    match mutation {
        Mutation::Replace(at, byte) => out[at.index(bytes.len())] = *byte,
        Mutation::Insert(at, byte) => out.insert(at.index(bytes.len() + 1), *byte),
        Mutation::Truncate(at) => out.truncate(at.index(bytes.len())),
    }
    out
}

fn self_signed(algorithm: Algorithm) -> Registration {
    let mut case = Registration::of(algorithm);
    case.format = "packed".into();
    case.statement = Statement::SelfSigned;
    case
}

fn registered(parts: registration::Parts) -> Option<Registered> {
    let case = Registration::of(Algorithm::Ed25519);
    let response = registration::Response::from_parts(parts).ok()?;
    response.verify(&case.rp, &case.terms).ok()
}

fn logged_in(parts: assertion::Parts) -> Option<Asserted> {
    let case = Assertion::of(Algorithm::Ed25519);
    let response = assertion::Response::from_parts(parts).ok()?;
    let checked = response.check(&case.rp).ok()?;
    checked.verify(&cbor(case.stored_key), case.stored_algorithm).ok()
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC{0,200}") {
        let _ = registration::Response::from_json(&text);
        let _ = assertion::Response::from_json(&text);
    }

    #[test]
    fn no_mutated_json_panics(mutation in mutations()) {
        let json = registration_json(&self_signed(Algorithm::Ed25519).parts()).to_string();
        let bytes = mutated(json.as_bytes(), &mutation);
        if let Ok(response) = registration::Response::from_json(&String::from_utf8_lossy(&bytes)) {
            let case = Registration::of(Algorithm::Ed25519);
            let _ = response.verify(&case.rp, &case.terms);
        }
        let json = assertion_json(&Assertion::of(Algorithm::Ed25519).parts()).to_string();
        let bytes = mutated(json.as_bytes(), &mutation);
        if let Ok(response) = assertion::Response::from_json(&String::from_utf8_lossy(&bytes)) {
            let _ = response.check(&Assertion::of(Algorithm::Ed25519).rp).map(|_| ());
        }
    }

    #[test]
    fn no_arbitrary_attestation_object_registers(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let mut parts = Registration::of(Algorithm::Ed25519).parts();
        parts.attestation_object = bytes;
        prop_assert_eq!(registered(parts), None);
    }

    #[test]
    fn no_mutated_attestation_object_panics(mutation in mutations()) {
        for algorithm in [Algorithm::Es256, Algorithm::Ed25519] {
            let mut parts = Registration::of(algorithm).parts();
            parts.attestation_object = mutated(&parts.attestation_object, &mutation);
            let _ = registered(parts);
        }
    }

    /// A change of the format's name makes the statement one that proves nothing, which is accepted as that.
    #[test]
    fn no_changed_registration_counts_as_self_signed(mutation in mutations()) {
        let honest = self_signed(Algorithm::Ed25519).parts();
        for change_client_data in [true, false] {
            let mut parts = honest.clone();
            let field = if change_client_data { &mut parts.client_data_json } else { &mut parts.attestation_object };
            let changed = mutated(field, &mutation);
            let is_changed = changed != *field;
            *field = changed;
            let trust = registered(parts).map(|registered| registered.attestation.trust);
            prop_assert_eq!(trust == Some(AttestationTrust::SelfSigned), !is_changed);
        }
    }

    #[test]
    fn an_assertion_does_not_survive_any_change(mutation in mutations()) {
        let fields: [fn(&mut assertion::Parts) -> &mut Vec<u8>; 4] = [
            |parts| &mut parts.client_data_json,
            |parts| &mut parts.authenticator_data,
            |parts| &mut parts.signature,
            |parts| &mut parts.raw_id,
        ];
        let honest = Assertion::of(Algorithm::Ed25519).parts();
        for field in fields {
            let mut parts = honest.clone();
            let changed = mutated(field(&mut parts), &mutation);
            let is_changed = changed != *field(&mut parts);
            *field(&mut parts) = changed;
            prop_assert_eq!(logged_in(parts).is_none(), is_changed);
        }
    }
}
