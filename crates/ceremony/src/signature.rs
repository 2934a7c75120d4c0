//! Verification of signatures (§6.5.5), with aws-lc-rs.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
};
use keystead_domain::{Algorithm, Reason};

use crate::cose::CoseKey;

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
    /// Takes a `COSE_Key`; a point that is not on P-256 is refused here, so that no such key is ever stored.
    pub(crate) fn parse(cose: &[u8]) -> Result<Self, Reason> {
        let numbers = CoseKey::parse(cose)?;
        let key = match numbers {
            CoseKey::Es256 { x, y } => {
                ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, [&[4][..], x, y].concat())
            }
            CoseKey::Ed25519(point) => ParsedPublicKey::new(&ED25519, point),
            CoseKey::Rs256 { n, e } => {
                RsaPublicKeyComponents { n, e }.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)
            }
        };
        let key = key.map_err(|_| Reason::PublicKeyMalformed)?;
        Ok(Self { algorithm: numbers.algorithm(), key })
    }

    /// The algorithm the key is for.
    pub(crate) const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Verifies a signature: ASN.1 DER for ES256, raw for the others.
    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        self.key.verify_sig(message, signature).map_err(|_| BadSignature)
    }
}
