//! Key pairs of the algorithms that an authenticator knows.

use std::fmt;

use aws_lc_rs::{
    agreement::{self, ECDH_P256, ECDH_P384, ECDH_P521},
    encoding::AsDer,
    error::KeyRejected,
    rand::SystemRandom,
    rsa,
    signature::{
        ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, ECDSA_P521_SHA512_ASN1_SIGNING,
        EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair as _, ML_DSA_44_SIGNING,
        ML_DSA_65_SIGNING, ML_DSA_87_SIGNING, PqdsaKeyPair, PqdsaSigningAlgorithm, RSA_PKCS1_SHA256,
    },
};

use crate::{Algorithm, Error, RsaSize, cose::CoseKey, random::Random};

/// A credential's private key.
pub(crate) struct KeyPair {
    algorithm: Algorithm,
    private: Private,
}

enum Private {
    Ecdsa(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Rsa(rsa::KeyPair),
    MlDsa(PqdsaKeyPair),
}

impl KeyPair {
    /// Makes a key that follows from what is drawn; of RSA there is one of each size.
    pub(crate) fn generate(
        algorithm: Algorithm,
        rsa_size: RsaSize,
        random: &mut Random,
    ) -> Result<Self, Error> {
        let private = match algorithm {
            Algorithm::Es256 => ec(&ECDSA_P256_SHA256_ASN1_SIGNING, &ECDH_P256, &random.draw::<32>())?,
            Algorithm::Es384 => ec(&ECDSA_P384_SHA384_ASN1_SIGNING, &ECDH_P384, &random.draw::<48>())?,
            Algorithm::Es512 => {
                // The order of P-521 has one bit in its first byte.
                let scalar = [&[0][..], &random.draw::<65>()].concat();
                ec(&ECDSA_P521_SHA512_ASN1_SIGNING, &ECDH_P521, &scalar)?
            }
            Algorithm::Ed25519 => {
                Private::Ed25519(Ed25519KeyPair::from_seed_unchecked(&random.draw::<32>())?)
            }
            Algorithm::Rs256 => Private::Rsa(rsa(rsa_size)?),
            Algorithm::MlDsa44 => ml_dsa(&ML_DSA_44_SIGNING, random)?,
            Algorithm::MlDsa65 => ml_dsa(&ML_DSA_65_SIGNING, random)?,
            Algorithm::MlDsa87 => ml_dsa(&ML_DSA_87_SIGNING, random)?,
        };
        Ok(Self { algorithm, private })
    }

    pub(crate) const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Signs as WebAuthn wants it (§6.5.5). ECDSA and ML-DSA draw a random number that no seed reaches.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        let random = SystemRandom::new();
        Ok(match &self.private {
            Private::Ecdsa(key) => key.sign(&random, message)?.as_ref().to_vec(),
            Private::Ed25519(key) => key.sign(message).as_ref().to_vec(),
            Private::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)?;
                signature
            }
            Private::MlDsa(key) => {
                let mut signature = vec![0; key.algorithm().signature_len()];
                key.sign(message, &mut signature)?;
                signature
            }
        })
    }

    pub(crate) fn cose(&self) -> CoseKey {
        match &self.private {
            Private::Ecdsa(key) => CoseKey::ec2(self.algorithm, key.public_key().as_ref()),
            Private::Ed25519(key) => CoseKey::okp(key.public_key().as_ref()),
            Private::Rsa(key) => CoseKey::rsa(
                key.public_key().modulus().big_endian_without_leading_zero(),
                key.public_key().exponent().big_endian_without_leading_zero(),
            ),
            Private::MlDsa(key) => CoseKey::akp(self.algorithm, key.public_key().as_ref()),
        }
    }

    /// The public key as a certificate carries it: a point, not compressed, or RSA's numbers in DER (RFC 8017 §A.1.1).
    pub(crate) fn public_key(&self) -> &[u8] {
        match &self.private {
            Private::Ecdsa(key) => key.public_key().as_ref(),
            Private::Ed25519(key) => key.public_key().as_ref(),
            Private::Rsa(key) => key.public_key().as_ref(),
            Private::MlDsa(key) => key.public_key().as_ref(),
        }
    }

    /// `SubjectPublicKeyInfo`, as `getPublicKey()` gives it (§5.2.1.1).
    pub(crate) fn spki(&self) -> Result<Vec<u8>, Error> {
        Ok(match &self.private {
            Private::Ecdsa(key) => key.public_key().as_der()?.as_ref().to_vec(),
            Private::Ed25519(key) => key.public_key().as_der()?.as_ref().to_vec(),
            Private::Rsa(key) => key.public_key().as_der()?.as_ref().to_vec(),
            Private::MlDsa(key) => key.public_key().as_der()?.as_ref().to_vec(),
        })
    }
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyPair({:?})", self.algorithm)
    }
}

/// The library makes no public key of a signing key's private half; its key agreement does.
fn ec(
    signing: &'static EcdsaSigningAlgorithm,
    agreement: &'static agreement::Algorithm,
    private: &[u8],
) -> Result<Private, Error> {
    let public = agreement::PrivateKey::from_private_key(agreement, private)?.compute_public_key()?;
    let pair = EcdsaKeyPair::from_private_key_and_public_key(signing, private, public.as_ref())?;
    Ok(Private::Ecdsa(pair))
}

/// One key of each size for all RS256 credentials: making one takes longer than a test should.
fn rsa(size: RsaSize) -> Result<rsa::KeyPair, KeyRejected> {
    rsa::KeyPair::from_pkcs8(match size {
        RsaSize::Bits2048 => include_bytes!("../keys/rsa.der"),
        RsaSize::Bits3072 => include_bytes!("../keys/rsa_3072.der"),
        RsaSize::Bits4096 => include_bytes!("../keys/rsa_4096.der"),
        RsaSize::Bits8192 => include_bytes!("../keys/rsa_8192.der"),
    })
}

fn ml_dsa(signing: &'static PqdsaSigningAlgorithm, random: &mut Random) -> Result<Private, Error> {
    Ok(Private::MlDsa(PqdsaKeyPair::from_seed(signing, &random.draw::<32>())?))
}
