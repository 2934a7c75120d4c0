//! The digest that tells a repeat: of what was read, whichever form it came in.

use keystead_ceremony::{assertion, registration};
use keystead_domain::{Algorithm, Attachment};
use proptest::prelude::*;

use crate::response::{Assertion, Registration, assertion_json, registration_json};

fn of_registration(parts: registration::Parts) -> [u8; 32] {
    registration::Response::from_parts(parts).unwrap().digest()
}

fn of_assertion(parts: assertion::Parts) -> [u8; 32] {
    assertion::Response::from_parts(parts).unwrap().digest()
}

#[test]
fn every_member_of_a_registration_changes_its_digest() {
    let honest = Registration::of(Algorithm::Ed25519).parts();
    let changes: [fn(&mut registration::Parts); 10] = [
        |parts| parts.id.push('A'),
        |parts| parts.raw_id.push(0),
        |parts| parts.kind.push('x'),
        |parts| parts.client_data_json.push(b' '),
        |parts| parts.attestation_object.push(0),
        |parts| parts.transports.push("usb".into()),
        |parts| parts.attachment = None,
        |parts| parts.attachment = Some(Attachment::CrossPlatform),
        |parts| parts.discoverable = None,
        |parts| parts.discoverable = Some(false),
    ];
    let mut seen = vec![of_registration(honest.clone())];
    for change in changes {
        let mut parts = honest.clone();
        change(&mut parts);
        seen.push(of_registration(parts));
    }
    assert_all_differ(&seen);
}

#[test]
fn every_member_of_an_assertion_changes_its_digest() {
    let honest = Assertion::of(Algorithm::Ed25519).parts();
    let changes: [fn(&mut assertion::Parts); 8] = [
        |parts| parts.id.push('A'),
        |parts| parts.raw_id.push(0),
        |parts| parts.kind.push('x'),
        |parts| parts.client_data_json.push(b' '),
        |parts| parts.authenticator_data.push(0),
        |parts| parts.signature.push(0),
        |parts| parts.user_handle = None,
        |parts| parts.attachment = None,
    ];
    let mut seen = vec![of_assertion(honest.clone())];
    for change in changes {
        let mut parts = honest.clone();
        change(&mut parts);
        seen.push(of_assertion(parts));
    }
    assert_all_differ(&seen);
}

fn assert_all_differ(digests: &[[u8; 32]]) {
    for (i, digest) in digests.iter().enumerate() {
        assert!(!digests[..i].contains(digest), "change {i} has the digest of an earlier one");
    }
}

fn attachments() -> impl Strategy<Value = Option<Attachment>> {
    proptest::sample::select(vec![None, Some(Attachment::Platform), Some(Attachment::CrossPlatform)])
}

proptest! {
    #[test]
    fn json_and_typed_registrations_have_the_same_digest(
        id in ".{0,40}",
        raw_id in proptest::collection::vec(any::<u8>(), 0..80),
        kind in ".{0,16}",
        attestation_object in proptest::collection::vec(any::<u8>(), 0..300),
        transports in proptest::collection::vec(".{0,12}", 0..6),
        attachment in attachments(),
        discoverable: Option<bool>,
    ) {
        let client_data_json = Registration::of(Algorithm::Ed25519).around.client_data_json();
        let parts = registration::Parts {
            id, raw_id, kind, client_data_json, attestation_object, transports, attachment, discoverable,
        };
        let json = registration_json(&parts).to_string();
        let from_json = registration::Response::from_json(&json).unwrap();
        prop_assert_eq!(from_json.digest(), of_registration(parts));
    }

    #[test]
    fn json_and_typed_assertions_have_the_same_digest(
        id in ".{0,40}",
        raw_id in proptest::collection::vec(any::<u8>(), 0..80),
        authenticator_data in proptest::collection::vec(any::<u8>(), 0..80),
        signature in proptest::collection::vec(any::<u8>(), 0..80),
        user_handle in proptest::option::of(proptest::collection::vec(any::<u8>(), 0..70)),
        attachment in attachments(),
    ) {
        let client_data_json = Assertion::of(Algorithm::Ed25519).around.client_data_json();
        let kind = "public-key".into();
        let parts = assertion::Parts {
            id, raw_id, kind, client_data_json, authenticator_data, signature, user_handle, attachment,
        };
        let json = assertion_json(&parts).to_string();
        let from_json = assertion::Response::from_json(&json).unwrap();
        prop_assert_eq!(from_json.digest(), of_assertion(parts));
    }
}
