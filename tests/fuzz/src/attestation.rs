//! Attestation objects, where attestation was asked for: client data, then the object. The response around it is honest,
//! with the id that the object has; without client data of its own, it is that of the authenticators.

use std::sync::LazyLock;

use keystead_ceremony::registration::{Parts, Response};
use keystead_domain::{
    AttestationConveyance, AttestationRule, AttestationTrust, RegistrationTerms, Timestamp,
    UntrustedAttestation,
};

use crate::{
    frame::Frame,
    known::{ATTESTATION_ROOTS, CHALLENGE, VECTORS, base64url, bytes, terms},
    registration::{client_data, judge, members},
};

static TERMS: LazyLock<RegistrationTerms> = LazyLock::new(|| terms(AttestationConveyance::Direct));

static RULE: LazyLock<AttestationRule> = LazyLock::new(|| AttestationRule {
    roots: ATTESTATION_ROOTS.clone(),
    untrusted: UntrustedAttestation::Accept,
});

/// When the certificates of the vectors are valid.
const NOW: Timestamp = Timestamp::from_micros(1_780_000_000_000_000);

/// Certificates that one of the roots has signed, or that are one: there are no others to be trusted.
static TRUSTED: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let vectors = VECTORS["vectors"].as_array().expect("a list of vectors").iter();
    let objects = vectors.map(|vector| bytes(&vector["registration_json"], "/response/attestationObject"));
    objects.filter_map(|object| first_certificate(&object)).chain(ATTESTATION_ROOTS.iter().cloned()).collect()
});

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
    let Ok(response) = Response::from_parts(parts.clone()) else { return false };
    let Some(registered) = judge(&response, &parts, &TERMS) else { return false };
    let judged = registered.trusted_by(&RULE, NOW).expect("nobody is refused for a lack of trust");
    if judged.attestation.trust == AttestationTrust::Trusted {
        let shown = first_certificate(frame.0).expect("a certificate");
        assert!(TRUSTED.contains(&shown), "trusted, and nobody has signed its certificate");
    }
    true
}

/// The certificate of whoever attests.
fn first_certificate(object: &[u8]) -> Option<Vec<u8>> {
    let statement = members(object)("attStmt").into_map().ok()?;
    let (_, chain) = statement.into_iter().find(|(name, _)| name.as_text() == Some("x5c"))?;
    chain.into_array().ok()?.into_iter().next()?.into_bytes().ok()
}

fn attested_id(object: &[u8]) -> Option<Vec<u8>> {
    let data = members(object)("authData").into_bytes().ok()?;
    let (length, rest) = data.get(53..)?.split_first_chunk()?;
    rest.get(..u16::from_be_bytes(*length).into()).map(<[u8]>::to_vec)
}
