//! X.509 certificates (RFC 5280), as far as statements and roots need them read.

use keystead_domain::{Algorithm, Reason};
use x509_cert::{
    Certificate,
    der::{Decode as _, oid::db::rfc5912, referenced::OwnedToRef as _},
};

use crate::cbor::{Map, Value};

/// Most certificates of a statement. Chains in use have up to six; each costs a signature check.
const MOST: usize = 8;

/// Whether these bytes are one X.509 certificate in DER, and nothing after it.
#[must_use]
pub fn is_certificate(der: &[u8]) -> bool {
    read(der).is_some()
}

/// Reads a certificate; nothing about it is judged.
pub(super) fn read(der: &[u8]) -> Option<Certificate> {
    Certificate::from_der(der).ok()
}

/// The certificates of a statement, the authenticator's own first.
pub(super) struct Chain<'a> {
    /// As they came.
    pub(super) ders: Vec<&'a [u8]>,
    /// The authenticator's own.
    pub(super) leaf: Certificate,
    /// What the authenticator's own signs with.
    pub(super) signer: Algorithm,
}

impl<'a> Chain<'a> {
    /// Reads `x5c` (§8.2): an array of certificates, not empty.
    pub(super) fn read(statement: &Map<'a>) -> Result<Self, Reason> {
        let malformed = Reason::AttestationStatementMalformed;
        let Some(Value::Array(items)) = statement.text("x5c") else { return Err(malformed) };
        if items.len() > MOST {
            return Err(Reason::AttestationUnsupported);
        }
        let ders = items.iter().map(|item| match item {
            Value::Bytes(der) if is_certificate(der) => Ok(*der),
            _ => Err(malformed),
        });
        let ders = ders.collect::<Result<Vec<_>, _>>()?;
        let leaf = ders.first().and_then(|der| read(der)).ok_or(malformed)?;
        let signer = signer(&leaf).ok_or(Reason::AttestationUnsupported)?;
        Ok(Self { ders, leaf, signer })
    }
}

/// The algorithm whose signatures a certificate's key makes, where they can be verified here.
fn signer(certificate: &Certificate) -> Option<Algorithm> {
    let key = certificate.tbs_certificate().subject_public_key_info();
    match key.algorithm.owned_to_ref().oids().ok()? {
        (rfc5912::ID_EC_PUBLIC_KEY, Some(rfc5912::SECP_256_R_1)) => Some(Algorithm::Es256),
        (rfc5912::ID_EC_PUBLIC_KEY, Some(rfc5912::SECP_384_R_1)) => Some(Algorithm::Es384),
        (rfc5912::RSA_ENCRYPTION, None) => Some(Algorithm::Rs256),
        _ => None,
    }
}
