//! Statements that certificates stand behind.

use keystead_domain::{Algorithm, Reason};

use super::{About, certificates::Chain, tpm, webauthn_core};
use crate::cbor::{Map, Value};

/// The formats with certificates that can be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// §8.2.
    Packed,
    /// §8.3.
    Tpm,
    /// §8.4.
    AndroidKey,
    /// §8.6.
    FidoU2f,
    /// §8.8.
    Apple,
}

impl Format {
    pub(super) fn from_identifier(text: &str) -> Option<Self> {
        match text {
            "packed" => Some(Self::Packed),
            "tpm" => Some(Self::Tpm),
            "android-key" => Some(Self::AndroidKey),
            "fido-u2f" => Some(Self::FidoU2f),
            "apple" => Some(Self::Apple),
            _ => None,
        }
    }
}

/// A statement with certificates, and the attestation object around it.
pub(super) struct Certified<'a> {
    format: Format,
    statement: Map<'a>,
    chain: Chain<'a>,
    object: &'a [u8],
}

impl<'a> Certified<'a> {
    /// Reads what all such statements have, and what the signer's key has to do with the algorithm that the statement names:
    /// webauthn-rs-core goes by the key alone.
    pub(super) fn read(format: Format, statement: Map<'a>, object: &'a [u8]) -> Result<Self, Reason> {
        let chain = Chain::read(&statement)?;
        match format {
            Format::Packed | Format::Tpm | Format::AndroidKey => check_algorithm(&statement, chain.signer)?,
            Format::FidoU2f if chain.signer != Algorithm::Es256 => {
                return Err(Reason::AttestationStatementMalformed);
            }
            Format::FidoU2f | Format::Apple => {}
        }
        Ok(Self { format, statement, chain, object })
    }

    /// Judges the statement against the new key, and not who signed it; gives the certificates, or none where they speak for a
    /// key that may be in a file as well as in the authenticator: such a key is not to be trusted, whoever signed.
    pub(super) fn verify(&self, about: &About<'_>) -> Result<Vec<Vec<u8>>, Reason> {
        // The key's algorithm is known to be offered; these are the ones that webauthn-rs-core reads.
        if !matches!(about.key.algorithm(), Algorithm::Es256 | Algorithm::Es384 | Algorithm::Rs256) {
            return Err(Reason::AttestationUnsupported);
        }
        match self.format {
            Format::Tpm if !tpm::verify(&self.statement, &self.chain, about)? => return Ok(Vec::new()),
            Format::Tpm => {}
            _ => webauthn_core::verify(self.object, about)?,
        }
        Ok(self.chain.ders.iter().map(|der| der.to_vec()).collect())
    }
}

fn check_algorithm(statement: &Map<'_>, signer: Algorithm) -> Result<(), Reason> {
    let Some(Value::Int(named)) = statement.text("alg") else {
        return Err(Reason::AttestationStatementMalformed);
    };
    match i64::try_from(*named).ok().and_then(Algorithm::from_cose) {
        Some(algorithm) if algorithm == signer => Ok(()),
        Some(_) => Err(Reason::AttestationStatementMalformed),
        None => Err(Reason::AttestationUnsupported),
    }
}
