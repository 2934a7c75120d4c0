use ciborium::Value as Cbor;
use proptest::prelude::*;

use super::*;

/// The members of a key, label by label.
type Entries = Vec<(i64, Cbor)>;

fn encoded(entries: &[(i64, Cbor)]) -> Vec<u8> {
    let map = entries.iter().map(|(label, value)| ((*label).into(), value.clone())).collect();
    let mut out = Vec::new();
    ciborium::into_writer(&Cbor::Map(map), &mut out).unwrap();
    out
}

fn ec2(algorithm: Algorithm, curve: i64, size: usize) -> Entries {
    let coordinate = |digit: u8| Cbor::Bytes(vec![digit; size]);
    let alg = (3, algorithm.cose().into());
    vec![(1, 2.into()), alg, (-1, curve.into()), (-2, coordinate(1)), (-3, coordinate(2))]
}

fn es256() -> Entries {
    ec2(Algorithm::Es256, 1, 32)
}

fn es384() -> Entries {
    ec2(Algorithm::Es384, 2, 48)
}

fn es512() -> Entries {
    ec2(Algorithm::Es512, 3, 66)
}

fn ml_dsa(algorithm: Algorithm, size: usize) -> Entries {
    vec![(1, 7.into()), (3, algorithm.cose().into()), (-1, Cbor::Bytes(vec![4; size]))]
}

fn ed25519() -> Entries {
    vec![(1, 1.into()), (3, (-8).into()), (-1, 6.into()), (-2, vec![3; 32].into())]
}

fn rs256(n: Vec<u8>, e: Vec<u8>) -> Entries {
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

fn with(mut entries: Entries, label: i64, value: Option<Cbor>) -> Entries {
    entries.retain(|(l, _)| *l != label);
    entries.extend(value.map(|value| (label, value)));
    entries
}

/// A key of each algorithm, with its numbers.
fn keys() -> Vec<(Algorithm, Entries, Numbers<'static>)> {
    use Numbers::{Encoded, Modulus, Point};
    static MODULUS: [u8; 256] = [0xff; 256];
    vec![
        (Algorithm::Es256, es256(), Point { x: &[1; 32], y: &[2; 32] }),
        (Algorithm::Es384, es384(), Point { x: &[1; 48], y: &[2; 48] }),
        (Algorithm::Es512, es512(), Point { x: &[1; 66], y: &[2; 66] }),
        (Algorithm::Ed25519, ed25519(), Encoded(&[3; 32])),
        (Algorithm::Rs256, rs256(MODULUS.to_vec(), vec![1, 0, 1]), Modulus { n: &MODULUS, e: &[1, 0, 1] }),
        (Algorithm::MlDsa44, ml_dsa(Algorithm::MlDsa44, 1312), Encoded(&[4; 1312])),
        (Algorithm::MlDsa65, ml_dsa(Algorithm::MlDsa65, 1952), Encoded(&[4; 1952])),
        (Algorithm::MlDsa87, ml_dsa(Algorithm::MlDsa87, 2592), Encoded(&[4; 2592])),
    ]
}

#[test]
fn a_key_of_each_algorithm_is_read() {
    assert_eq!(keys().len(), Algorithm::ALL.len());
    for (algorithm, entries, numbers) in keys() {
        assert_eq!(CoseKey::parse(&encoded(&entries)), Ok(CoseKey { algorithm, numbers }));
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
    for alg in [-9_i64, -37, -47, -51, -52, -53, -65535, 0, 7, i64::MIN, i64::MAX] {
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
        with(es256(), 3, Some((-35).into())),
        with(es384(), -1, Some(1.into())),
        with(es384(), -1, Some(3.into())),
        with(es512(), -1, Some(2.into())),
        with(es512(), 1, Some(1.into())),
        with(ml_dsa(Algorithm::MlDsa44, 1312), 1, Some(1.into())),
        with(ml_dsa(Algorithm::MlDsa44, 1312), 1, Some(2.into())),
        with(es256(), 3, Some((-48).into())),
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
        with(es384(), -2, bytes(47)),
        with(es384(), -3, bytes(32)),
        with(es384(), -3, Some(false.into())),
        with(es512(), -2, bytes(65)),
        with(es512(), -3, bytes(67)),
        with(ml_dsa(Algorithm::MlDsa44, 1311), 2, None),
        with(ml_dsa(Algorithm::MlDsa44, 1952), 2, None),
        with(ml_dsa(Algorithm::MlDsa65, 1312), 2, None),
        with(ml_dsa(Algorithm::MlDsa65, 1953), 2, None),
        with(ml_dsa(Algorithm::MlDsa87, 2591), 2, None),
        with(ml_dsa(Algorithm::MlDsa87, 0), 2, None),
        with(ml_dsa(Algorithm::MlDsa87, 2592), -1, Some("text".into())),
        with(ml_dsa(Algorithm::MlDsa87, 2592), -1, None),
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
    fn no_mutated_key_panics(which in 0..8_usize, at: prop::sample::Index, to: u8, cut: prop::sample::Index) {
        let mut bytes = encoded(&keys()[which].1);
        let at = at.index(bytes.len());
        bytes[at] = to;
        let _ = CoseKey::parse(&bytes);
        let _ = CoseKey::parse(&bytes[..cut.index(bytes.len())]);
    }

    #[test]
    fn what_another_encoder_wrote_is_read_as_meant(
        which in 0..8_usize,
        first in proptest::collection::vec(any::<u8>(), 2592),
        second in proptest::collection::vec(any::<u8>(), 2592),
    ) {
        let (algorithm, entries, numbers) = keys().swap_remove(which);
        let cut = |bytes: &[u8]| Cbor::Bytes(bytes.to_vec());
        let (entries, numbers) = match numbers {
            Numbers::Point { x, .. } => {
                let (x, y) = (&first[..x.len()], &second[..x.len()]);
                (with(with(entries, -2, Some(cut(x))), -3, Some(cut(y))), Numbers::Point { x, y })
            }
            Numbers::Encoded(key) => {
                let (label, key) = (if key.len() == 32 { -2 } else { -1 }, &first[..key.len()]);
                (with(entries, label, Some(cut(key))), Numbers::Encoded(key))
            }
            Numbers::Modulus { .. } => (entries, numbers),
        };
        let bytes = encoded(&entries);
        prop_assert_eq!(CoseKey::parse(&bytes), Ok(CoseKey { algorithm, numbers }));
    }
}
