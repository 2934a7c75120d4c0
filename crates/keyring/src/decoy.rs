//! Decoys: credential ids for whoever has none, so that `allowCredentials` does not tell who is known (WebAuthn L3 §14.6.2).
//!
//! A decoy is `n ‖ MAC(key, rp ‖ n)`, half and half, with `n = PRF(key, tenant ‖ rp ‖ identifier ‖ i)`: without the key it
//! is as random as a real id, with it anyone's decoy is recognised although none is stored. A name always has the same
//! decoys, as a user has the same keys every time; hence a tenant's key is never rotated, and what is fed, in which order,
//! and the tables below never change: a release that did would show which of the names seen before were nobody's.

use aws_lc_rs::hmac;
use keystead_domain::{RpId, TenantId};

use crate::digest::{equal, length_prefixed};

/// A credential id that nobody holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoy {
    /// The id, 16 to 64 bytes.
    pub id: Vec<u8>,
    /// The transports a browser would have reported for it.
    pub transports: &'static [&'static str],
}

/// What a kind of authenticator's ids look like.
#[derive(Debug, PartialEq, Eq)]
struct Shape {
    /// Out of 256.
    weight: u16,
    /// Bytes of an id; even.
    length: usize,
    transports: &'static [&'static str],
}

/// The shapes of ids as authenticators have them, roughly as often as they are met. Browsers report transports in
/// alphabetical order (§5.2.1), though not all of them always did.
const SHAPES: &[Shape] = &[
    // iCloud Keychain.
    Shape { weight: 58, length: 20, transports: &["internal", "hybrid"] },
    Shape { weight: 32, length: 20, transports: &["hybrid", "internal"] },
    // Google Password Manager and most password managers: a random 128-bit id.
    Shape { weight: 76, length: 16, transports: &["hybrid", "internal"] },
    // Windows Hello, and Chrome's own keys on macOS.
    Shape { weight: 58, length: 32, transports: &["internal"] },
    // Security keys, which wrap what they need to make the key again into the id.
    Shape { weight: 8, length: 48, transports: &["usb"] },
    Shape { weight: 10, length: 48, transports: &["nfc", "usb"] },
    Shape { weight: 6, length: 64, transports: &["usb"] },
    Shape { weight: 8, length: 64, transports: &["nfc", "usb"] },
];

/// How many ids a user has, with the weight of each number out of 256.
const COUNTS: &[(u16, usize)] = &[(204, 1), (41, 2), (11, 3)];

// The labels that keep the three uses of a tenant's key apart.
const DRAWS: &[u8] = b"keystead/decoy/draws";
const NONCE: &[u8] = b"keystead/decoy/nonce";
const TAG: &[u8] = b"keystead/decoy/tag";

/// The decoys of a name at a relying party, one to three: the same each time, others for another tenant, relying party or
/// name. `identifier` is the name as it was looked up; `key` the tenant's.
#[must_use]
pub fn decoys(key: &[u8; 32], tenant: TenantId, rp_id: &RpId, identifier: &[u8]) -> Vec<Decoy> {
    let key = Key::new(key);
    let name = [tenant.as_bytes().as_slice(), rp_id.as_str().as_bytes(), identifier];
    let [count, shapes @ ..] = key.code(DRAWS, &name);
    let count = drawn(COUNTS, |(weight, _)| *weight, count).map_or(1, |(_, count)| *count);
    let shapes = shapes.iter().take(count).filter_map(|byte| drawn(SHAPES, |shape| shape.weight, *byte));
    let [tenant, rp, identifier] = name;
    shapes
        .zip(0_u8..)
        .map(|(shape, i)| {
            let nonce = key.code(NONCE, &[tenant, rp, identifier, &[i]]);
            let nonce = &nonce[..shape.length / 2];
            let tag = key.tag(rp_id, nonce);
            Decoy { id: [nonce, &tag[..nonce.len()]].concat(), transports: shape.transports }
        })
        .collect()
}

/// Whether an id is a decoy made with this key for this relying party, whatever the name. An id that was not has the
/// right tag with a probability of at most 2^-64. Takes the same time wherever the tag differs, and hardly any for an id
/// of a length that no decoy has.
#[must_use]
pub fn is_decoy(key: &[u8; 32], rp_id: &RpId, id: &[u8]) -> bool {
    if !SHAPES.iter().any(|shape| shape.length == id.len()) {
        return false;
    }
    let (nonce, tag) = id.split_at(id.len() / 2);
    equal(&Key::new(key).tag(rp_id, nonce)[..nonce.len()], tag)
}

/// A tenant's key, ready for use.
struct Key(hmac::Key);

impl Key {
    fn new(key: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    fn tag(&self, rp_id: &RpId, nonce: &[u8]) -> [u8; 32] {
        self.code(TAG, &[rp_id.as_str().as_bytes(), nonce])
    }

    /// HMAC-SHA-256 over the label and the parts, each preceded by its length.
    fn code(&self, label: &[u8], parts: &[&[u8]]) -> [u8; 32] {
        let code = hmac::sign(&self.0, &length_prefixed(&[&[label], parts].concat()));
        let mut bytes = [0; 32];
        bytes.copy_from_slice(code.as_ref());
        bytes
    }
}

/// The entry that a byte falls on, where the weights of all add up to 256.
fn drawn<T>(table: &[T], weight: impl Fn(&T) -> u16, byte: u8) -> Option<&T> {
    let mut left = u16::from(byte);
    table.iter().find(|entry| {
        let here = left < weight(entry);
        left = left.saturating_sub(weight(entry));
        here
    })
}

#[cfg(test)]
mod tests;
