//! Attestation objects, where attestation was asked for: client data, then the object. The response around it is honest,
//! with the id that the object has; without client data of its own, it is that of the authenticators.

use std::sync::LazyLock;

use keystead_ceremony::registration::{Parts, Response};
use keystead_domain::{AttestationConveyance, RegistrationTerms};

use crate::{
    frame::Frame,
    known::{CHALLENGE, base64url, terms},
    registration::{client_data, judge, members},
};

static TERMS: LazyLock<RegistrationTerms> = LazyLock::new(|| terms(AttestationConveyance::Direct));

/// Whatever is attested is what was sent. Says whether it registers.
///
/// # Panics
/// Where a property does not hold.
#[must_use]
pub fn check(input: &[u8]) -> bool {
    let mut frame = Frame(input);
    let client_data_json = match frame.bytes() {
        [] => client_data(&CHALLENGE).into_bytes(),
        bytes => bytes.to_vec(),
    };
    let raw_id = attested_id(frame.0).unwrap_or_else(|| vec![7; 32]);
    let parts = Parts {
        id: base64url(&raw_id),
        raw_id,
        kind: "public-key".to_owned(),
        client_data_json,
        attestation_object: frame.0.to_vec(),
        ..Parts::default()
    };
    Response::from_parts(parts.clone()).is_ok_and(|response| judge(&response, &parts, &TERMS).is_some())
}

fn attested_id(object: &[u8]) -> Option<Vec<u8>> {
    let data = members(object)("authData").into_bytes().ok()?;
    let (length, rest) = data.get(53..)?.split_first_chunk()?;
    rest.get(..u16::from_be_bytes(*length).into()).map(<[u8]>::to_vec)
}
