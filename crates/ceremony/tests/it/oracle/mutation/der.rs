//! Signatures of ECDSA as they should be written (RFC 3279 §2.2.3, X.690) and as they should not.

use super::numbers::{padded, trimmed};

/// A signature's two numbers, without leading zeros.
#[derive(Clone)]
pub(super) struct Pair {
    pub(super) r: Vec<u8>,
    pub(super) s: Vec<u8>,
}

impl Pair {
    /// Reads a signature that is written as it should be, of a curve of at most 384 bits.
    pub(super) fn read(signature: &[u8]) -> Self {
        let (r, rest) = signature[4..].split_at(signature[3].into());
        Self { r: trimmed(r), s: trimmed(&rest[2..]) }
    }

    /// As it should be.
    pub(super) fn write(&self) -> Vec<u8> {
        sequence(&[integer(&self.r), integer(&self.s)].concat())
    }

    /// The form of IEEE P1363: both numbers, of full length.
    pub(super) fn raw(&self, length: usize) -> Vec<u8> {
        [padded(&self.r, length), padded(&self.s, length)].concat()
    }
}

/// A tag, a short length, and what it is of.
pub(super) fn tagged(tag: u8, content: &[u8]) -> Vec<u8> {
    [&[tag, u8::try_from(content.len()).unwrap()], content].concat()
}

/// The length in its long form, of so many bytes.
pub(super) fn tagged_long(tag: u8, content: &[u8], length_bytes: usize) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let length = padded(&length, length_bytes);
    [&[tag, 0x80 | u8::try_from(length_bytes).unwrap()], &length[..], content].concat()
}

pub(super) fn sequence(content: &[u8]) -> Vec<u8> {
    tagged(0x30, content)
}

/// A number without sign: a zero goes before a high first bit.
pub(super) fn integer(number: &[u8]) -> Vec<u8> {
    tagged(0x02, &unsigned(number))
}

pub(super) fn unsigned(number: &[u8]) -> Vec<u8> {
    let number = trimmed(number);
    match number.first() {
        None => vec![0],
        Some(0x80..) => [vec![0], number].concat(),
        Some(_) => number,
    }
}
