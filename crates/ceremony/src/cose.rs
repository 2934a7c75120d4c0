//! Public keys as authenticators send them: `COSE_Key` (RFC 9052 §7, RFC 9053 §7, RFC 8230 §4, RFC 9964), in the form of
//! §6.5.1.1.

use keystead_domain::{Algorithm, Reason};

use crate::cbor::{self, Map, Value};

const KTY: i128 = 1;
const ALG: i128 = 3;
const OKP: i128 = 1;
const EC2: i128 = 2;
const RSA: i128 = 3;
const AKP: i128 = 7;
const P256: i128 = 1;
const P384: i128 = 2;
const P521: i128 = 3;
const CURVE25519: i128 = 6;

/// Shortest and longest RSA modulus, in bits.
const MODULUS_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// The numbers of a public key, of the right sizes. Whether a point lies on its curve is for the arithmetic to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Numbers<'a> {
    /// A point of a NIST curve, not compressed; as many bytes each as the curve's field has.
    Point { x: &'a [u8], y: &'a [u8] },
    /// A compressed point of Curve25519 (RFC 8032 §5.1.2), or an encoded key of ML-DSA (FIPS 204 §7.2).
    Encoded(&'a [u8]),
    /// Modulus and exponent of RSA, big-endian, without leading zeros.
    Modulus { n: &'a [u8], e: &'a [u8] },
}

/// A public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CoseKey<'a> {
    /// The algorithm the key is for.
    pub(crate) algorithm: Algorithm,
    /// The key.
    pub(crate) numbers: Numbers<'a>,
}

impl<'a> CoseKey<'a> {
    /// Reads a key. The algorithm is looked at first: of one that is never offered, nothing else is known here.
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, Reason> {
        let Ok(Value::Map(map)) = cbor::read_all(bytes) else { return Err(Reason::PublicKeyMalformed) };
        let kty = int(&map, KTY)?;
        let alg = int(&map, ALG)?;
        let known = i64::try_from(alg).ok().and_then(Algorithm::from_cose);
        let algorithm = known.ok_or(Reason::AlgorithmNotOffered)?;
        let numbers = match algorithm {
            Algorithm::Es256 => point(&map, kty, P256, 32),
            Algorithm::Es384 => point(&map, kty, P384, 48),
            Algorithm::Es512 => point(&map, kty, P521, 66),
            Algorithm::Ed25519 => ed25519(&map, kty),
            Algorithm::Rs256 => rsa(&map, kty),
            Algorithm::MlDsa44 => akp(&map, kty, 1312),
            Algorithm::MlDsa65 => akp(&map, kty, 1952),
            Algorithm::MlDsa87 => akp(&map, kty, 2592),
        }?;
        Ok(Self { algorithm, numbers })
    }
}

fn point<'a>(map: &Map<'a>, kty: i128, curve: i128, size: usize) -> Result<Numbers<'a>, Reason> {
    fits(kty == EC2 && int(map, -1)? == curve)?;
    Ok(Numbers::Point { x: sized(map, -2, size)?, y: sized(map, -3, size)? })
}

fn ed25519<'a>(map: &Map<'a>, kty: i128) -> Result<Numbers<'a>, Reason> {
    fits(kty == OKP && int(map, -1)? == CURVE25519)?;
    sized(map, -2, 32).map(Numbers::Encoded)
}

fn akp<'a>(map: &Map<'a>, kty: i128, size: usize) -> Result<Numbers<'a>, Reason> {
    fits(kty == AKP)?;
    sized(map, -1, size).map(Numbers::Encoded)
}

fn rsa<'a>(map: &Map<'a>, kty: i128) -> Result<Numbers<'a>, Reason> {
    fits(kty == RSA)?;
    let (n, e) = (bytes(map, -1)?, bytes(map, -2)?);
    if is_modulus(n) && is_exponent(e) {
        Ok(Numbers::Modulus { n, e })
    } else {
        Err(Reason::PublicKeyMalformed)
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

/// Bytes of full length; the boolean `y` of a compressed point is none (§5.8.5 forbids them).
fn sized<'a>(map: &Map<'a>, label: i128, size: usize) -> Result<&'a [u8], Reason> {
    let bytes = bytes(map, label)?;
    if bytes.len() == size { Ok(bytes) } else { Err(Reason::PublicKeyMalformed) }
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
