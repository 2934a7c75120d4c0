//! TPM attestation (§8.3), verified here: webauthn-rs-core 0.6 refuses every hash that a TPM signs with today, and reads the
//! device's names in another place than TCG's profile puts them.

mod certificate;
mod structures;

use aws_lc_rs::digest::{Algorithm as Hash, SHA256, SHA384, digest};
use keystead_domain::{Algorithm, Reason};
use webauthn_rs_core::crypto::verify_signature;

use self::structures::{Certification, PublicArea};
use super::{About, certificates::Chain};
use crate::cbor::{Map, Value};

/// Verifies a statement: the attestation key signed that the TPM holds the new key, and for this registration. Answers whether the
/// key is bound to the TPM, which §8.3 does not ask.
pub(super) fn verify(statement: &Map<'_>, chain: &Chain<'_>, about: &About<'_>) -> Result<bool, Reason> {
    let malformed = Reason::AttestationStatementMalformed;
    match statement.text("ver") {
        Some(Value::Text("2.0")) => {}
        Some(Value::Text(_)) => return Err(Reason::AttestationUnsupported),
        _ => return Err(malformed),
    }
    let (Some(&Value::Bytes(public_area)), Some(&Value::Bytes(cert_info)), Some(&Value::Bytes(signature))) =
        (statement.text("pubArea"), statement.text("certInfo"), statement.text("sig"))
    else {
        return Err(malformed);
    };
    let public = PublicArea::parse(public_area).ok_or(malformed)?;
    let certification = Certification::parse(cert_info).ok_or(malformed)?;
    let named_with = public.name_hash().ok_or(Reason::AttestationUnsupported)?;
    let holds = public.is_key(about.attested.public_key)
        && certification.extra_data == digest(hash_of(chain.signer)?, &about.signed()).as_ref()
        && certification.name
            == [&public.name_algorithm[..], digest(named_with, public_area).as_ref()].concat();
    if !holds {
        return Err(malformed);
    }
    if !verify_signature(&chain.leaf, signature, cert_info).is_ok_and(|verified| verified) {
        return Err(Reason::AttestationSignatureInvalid);
    }
    certificate::check(&chain.leaf, about.attested.aaguid)?;
    Ok(public.is_bound)
}

/// The hash that goes with what the statement's `alg` names, which is what the certificate's key signs with.
fn hash_of(signer: Algorithm) -> Result<&'static Hash, Reason> {
    match signer {
        Algorithm::Es256 | Algorithm::Rs256 => Ok(&SHA256),
        Algorithm::Es384 => Ok(&SHA384),
        _ => Err(Reason::AttestationUnsupported),
    }
}
