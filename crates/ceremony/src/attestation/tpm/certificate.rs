//! What a certificate of a TPM's attestation key has to say (§8.3.1).

use keystead_domain::{Aaguid, Reason};
use webauthn_rs_core::attestation::{FidoGenCeAaguid, validate_extension};
use x509_cert::{
    Certificate, TbsCertificate, Version,
    der::oid::ObjectIdentifier,
    ext::pkix::{BasicConstraints, ExtendedKeyUsage, SubjectAltName, name::GeneralName},
};

/// `tcg-kp-AIKCertificate`: the key attests for a TPM.
const ATTESTS_FOR_A_TPM: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.23.133.8.3");
/// Manufacturer, model and firmware version of a TPM (TCG EK Credential Profile §3.1.2).
const DEVICE: [ObjectIdentifier; 3] = [
    ObjectIdentifier::new_unwrap("2.23.133.2.1"),
    ObjectIdentifier::new_unwrap("2.23.133.2.2"),
    ObjectIdentifier::new_unwrap("2.23.133.2.3"),
];

/// Judges the certificate, and that a model it names is the one of authenticatorData. Which manufacturers there are is not
/// looked up: roots say whom to believe.
pub(super) fn check(certificate: &Certificate, aaguid: Aaguid) -> Result<(), Reason> {
    let body = certificate.tbs_certificate();
    let holds = body.version() == Version::V3
        && body.subject().is_empty()
        && names_its_device(body)
        && attests_for_a_tpm(body)
        && is_no_authority(body)
        && validate_extension::<FidoGenCeAaguid>(certificate, &aaguid.0).is_ok();
    if holds { Ok(()) } else { Err(Reason::AttestationStatementMalformed) }
}

/// With an empty subject the device's names have to be critical (RFC 5280 §4.2.1.6).
fn names_its_device(body: &TbsCertificate) -> bool {
    let Ok(Some((true, SubjectAltName(subjects)))) = body.get_extension() else { return false };
    let directory_names = subjects.iter().filter_map(|subject| match subject {
        GeneralName::DirectoryName(name) => Some(name),
        _ => None,
    });
    let named: Vec<ObjectIdentifier> =
        directory_names.flat_map(|name| name.iter().map(|attribute| attribute.oid)).collect();
    DEVICE.iter().all(|attribute| named.contains(attribute))
}

fn attests_for_a_tpm(body: &TbsCertificate) -> bool {
    matches!(body.get_extension(), Ok(Some((_, ExtendedKeyUsage(usages)))) if usages.contains(&ATTESTS_FOR_A_TPM))
}

fn is_no_authority(body: &TbsCertificate) -> bool {
    matches!(body.get_extension(), Ok(Some((_, BasicConstraints { ca: false, .. }))))
}
