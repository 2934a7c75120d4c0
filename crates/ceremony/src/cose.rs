//! Public keys as authenticators send them: `COSE_Key` (RFC 9052 §7, RFC 9053 §7, RFC 8230 §4), in the form of §6.5.1.1.

use keystead_domain::{Algorithm, Reason};

use crate::cbor::{self, Map, Value};

const KTY: i128 = 1;
const ALG: i128 = 3;
const OKP: i128 = 1;
const EC2: i128 = 2;
const RSA: i128 = 3;
const P256: i128 = 1;
const CURVE25519: i128 = 6;

/// Shortest and longest RSA modulus, in bits.
const MODULUS_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// The numbers of a public key, of the right sizes. Whether a point lies on its curve is for the arithmetic to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CoseKey<'a> {
    /// A point of P-256, not compressed.
    Es256 { x: &'a [u8; 32], y: &'a [u8; 32] },
    /// A compressed point of Curve25519 (RFC 8032 §5.1.2).
    Ed25519(&'a [u8; 32]),
    /// Modulus and exponent, big-endian, without leading zeros.
    Rs256 { n: &'a [u8], e: &'a [u8] },
}

impl<'a> CoseKey<'a> {
    /// Reads a key. The algorithm is looked at first: of one that is never offered, nothing else is known here.
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, Reason> {
        let Ok(Value::Map(map)) = cbor::read_all(bytes) else { return Err(Reason::PublicKeyMalformed) };
        let kty = int(&map, KTY)?;
        let alg = int(&map, ALG)?;
        let known = i64::try_from(alg).ok().and_then(Algorithm::from_cose);
        match known.ok_or(Reason::AlgorithmNotOffered)? {
            Algorithm::Es256 => Self::es256(&map, kty),
            Algorithm::Ed25519 => Self::ed25519(&map, kty),
            Algorithm::Rs256 => Self::rs256(&map, kty),
        }
    }

    /// The algorithm the key is for.
    pub(crate) const fn algorithm(&self) -> Algorithm {
        match self {
            Self::Es256 { .. } => Algorithm::Es256,
            Self::Ed25519(_) => Algorithm::Ed25519,
            Self::Rs256 { .. } => Algorithm::Rs256,
        }
    }

    fn es256(map: &Map<'a>, kty: i128) -> Result<Self, Reason> {
        fits(kty == EC2 && int(map, -1)? == P256)?;
        Ok(Self::Es256 { x: coordinate(map, -2)?, y: coordinate(map, -3)? })
    }

    fn ed25519(map: &Map<'a>, kty: i128) -> Result<Self, Reason> {
        fits(kty == OKP && int(map, -1)? == CURVE25519)?;
        Ok(Self::Ed25519(coordinate(map, -2)?))
    }

    fn rs256(map: &Map<'a>, kty: i128) -> Result<Self, Reason> {
        fits(kty == RSA)?;
        let (n, e) = (bytes(map, -1)?, bytes(map, -2)?);
        if is_modulus(n) && is_exponent(e) {
            Ok(Self::Rs256 { n, e })
        } else {
            Err(Reason::PublicKeyMalformed)
        }
    }
}

fn fits(ok: bool) -> Result<(), Reason> {
    if ok { Ok(()) } else { Err(Reason::PublicKeyAlgorithmMismatch) }
}

fn int(map: &Map<'_>, label: i128) -> Result<i128, Reason> {
    match map.label(label) {
        Some(Value::Int(number)) => Ok(*number),
        _ => Err(Reason::PublicKeyMalformed),
    }
}

fn bytes<'a>(map: &Map<'a>, label: i128) -> Result<&'a [u8], Reason> {
    match map.label(label) {
        Some(Value::Bytes(bytes)) => Ok(bytes),
        _ => Err(Reason::PublicKeyMalformed),
    }
}

/// A coordinate of full length; the boolean `y` of a compressed point is not one (§5.8.5 forbids them).
fn coordinate<'a>(map: &Map<'a>, label: i128) -> Result<&'a [u8; 32], Reason> {
    bytes(map, label)?.try_into().map_err(|_| Reason::PublicKeyMalformed)
}

fn is_modulus(n: &[u8]) -> bool {
    let (Some(&first), Some(&last)) = (n.first(), n.last()) else { return false };
    let bits = n.len() * 8 - first.leading_zeros() as usize;
    first != 0 && last % 2 == 1 && MODULUS_BITS.contains(&bits)
}

/// Odd, above 2^16 (FIPS 186-5 §5.4) and below 2^32: practically always 65537.
fn is_exponent(e: &[u8]) -> bool {
    let (Some(&first), Some(&last)) = (e.first(), e.last()) else { return false };
    first != 0 && last % 2 == 1 && (3..=4).contains(&e.len())
}

#[cfg(test)]
mod tests;
