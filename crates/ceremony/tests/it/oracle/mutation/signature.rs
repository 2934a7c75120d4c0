//! Other signatures: of other keys and messages, damaged ones, and the same numbers or others in every writing.

use keystead_authenticator::Algorithm;

use super::{
    Evidence, Keys,
    Mutation::Signature,
    Table, bytes,
    der::{self, Pair, integer, sequence, tagged, tagged_long},
    numbers::{difference, padded, sum, trimmed},
};
use crate::{
    key::hex,
    oracle::{random::Random, verdict::cose_bytes},
    response::sha256,
};

const P256_ORDER: &str = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
const P384_ORDER: &str = "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf\
                          581a0db248b0a77aecec196accc52973";

pub(super) static ANY: Table = &[
    ("signature: bytes", Signature(|evidence, _, random| changed(&evidence.signature, random))),
    ("signature: empty", Signature(|_, _, _| vec![])),
    ("signature: over 8 KiB", Signature(|evidence, _, _| [&evidence.signature[..], &[0; 8192]].concat())),
    ("signature: twice", Signature(|evidence, _, _| evidence.signature.repeat(2))),
    ("signature: random", Signature(|evidence, _, random| random.bytes(evidence.signature.len()))),
    ("signature: another key's", Signature(|evidence, keys, _| keys.other.sign(&message(evidence)).unwrap())),
    ("signature: another message's", Signature(|_, keys, _| keys.own.sign(b"another").unwrap())),
    ("signature: over the hash's hash", Signature(|e, keys, _| keys.own.sign(&sha256(&message(e))).unwrap())),
    ("signature: drawn again", Signature(|evidence, keys, _| keys.own.sign(&message(evidence)).unwrap())),
];

pub(super) static NUMBERS: Table = &[("signature: numbers", Signature(numbers))];

fn message(evidence: &Evidence) -> Vec<u8> {
    [&evidence.authenticator_data[..], &sha256(&evidence.client_data)].concat()
}

fn changed(signature: &[u8], random: &mut Random) -> Vec<u8> {
    let mut signature = signature.to_vec();
    bytes::change(&mut signature, random);
    signature
}

fn numbers(evidence: &Evidence, keys: Keys<'_>, random: &mut Random) -> Vec<u8> {
    let signature = keys.own.sign(&message(evidence)).unwrap();
    match keys.own.algorithm() {
        Algorithm::Rs256 => rsa(&signature, &cose_bytes(&keys.own.public_key(), -1), random),
        Algorithm::Es384 => ecdsa(&signature, &hex(P384_ORDER), random),
        _ => ecdsa(&signature, &hex(P256_ORDER), random),
    }
}

/// RSASSA-PKCS1-v1_5: as many bytes as the modulus has, and a number below it (RFC 8017 §8.2.2).
fn rsa(signature: &[u8], modulus: &[u8], random: &mut Random) -> Vec<u8> {
    let length = modulus.len();
    match random.below(12) {
        0 => sum(signature, modulus),
        1 => padded(&[], length),
        2 => padded(&[1], length),
        3 => modulus.to_vec(),
        4 => difference(modulus, &[1]),
        5 => difference(modulus, signature),
        6 => [&[0], signature].concat(),
        7 => [signature, &[0]].concat(),
        8 => trimmed(&signature[1..]),
        9 => signature[..length - 1].to_vec(),
        10 => signature.iter().rev().copied().collect(),
        _ => vec![0xff; length],
    }
}

fn ecdsa(signature: &[u8], order: &[u8], random: &mut Random) -> Vec<u8> {
    let pair = Pair::read(signature);
    if random.once_in(2) {
        other_numbers(pair, order, random).write()
    } else {
        other_form(&pair, order, random)
    }
}

/// Other numbers, written well. With `order - s` the signature is another valid one; verifiers need not refuse either.
fn other_numbers(pair: Pair, order: &[u8], random: &mut Random) -> Pair {
    let Pair { r, s } = pair.clone();
    match random.below(11) {
        0..3 => Pair { s: difference(order, &s), ..pair },
        3 => Pair { r: difference(order, &r), ..pair },
        4 => Pair { r: sum(&r, order), ..pair },
        5 => Pair { s: sum(&s, order), ..pair },
        6 => Pair { r: vec![], ..pair },
        7 => Pair { s: vec![], ..pair },
        8 => Pair { r: order.to_vec(), ..pair },
        9 => Pair { s: order.to_vec(), ..pair },
        _ => Pair { r: s, s: r },
    }
}

/// The same numbers, written otherwise.
fn other_form(pair: &Pair, order: &[u8], random: &mut Random) -> Vec<u8> {
    let (r, s) = (integer(&pair.r), integer(&pair.s));
    let both = [&r[..], &s].concat();
    let spaced = |number: &[u8]| tagged(0x02, &[&[0], &der::unsigned(number)[..]].concat());
    match random.below(18) {
        0 => tagged_long(0x30, &both, 1),
        1 => tagged_long(0x30, &both, 2),
        2 => sequence(&[&tagged_long(0x02, &der::unsigned(&pair.r), 1)[..], &s].concat()),
        3 => sequence(&[&r[..], &tagged_long(0x02, &der::unsigned(&pair.s), 1)].concat()),
        4 => [&[0x30, 0x80], &both[..], &[0, 0]].concat(),
        5 => sequence(&[&spaced(&pair.r)[..], &s].concat()),
        6 => sequence(&[&r[..], &spaced(&pair.s)].concat()),
        // Negative, where the first bit is set.
        7 => sequence(&[tagged(0x02, &pair.r), tagged(0x02, &pair.s)].concat()),
        8 => sequence(&[tagged(0x02, &difference(order, &pair.r)), s].concat()),
        9 => sequence(&[&both[..], &[0]].concat()),
        10 => sequence(&[&both[..], &integer(&[1])].concat()),
        11 => [&sequence(&both)[..], &[0]].concat(),
        12 => tagged(0x31, &both),
        13 => sequence(&[tagged(0x04, &pair.r), s].concat()),
        14 => sequence(&[tagged(0x02, &[]), s].concat()),
        15 => sequence(&r),
        16 => pair.raw(order.len()),
        _ => sequence(&sequence(&both)),
    }
}
