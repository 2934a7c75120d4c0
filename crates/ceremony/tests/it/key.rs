//! Credential keys of every offered algorithm.

use std::sync::LazyLock;

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::KeySize,
    signature::{
        ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, ECDSA_P521_SHA512_ASN1_SIGNING,
        EcdsaKeyPair, Ed25519KeyPair, KeyPair, ML_DSA_44_SIGNING, ML_DSA_65_SIGNING, ML_DSA_87_SIGNING,
        PqdsaKeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
    },
};
use ciborium::Value;
use keystead_domain::Algorithm;

pub(crate) struct Key {
    algorithm: Algorithm,
    pair: Pair,
}

enum Pair {
    Ecdsa(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Rsa(RsaKeyPair),
    MlDsa(PqdsaKeyPair),
}

/// A scalar of P-256 and its point, both published (§16, vector `none-es256`).
const SCALAR: &str = "6e68e7a58484a3264f66b77f5d6dc5bc36a47085b615c9727ab334e8c369c2ee";
const POINT: &str = "04afefa16f97ca9b2d23eb86ccb64098d20db90856062eb249c33a9b672f26df61\
                     930a56b87a2fca66334b03458abf879717c12cc68ed73290af2e2664796b9220";

/// One key of each algorithm. Those of RSA, P-384 and P-521 are drawn anew; no test looks at their numbers.
static KEYS: LazyLock<Vec<Key>> = LazyLock::new(|| Algorithm::ALL.iter().map(|it| Key::new(*it)).collect());

impl Key {
    pub(crate) fn of(algorithm: Algorithm) -> &'static Self {
        KEYS.iter().find(|key| key.algorithm == algorithm).unwrap()
    }

    fn new(algorithm: Algorithm) -> Self {
        let es256 = || {
            let signing = &ECDSA_P256_SHA256_ASN1_SIGNING;
            EcdsaKeyPair::from_private_key_and_public_key(signing, &hex(SCALAR), &hex(POINT)).unwrap()
        };
        let pair = match algorithm {
            Algorithm::Es256 => Pair::Ecdsa(es256()),
            Algorithm::Es384 => Pair::Ecdsa(EcdsaKeyPair::generate(&ECDSA_P384_SHA384_ASN1_SIGNING).unwrap()),
            Algorithm::Es512 => Pair::Ecdsa(EcdsaKeyPair::generate(&ECDSA_P521_SHA512_ASN1_SIGNING).unwrap()),
            Algorithm::Ed25519 => Pair::Ed25519(Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap()),
            Algorithm::Rs256 => Pair::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).unwrap()),
            Algorithm::MlDsa44 => Pair::MlDsa(PqdsaKeyPair::from_seed(&ML_DSA_44_SIGNING, &[7; 32]).unwrap()),
            Algorithm::MlDsa65 => Pair::MlDsa(PqdsaKeyPair::from_seed(&ML_DSA_65_SIGNING, &[7; 32]).unwrap()),
            Algorithm::MlDsa87 => Pair::MlDsa(PqdsaKeyPair::from_seed(&ML_DSA_87_SIGNING, &[7; 32]).unwrap()),
        };
        Self { algorithm, pair }
    }

    pub(crate) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The members of the `COSE_Key`, label by label.
    pub(crate) fn cose(&self) -> Vec<(i64, Value)> {
        let alg = (3, self.algorithm.cose().into());
        match &self.pair {
            Pair::Ecdsa(key) => {
                let point = &key.public_key().as_ref()[1..];
                let (x, y) = point.split_at(point.len() / 2);
                let curve = match self.algorithm {
                    Algorithm::Es256 => 1,
                    Algorithm::Es384 => 2,
                    _ => 3,
                };
                vec![(1, 2.into()), alg, (-1, curve.into()), (-2, x.into()), (-3, y.into())]
            }
            Pair::Ed25519(key) => {
                vec![(1, 1.into()), alg, (-1, 6.into()), (-2, key.public_key().as_ref().into())]
            }
            Pair::Rsa(key) => {
                let n = key.public_key().modulus().big_endian_without_leading_zero().to_vec();
                let e = key.public_key().exponent().big_endian_without_leading_zero().to_vec();
                vec![(1, 3.into()), alg, (-1, n.into()), (-2, e.into())]
            }
            Pair::MlDsa(key) => vec![(1, 7.into()), alg, (-1, key.public_key().as_ref().into())],
        }
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        match &self.pair {
            Pair::Ecdsa(key) => key.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec(),
            Pair::Ed25519(key) => key.sign(message).as_ref().to_vec(),
            Pair::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).unwrap();
                signature
            }
            Pair::MlDsa(key) => {
                let mut signature = vec![0; key.algorithm().signature_len()];
                key.sign(message, &mut signature).unwrap();
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
