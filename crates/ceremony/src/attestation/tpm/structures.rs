//! What a TPM marshals (TPM 2.0 Library, Part 2): big-endian, every length before its bytes.

use aws_lc_rs::digest::{Algorithm as Hash, SHA256, SHA384, SHA512};
use keystead_domain::Algorithm;

use crate::cose::{CoseKey, Numbers};

const ALG_NULL: [u8; 2] = [0x00, 0x10];
const ALG_RSA: [u8; 2] = [0x00, 0x01];
const ALG_ECC: [u8; 2] = [0x00, 0x23];
const ALG_RSASSA: [u8; 2] = [0x00, 0x14];
const ALG_ECDSA: [u8; 2] = [0x00, 0x18];
/// `TPM_GENERATED_VALUE` and `TPM_ST_ATTEST_CERTIFY`.
const CERTIFIED_BY_A_TPM: [u8; 6] = [0xff, b'T', b'C', b'G', 0x80, 0x17];
/// `fixedTPM`, `fixedParent` and `sensitiveDataOrigin` of `TPMA_OBJECT` (§8.3): the key was made in this TPM and cannot leave it.
const BOUND: u32 = 1 << 1 | 1 << 4 | 1 << 5;
/// The exponent that a zero stands for.
const DEFAULT_EXPONENT: [u8; 4] = [0, 1, 0, 1];

/// `TPMT_PUBLIC` (§12.2.4) of a signing key: the new key as the TPM knows it.
pub(super) struct PublicArea<'a> {
    /// The hash by which the TPM names it, `nameAlg`.
    pub(super) name_algorithm: [u8; 2],
    /// Whether the key was made in this TPM and cannot leave it. One that was brought in is certified just as well.
    pub(super) is_bound: bool,
    key: Key<'a>,
}

/// A key, big-endian; the TPM may leave leading zeros out.
enum Key<'a> {
    Point { curve: [u8; 2], x: &'a [u8], y: &'a [u8] },
    Modulus { n: &'a [u8], e: [u8; 4] },
}

impl<'a> PublicArea<'a> {
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut rest = Reader(bytes);
        let kind: [u8; 2] = rest.array()?;
        let name_algorithm = rest.array()?;
        let is_bound = u32::from_be_bytes(rest.array()?) & BOUND == BOUND;
        let _policy = rest.sized()?;
        let _symmetric: [u8; 2] = rest.array().filter(|symmetric| *symmetric == ALG_NULL)?;
        let key = match kind {
            ALG_ECC => {
                rest.scheme(ALG_ECDSA)?;
                let curve = rest.array()?;
                let _kdf: [u8; 2] = rest.array().filter(|kdf| *kdf == ALG_NULL)?;
                Key::Point { curve, x: rest.sized()?, y: rest.sized()? }
            }
            ALG_RSA => {
                rest.scheme(ALG_RSASSA)?;
                let _bits: [u8; 2] = rest.array()?;
                let exponent = rest.array()?;
                let e = if exponent == [0; 4] { DEFAULT_EXPONENT } else { exponent };
                Key::Modulus { n: rest.sized()?, e }
            }
            _ => return None,
        };
        rest.is_empty().then_some(Self { name_algorithm, is_bound, key })
    }

    /// Whether it is this `COSE_Key`.
    pub(super) fn is_key(&self, cose: &[u8]) -> bool {
        let Ok(CoseKey { algorithm, numbers }) = CoseKey::parse(cose) else { return false };
        match (numbers, &self.key) {
            (Numbers::Point { x, y }, Key::Point { curve, x: own_x, y: own_y }) => {
                curve_of(algorithm) == Some(*curve)
                    && trimmed(x) == trimmed(own_x)
                    && trimmed(y) == trimmed(own_y)
            }
            (Numbers::Modulus { n, e }, Key::Modulus { n: own_n, e: own_e }) => {
                trimmed(n) == trimmed(own_n) && trimmed(e) == trimmed(own_e)
            }
            _ => false,
        }
    }

    /// The hash by which the TPM names it, where it is one to rely on.
    pub(super) fn name_hash(&self) -> Option<&'static Hash> {
        match self.name_algorithm {
            [0x00, 0x0b] => Some(&SHA256),
            [0x00, 0x0c] => Some(&SHA384),
            [0x00, 0x0d] => Some(&SHA512),
            _ => None,
        }
    }
}

/// `TPMS_ATTEST` (§10.12.12) with `TPMS_CERTIFY_INFO`: what the attestation key signed.
pub(super) struct Certification<'a> {
    /// What the TPM was told to sign along: a hash of the registration.
    pub(super) extra_data: &'a [u8],
    /// The name of the key that the TPM certifies.
    pub(super) name: &'a [u8],
}

impl<'a> Certification<'a> {
    /// Reads what a TPM made of its own, about a key. Signer, clock and firmware are not judged (§8.3).
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut rest = Reader(bytes);
        let _made: [u8; 6] = rest.array().filter(|made| *made == CERTIFIED_BY_A_TPM)?;
        let _qualified_signer = rest.sized()?;
        let extra_data = rest.sized()?;
        let _clock_and_firmware: [u8; 17 + 8] = rest.array()?;
        let name = rest.sized()?;
        let _qualified_name = rest.sized()?;
        rest.is_empty().then_some(Self { extra_data, name })
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (array, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*array)
    }

    fn sized(&mut self) -> Option<&'a [u8]> {
        let length = u16::from_be_bytes(self.array()?);
        let (bytes, rest) = self.0.split_at_checked(length.into())?;
        self.0 = rest;
        Some(bytes)
    }

    /// A signing scheme: none, or this one with a hash.
    fn scheme(&mut self, expected: [u8; 2]) -> Option<()> {
        let scheme: [u8; 2] = self.array()?;
        if scheme == expected {
            let _hash: [u8; 2] = self.array()?;
        } else if scheme != ALG_NULL {
            return None;
        }
        Some(())
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// `TPM_ECC_CURVE` (§6.4) of an algorithm's keys.
const fn curve_of(algorithm: Algorithm) -> Option<[u8; 2]> {
    match algorithm {
        Algorithm::Es256 => Some([0, 3]),
        Algorithm::Es384 => Some([0, 4]),
        Algorithm::Es512 => Some([0, 5]),
        _ => None,
    }
}

fn trimmed(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    &number[zeros..]
}

#[cfg(test)]
mod tests;
