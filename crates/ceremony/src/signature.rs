//! Verification of signatures (§6.5.5), with aws-lc-rs.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P384_SHA384_ASN1, ECDSA_P521_SHA512_ASN1, ED25519, ML_DSA_44, ML_DSA_65,
    ML_DSA_87, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, VerificationAlgorithm,
};
use keystead_domain::{Algorithm, Reason};

use crate::cose::{CoseKey, Numbers};

/// A signature is not one of this key over this message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not verify")]
pub(crate) struct BadSignature;

/// A public key that signatures can be verified with.
pub(crate) struct PublicKey {
    algorithm: Algorithm,
    key: ParsedPublicKey,
}

impl PublicKey {
    /// Takes a `COSE_Key`; a point that is not on its NIST curve is refused here, so that no such key is ever stored.
    pub(crate) fn parse(cose: &[u8]) -> Result<Self, Reason> {
        let CoseKey { algorithm, numbers } = CoseKey::parse(cose)?;
        let key = match numbers {
            Numbers::Point { x, y } => {
                ParsedPublicKey::new(verification(algorithm), [&[4][..], x, y].concat())
            }
            Numbers::Encoded(key) => ParsedPublicKey::new(verification(algorithm), key),
            Numbers::Modulus { n, e } => {
                RsaPublicKeyComponents { n, e }.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)
            }
        };
        let key = key.map_err(|_| Reason::PublicKeyMalformed)?;
        Ok(Self { algorithm, key })
    }

    /// The algorithm the key is for.
    pub(crate) const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Verifies a signature: ASN.1 DER for ECDSA, raw for the others.
    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        self.key.verify_sig(message, signature).map_err(|_| BadSignature)
    }
}

/// What verifies an algorithm's signatures. ML-DSA is the pure one, with an empty context (RFC 9964).
fn verification(algorithm: Algorithm) -> &'static dyn VerificationAlgorithm {
    match algorithm {
        Algorithm::Es256 => &ECDSA_P256_SHA256_ASN1,
        Algorithm::Es384 => &ECDSA_P384_SHA384_ASN1,
        Algorithm::Es512 => &ECDSA_P521_SHA512_ASN1,
        Algorithm::Ed25519 => &ED25519,
        Algorithm::Rs256 => &RSA_PKCS1_2048_8192_SHA256,
        Algorithm::MlDsa44 => &ML_DSA_44,
        Algorithm::MlDsa65 => &ML_DSA_65,
        Algorithm::MlDsa87 => &ML_DSA_87,
    }
}
