//! Credential keys of every offered algorithm.

use std::sync::LazyLock;

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::KeySize,
    signature::{
        ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
    },
};
use ciborium::Value;
use keystead_domain::Algorithm;

pub(crate) enum Key {
    Es256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Rs256(RsaKeyPair),
}

/// A scalar of P-256 and its point, both published (§16, vector `none-es256`).
const SCALAR: &str = "6e68e7a58484a3264f66b77f5d6dc5bc36a47085b615c9727ab334e8c369c2ee";
const POINT: &str = "04afefa16f97ca9b2d23eb86ccb64098d20db90856062eb249c33a9b672f26df61\
                     930a56b87a2fca66334b03458abf879717c12cc68ed73290af2e2664796b9220";

static ES256: LazyLock<Key> = LazyLock::new(|| {
    let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
    let key = EcdsaKeyPair::from_private_key_and_public_key(algorithm, &hex(SCALAR), &hex(POINT));
    Key::Es256(key.unwrap())
});
static ED25519: LazyLock<Key> =
    LazyLock::new(|| Key::Ed25519(Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap()));
/// The one key drawn anew; no test looks at its numbers.
static RS256: LazyLock<Key> = LazyLock::new(|| Key::Rs256(RsaKeyPair::generate(KeySize::Rsa2048).unwrap()));

impl Key {
    pub(crate) fn of(algorithm: Algorithm) -> &'static Self {
        match algorithm {
            Algorithm::Es256 => &ES256,
            Algorithm::Ed25519 => &ED25519,
            Algorithm::Rs256 => &RS256,
        }
    }

    pub(crate) fn algorithm(&self) -> Algorithm {
        match self {
            Self::Es256(_) => Algorithm::Es256,
            Self::Ed25519(_) => Algorithm::Ed25519,
            Self::Rs256(_) => Algorithm::Rs256,
        }
    }

    /// The members of the `COSE_Key`, label by label.
    pub(crate) fn cose(&self) -> Vec<(i64, Value)> {
        let alg = (3, self.algorithm().cose().into());
        match self {
            Self::Es256(key) => {
                let (x, y) = key.public_key().as_ref()[1..].split_at(32);
                vec![(1, 2.into()), alg, (-1, 1.into()), (-2, x.into()), (-3, y.into())]
            }
            Self::Ed25519(key) => {
                vec![(1, 1.into()), alg, (-1, 6.into()), (-2, key.public_key().as_ref().into())]
            }
            Self::Rs256(key) => {
                let n = key.public_key().modulus().big_endian_without_leading_zero().to_vec();
                let e = key.public_key().exponent().big_endian_without_leading_zero().to_vec();
                vec![(1, 3.into()), alg, (-1, n.into()), (-2, e.into())]
            }
        }
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Es256(key) => key.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec(),
            Self::Ed25519(key) => key.sign(message).as_ref().to_vec(),
            Self::Rs256(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).unwrap();
                signature
            }
        }
    }
}

/// The bytes of hexadecimal digits.
pub(crate) fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap()).collect()
}

/// A map as CBOR bytes.
pub(crate) fn cbor<K: Into<Value>>(entries: impl IntoIterator<Item = (K, Value)>) -> Vec<u8> {
    let mut out = Vec::new();
    let map = Value::Map(entries.into_iter().map(|(key, value)| (key.into(), value)).collect());
    ciborium::into_writer(&map, &mut out).unwrap();
    out
}
