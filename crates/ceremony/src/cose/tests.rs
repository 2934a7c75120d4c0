use ciborium::Value as Cbor;
use proptest::prelude::*;

use super::*;

fn encoded(entries: &[(i64, Cbor)]) -> Vec<u8> {
    let map = entries.iter().map(|(label, value)| ((*label).into(), value.clone())).collect();
    let mut out = Vec::new();
    ciborium::into_writer(&Cbor::Map(map), &mut out).unwrap();
    out
}

fn es256() -> Vec<(i64, Cbor)> {
    vec![(1, 2.into()), (3, (-7).into()), (-1, 1.into()), (-2, vec![1; 32].into()), (-3, vec![2; 32].into())]
}

fn ed25519() -> Vec<(i64, Cbor)> {
    vec![(1, 1.into()), (3, (-8).into()), (-1, 6.into()), (-2, vec![3; 32].into())]
}

fn rs256(n: Vec<u8>, e: Vec<u8>) -> Vec<(i64, Cbor)> {
    vec![(1, 3.into()), (3, (-257).into()), (-1, n.into()), (-2, e.into())]
}

fn odd(bytes: usize, first: u8) -> Vec<u8> {
    let mut n = vec![0xff; bytes];
    n[0] = first;
    n
}

fn refused(entries: &[(i64, Cbor)]) -> Option<Reason> {
    CoseKey::parse(&encoded(entries)).err()
}

fn with(mut entries: Vec<(i64, Cbor)>, label: i64, value: Option<Cbor>) -> Vec<(i64, Cbor)> {
    entries.retain(|(l, _)| *l != label);
    entries.extend(value.map(|value| (label, value)));
    entries
}

#[test]
fn a_key_of_each_offered_algorithm_is_read() {
    let key = encoded(&es256());
    assert_eq!(CoseKey::parse(&key), Ok(CoseKey::Es256 { x: &[1; 32], y: &[2; 32] }));
    let key = encoded(&ed25519());
    assert_eq!(CoseKey::parse(&key), Ok(CoseKey::Ed25519(&[3; 32])));
    let key = encoded(&rs256(odd(256, 0x80), vec![1, 0, 1]));
    assert_eq!(CoseKey::parse(&key), Ok(CoseKey::Rs256 { n: &odd(256, 0x80), e: &[1, 0, 1] }));
    for (key, algorithm) in [
        (es256(), Algorithm::Es256),
        (ed25519(), Algorithm::Ed25519),
        (rs256(odd(1024, 0xff), vec![1, 0, 1]), Algorithm::Rs256),
    ] {
        assert_eq!(CoseKey::parse(&encoded(&key)).map(|key| key.algorithm()), Ok(algorithm));
    }
}

#[test]
fn further_members_and_their_order_do_not_matter() {
    let mut entries = with(es256(), 2, Some(vec![9].into()));
    entries.reverse();
    assert_eq!(refused(&entries), None);
}

#[test]
fn algorithms_that_are_never_offered_are_named_as_such() {
    for alg in [-35_i64, -36, -37, -48, -53, -65535, 0, 7, i64::MIN, i64::MAX] {
        assert_eq!(refused(&with(es256(), 3, Some(alg.into()))), Some(Reason::AlgorithmNotOffered), "{alg}");
    }
    assert_eq!(refused(&with(es256(), 3, Some(u64::MAX.into()))), Some(Reason::AlgorithmNotOffered));
}

#[test]
fn key_type_and_curve_must_fit_the_algorithm() {
    for entries in [
        with(es256(), 1, Some(1.into())),
        with(es256(), 1, Some(3.into())),
        with(es256(), -1, Some(2.into())),
        with(es256(), -1, Some(8.into())),
        with(es256(), 3, Some((-8).into())),
        with(ed25519(), 1, Some(2.into())),
        with(ed25519(), -1, Some(7.into())),
        with(ed25519(), 3, Some((-7).into())),
        with(ed25519(), 3, Some((-257).into())),
        with(rs256(odd(256, 0x80), vec![1, 0, 1]), 1, Some(2.into())),
    ] {
        assert_eq!(refused(&entries), Some(Reason::PublicKeyAlgorithmMismatch), "{entries:?}");
    }
}

#[test]
fn missing_and_misshapen_members_are_refused() {
    let bytes = |length: usize| Some(Cbor::from(vec![1; length]));
    for entries in [
        with(es256(), 1, None),
        with(es256(), 3, None),
        with(es256(), 3, Some("ES256".into())),
        with(es256(), -1, None),
        with(es256(), -2, None),
        with(es256(), -2, bytes(31)),
        with(es256(), -2, bytes(33)),
        with(es256(), -3, None),
        with(es256(), -3, Some(true.into())),
        with(ed25519(), -2, bytes(31)),
        with(ed25519(), -2, bytes(57)),
    ] {
        assert_eq!(refused(&entries), Some(Reason::PublicKeyMalformed), "{entries:?}");
    }
}

#[test]
fn rsa_keys_have_2048_to_8192_bits_and_a_sane_exponent() {
    let fine = [(odd(256, 0x80), vec![1, 0, 1]), (odd(1024, 0xff), vec![0xff, 0xff, 0xff, 0xff])];
    for (n, e) in fine {
        assert_eq!(refused(&rs256(n, e)), None);
    }
    let mut even = odd(256, 0x80);
    even[255] = 2;
    for (n, e) in [
        (odd(256, 0x7f), vec![1, 0, 1]),
        (odd(1025, 0x01), vec![1, 0, 1]),
        (odd(257, 0x00), vec![1, 0, 1]),
        (even, vec![1, 0, 1]),
        (vec![], vec![1, 0, 1]),
        (odd(256, 0x80), vec![]),
        (odd(256, 0x80), vec![1]),
        (odd(256, 0x80), vec![3]),
        (odd(256, 0x80), vec![0xff, 0xff]),
        (odd(256, 0x80), vec![1, 0, 2]),
        (odd(256, 0x80), vec![0, 1, 0, 1]),
        (odd(256, 0x80), vec![1, 0, 0, 0, 1]),
    ] {
        assert_eq!(refused(&rs256(n.clone(), e.clone())), Some(Reason::PublicKeyMalformed), "{n:x?} {e:x?}");
    }
}

#[test]
fn what_is_not_one_strict_map_is_refused() {
    let key = encoded(&es256());
    let trailing = [&key[..], &[0]].concat();
    let duplicate = encoded(&[&es256()[..], &[(-1, 1.into())]].concat());
    for bytes in [&[][..], &[0x80], &[0xbf, 0xff], &trailing, &duplicate, &key[..key.len() - 1]] {
        assert_eq!(CoseKey::parse(bytes), Err(Reason::PublicKeyMalformed), "{bytes:x?}");
    }
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..120)) {
        let _ = CoseKey::parse(&bytes);
    }

    #[test]
    fn no_mutated_key_panics(at in 0..77_usize, to: u8, cut in 0..78_usize) {
        let mut bytes = encoded(&es256());
        bytes[at] = to;
        let _ = CoseKey::parse(&bytes);
        let _ = CoseKey::parse(&bytes[..cut.min(bytes.len())]);
    }
}
