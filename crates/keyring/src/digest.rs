//! Digests and comparisons.

use aws_lc_rs::{constant_time, digest};

/// SHA-256 over the parts, each preceded by its length in bytes (u64, big-endian): different lists of parts never have
/// the same input.
#[must_use]
pub fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut context = digest::Context::new(&digest::SHA256);
    for part in parts {
        context.update(&length(part));
        context.update(part);
    }
    bytes(&context.finish())
}

/// Whether two byte strings are equal. Takes the same time wherever they differ; only their lengths may be learnt.
#[must_use]
pub fn equal(a: &[u8], b: &[u8]) -> bool {
    constant_time::verify_slices_are_equal(a, b).is_ok()
}

/// Plain SHA-256 (FIPS 180-4).
pub(crate) fn plain_sha256(data: &[u8]) -> [u8; 32] {
    bytes(&digest::digest(&digest::SHA256, data))
}

/// The parts as one byte string, with the lengths that [`sha256`] feeds.
pub(crate) fn length_prefixed(parts: &[&[u8]]) -> Vec<u8> {
    let mut all = Vec::with_capacity(parts.iter().map(|part| 8 + part.len()).sum());
    for part in parts {
        all.extend_from_slice(&length(part));
        all.extend_from_slice(part);
    }
    all
}

fn length(part: &[u8]) -> [u8; 8] {
    (part.len() as u64).to_be_bytes()
}

fn bytes(digest: &digest::Digest) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest.as_ref());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SHA-256 of "abc", FIPS 180-4 example.
    const ABC: [u8; 32] = [
        0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0,
        0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad,
    ];

    #[test]
    fn plain_digest_is_that_of_the_standard() {
        assert_eq!(plain_sha256(b"abc"), ABC);
    }

    #[test]
    fn digest_of_parts_is_over_the_length_prefixed_parts() {
        let parts: [&[u8]; 3] = [b"ab", b"", b"c"];
        assert_eq!(length_prefixed(&parts), b"\0\0\0\0\0\0\0\x02ab\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01c");
        assert_eq!(sha256(&parts), plain_sha256(&length_prefixed(&parts)));
    }

    #[test]
    fn moving_a_byte_between_parts_changes_the_digest() {
        let lists: [&[&[u8]]; 6] =
            [&[], &[b""], &[b"abc"], &[b"ab", b"c"], &[b"a", b"bc"], &[b"ab", b"c", b""]];
        for (i, list) in lists.iter().enumerate() {
            for other in &lists[..i] {
                assert_ne!(sha256(list), sha256(other), "{list:?} {other:?}");
            }
        }
    }

    #[test]
    fn equal_means_same_length_and_same_bytes() {
        assert!(equal(b"", b""));
        assert!(equal(b"secret", b"secret"));
        assert!(!equal(b"secret", b"secreT"));
        assert!(!equal(b"Secret", b"secret"));
        assert!(!equal(b"secret", b"secret\0"));
    }
}
