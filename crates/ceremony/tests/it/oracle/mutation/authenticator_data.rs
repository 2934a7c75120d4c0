//! Other authenticatorData: each field, and CBOR that is not as CTAP2 wants it.

use super::{Evidence, Keys, Mutation::Signed, Table, bytes};
use crate::{
    oracle::random::Random,
    response::{AT, ED, sha256},
};

const FLAGS: usize = 32;
const AFTER_COUNTER: usize = 37;

pub(super) static ALL: Table = &[
    ("authenticatorData: bytes", Signed(|e, _, random| bytes::change(&mut e.authenticator_data, random))),
    ("authenticatorData: another RP ID", Signed(|e, _, random| rp_id(e, random))),
    ("authenticatorData: a flag", Signed(|e, _, random| *flags(e) ^= 1 << random.below(8))),
    ("authenticatorData: flags", Signed(|e, _, random| *flags(e) = random.byte())),
    ("authenticatorData: counter", Signed(|e, _, random| counter(e, random))),
    ("authenticatorData: extensions", Signed(|e, _, random| extensions(e, random.pick(EXTENSIONS)))),
    ("authenticatorData: other extensions", Signed(|e, _, random| extensions(e, random.pick(LOOSE)))),
    ("authenticatorData: many extensions", Signed(|e, _, _| extensions(e, &many(65)))),
    ("authenticatorData: attested credential", Signed(attested)),
    ("authenticatorData: attested, another key", Signed(loosely_attested)),
    ("authenticatorData: bytes after", Signed(|e, _, random| after(e, random))),
    ("authenticatorData: over 8 KiB", Signed(|e, _, _| e.authenticator_data.resize(8193, 0))),
];

/// Maps as CTAP2 writes them: none, `credProtect`, `hmac-secret`, one within another, one with a longer length than needed.
const EXTENSIONS: &[&[u8]] = &[
    b"\xa0",
    b"\xa1\x6bcredProtect\x02",
    b"\xa1\x6bhmac-secret\x44\x01\x02\x03\x04",
    b"\xa1\x61a\xa1\x61b\x81\xf5",
    b"\xb8\x01\x61a\x18\x01",
];

/// Everything else: an indefinite length, a key twice, a tag, a number or bytes for a key, half a float, an undefined simple
/// value, too deep a nesting, no map, invalid UTF-8, cut off.
const LOOSE: &[&[u8]] = &[
    b"\xbf\x61a\x01\xff",
    b"\xa2\x61a\x01\x61a\x02",
    b"\xa1\x61a\xc1\x01",
    b"\xa1\x01\x02",
    b"\xa1\x41a\x02",
    b"\xa1\x61a\xf9\x3c\x00",
    b"\xa1\x61a\xe0",
    b"\xa1\x61a\x81\x81\x81\x81\x81\x81\x81\x81\x81\x01",
    b"\xa1\x61a\x5f\x41a\xff",
    b"\x80",
    b"\xf6",
    b"\xa1\x61\xff\x01",
    b"\xa1\x61a",
    b"",
];

fn many(entries: u8) -> Vec<u8> {
    let entry = |n: u8| [0x61, b'!' + n, 0x01];
    [vec![0xb8, entries], (0..entries).flat_map(entry).collect()].concat()
}

/// The flags; what an earlier mutation cut off is put back as zeros.
fn flags(evidence: &mut Evidence) -> &mut u8 {
    let length = evidence.authenticator_data.len().max(AFTER_COUNTER);
    evidence.authenticator_data.resize(length, 0);
    &mut evidence.authenticator_data[FLAGS]
}

fn rp_id(evidence: &mut Evidence, random: &mut Random) {
    flags(evidence);
    let rp_id = random.pick(&["evil.example", "login.example.org", "EXAMPLE.ORG", ""]);
    evidence.authenticator_data.splice(..FLAGS, sha256(rp_id.as_bytes()));
}

fn counter(evidence: &mut Evidence, random: &mut Random) {
    flags(evidence);
    let counter: u32 = random.pick(&[0, 1, 0x8000_0000, u32::MAX]);
    evidence.authenticator_data.splice(FLAGS + 1..AFTER_COUNTER, counter.to_be_bytes());
}

fn extensions(evidence: &mut Evidence, map: &[u8]) {
    let flags = flags(evidence);
    *flags = *flags & !AT | ED;
    evidence.authenticator_data.truncate(AFTER_COUNTER);
    evidence.authenticator_data.extend(map);
}

/// Attested credential data, which an assertion has no reason to carry and may.
fn attested(evidence: &mut Evidence, keys: Keys<'_>, random: &mut Random) {
    let length: u16 = random.pick(&[0, 32, 1023, 1024, 4097]);
    attest(evidence, length, &keys.own.public_key(), random);
}

/// A key that is none: an indefinite length, a key of the map twice, no map, nothing.
fn loosely_attested(evidence: &mut Evidence, _: Keys<'_>, random: &mut Random) {
    let key = random.pick(&[&b"\xbf\x01\x02\xff"[..], b"\xa2\x01\x02\x01\x02", b"\x07", b"\xa0", b""]);
    attest(evidence, 32, key, random);
}

fn attest(evidence: &mut Evidence, id_length: u16, key: &[u8], random: &mut Random) {
    let id = random.bytes(id_length.into());
    let credential = [&[0xaa; 16][..], &id_length.to_be_bytes(), &id, key].concat();
    *flags(evidence) |= AT;
    evidence.authenticator_data.splice(AFTER_COUNTER..AFTER_COUNTER, credential);
}

fn after(evidence: &mut Evidence, random: &mut Random) {
    let length = 1 + random.below(40);
    evidence.authenticator_data.extend(random.bytes(length));
}
