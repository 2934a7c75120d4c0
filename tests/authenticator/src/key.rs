//! Key pairs of the algorithms that an authenticator knows.

use std::{fmt, sync::LazyLock};

use aws_lc_rs::{
    agreement::{self, ECDH_P256, ECDH_P384},
    encoding::AsDer,
    error::KeyRejected,
    rand::SystemRandom,
    rsa,
    signature::{
        ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
        Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256,
    },
};

use crate::{Error, cose::CoseKey, random::Random};

/// One key for all RS256 credentials: making one takes longer than a test should.
static RSA: LazyLock<Result<rsa::KeyPair, KeyRejected>> =
    LazyLock::new(|| rsa::KeyPair::from_pkcs8(include_bytes!("../keys/rsa.der")));

/// A signature algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-384 with SHA-384. Not offered by Keystead.
    Es384,
    /// `EdDSA` on Curve25519.
    Ed25519,
    /// RSASSA-PKCS1-v1_5 with SHA-256, 2048 bits.
    Rs256,
}

impl Algorithm {
    /// All that an authenticator knows.
    pub const ALL: &[Self] = &[Self::Es256, Self::Es384, Self::Ed25519, Self::Rs256];

    /// The COSE number (IANA COSE Algorithms).
    #[must_use]
    pub const fn cose(self) -> i64 {
        match self {
            Self::Es256 => -7,
            Self::Es384 => -35,
            Self::Ed25519 => -8,
            Self::Rs256 => -257,
        }
    }

    /// The algorithm with this COSE number.
    #[must_use]
    pub fn from_cose(number: i64) -> Option<Self> {
        Self::ALL.iter().copied().find(|algorithm| algorithm.cose() == number)
    }
}

/// A credential's private key.
pub(crate) enum KeyPair {
    Es256(EcdsaKeyPair),
    Es384(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Rs256(&'static rsa::KeyPair),
}

impl KeyPair {
    pub(crate) fn generate(algorithm: Algorithm, random: &mut Random) -> Result<Self, Error> {
        Ok(match algorithm {
            Algorithm::Es256 => Self::Es256(ec::<32>(&ECDSA_P256_SHA256_ASN1_SIGNING, &ECDH_P256, random)?),
            Algorithm::Es384 => Self::Es384(ec::<48>(&ECDSA_P384_SHA384_ASN1_SIGNING, &ECDH_P384, random)?),
            Algorithm::Ed25519 => Self::Ed25519(Ed25519KeyPair::from_seed_unchecked(&random.draw::<32>())?),
            Algorithm::Rs256 => Self::Rs256(RSA.as_ref().map_err(|error| *error)?),
        })
    }

    pub(crate) const fn algorithm(&self) -> Algorithm {
        match self {
            Self::Es256(_) => Algorithm::Es256,
            Self::Es384(_) => Algorithm::Es384,
            Self::Ed25519(_) => Algorithm::Ed25519,
            Self::Rs256(_) => Algorithm::Rs256,
        }
    }

    /// Signs as WebAuthn wants it (§6.5.5). ECDSA draws a random number that no seed reaches.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        let random = SystemRandom::new();
        Ok(match self {
            Self::Es256(key) | Self::Es384(key) => key.sign(&random, message)?.as_ref().to_vec(),
            Self::Ed25519(key) => key.sign(message).as_ref().to_vec(),
            Self::Rs256(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)?;
                signature
            }
        })
    }

    pub(crate) fn cose(&self) -> CoseKey {
        match self {
            Self::Es256(key) => CoseKey::ec2(Algorithm::Es256, 1, key.public_key().as_ref()),
            Self::Es384(key) => CoseKey::ec2(Algorithm::Es384, 2, key.public_key().as_ref()),
            Self::Ed25519(key) => CoseKey::okp(key.public_key().as_ref()),
            Self::Rs256(key) => CoseKey::rsa(
                key.public_key().modulus().big_endian_without_leading_zero(),
                key.public_key().exponent().big_endian_without_leading_zero(),
            ),
        }
    }

    /// `SubjectPublicKeyInfo`, as `getPublicKey()` gives it (§5.2.1.1).
    pub(crate) fn spki(&self) -> Result<Vec<u8>, Error> {
        Ok(match self {
            Self::Es256(key) | Self::Es384(key) => key.public_key().as_der()?.as_ref().to_vec(),
            Self::Ed25519(key) => key.public_key().as_der()?.as_ref().to_vec(),
            Self::Rs256(key) => key.public_key().as_der()?.as_ref().to_vec(),
        })
    }
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyPair({:?})", self.algorithm())
    }
}

/// The library makes no public key of a signing key's private half; its key agreement does.
fn ec<const N: usize>(
    signing: &'static EcdsaSigningAlgorithm,
    agreement: &'static agreement::Algorithm,
    random: &mut Random,
) -> Result<EcdsaKeyPair, Error> {
    let private = random.draw::<N>();
    let public = agreement::PrivateKey::from_private_key(agreement, &private)?.compute_public_key()?;
    Ok(EcdsaKeyPair::from_private_key_and_public_key(signing, &private, public.as_ref())?)
}
