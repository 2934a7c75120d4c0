use proptest::prelude::*;

use super::*;

const KEY: [u8; 32] = [7; 32];
const NAMES: u32 = 10_000;

fn tenant(byte: u8) -> TenantId {
    TenantId::from_bytes([byte; 16])
}

fn rp(text: &str) -> RpId {
    RpId::new(text).unwrap()
}

fn of(name: &str) -> Vec<Decoy> {
    decoys(&KEY, tenant(1), &rp("example.org"), name.as_bytes())
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| char::from(b"0123456789abcdef"[digit as usize]))
        .collect()
}

fn names() -> impl Iterator<Item = String> {
    (0..NAMES).map(|i| format!("user-{i}@example.org"))
}

/// `seen` of `n` draws, where `weight` out of 256 were expected: within five standard deviations.
fn assert_roughly(seen: usize, weight: u16, n: usize, what: &str) {
    let p = f64::from(weight) / 256.0;
    let [seen, n] = [seen, n].map(|count| f64::from(u32::try_from(count).unwrap()));
    let deviation = (n * p * (1.0 - p)).sqrt();
    assert!((seen - n * p).abs() < 5.0 * deviation, "{what}: {seen} of {n}, expected {}", n * p);
}

/// Worked out with another implementation of HMAC. A release that answered otherwise would show who is nobody.
#[test]
fn a_name_has_the_same_decoys_in_every_release() {
    let (mobile, key) = (&["hybrid", "internal"], &["nfc", "usb"]);
    let expected: [(&str, &[&str]); 3] = [
        ("3defc88eecf5b9ef70ae9d6c6c01732c2a723ca1c9f7c26c06d3c221544d8f38", &["internal"]),
        (
            "dd19aa666ac3bc48c6382f246bc3f5b029f43ec0268749f688598796449d9768\
             fef1a56b34b22ad4ba5cc0f1cf4d480d5efa322a8895ea7ce4c833cff7fa6f0f",
            key,
        ),
        ("00e8c8eb40c7e6665c0034c8bb81dd97", mobile),
    ];
    let found = of("user-53");
    let found: Vec<(String, &[&str])> =
        found.iter().map(|decoy| (hex(&decoy.id), decoy.transports)).collect();
    assert_eq!(found, expected.map(|(id, transports)| (id.to_owned(), transports)));
}

#[test]
fn another_tenant_relying_party_name_or_key_has_other_decoys() {
    let rp_id = rp("example.org");
    let lists = [
        of("anna"),
        of("Anna"),
        of(""),
        decoys(&KEY, tenant(2), &rp_id, b"anna"),
        decoys(&KEY, tenant(1), &rp("example.com"), b"anna"),
        decoys(&[8; 32], tenant(1), &rp_id, b"anna"),
        // What moves from one input to the next is not the same input.
        decoys(&KEY, tenant(1), &rp("example.or"), b"ganna"),
    ];
    let ids: Vec<&Vec<u8>> = lists.iter().flatten().map(|decoy| &decoy.id).collect();
    for (i, id) in ids.iter().enumerate() {
        assert!(!ids[..i].contains(id), "{}", hex(id));
    }
    assert_eq!(lists[0], of("anna"));
}

#[test]
fn every_decoy_is_recognised_and_none_with_a_flipped_bit() {
    let rp_id = rp("example.org");
    for name in names().take(200) {
        for mut decoy in of(&name) {
            assert!(is_decoy(&KEY, &rp_id, &decoy.id), "{name}");
            for bit in 0..decoy.id.len() * 8 {
                decoy.id[bit / 8] ^= 1 << (bit % 8);
                assert!(!is_decoy(&KEY, &rp_id, &decoy.id), "{name}, bit {bit}");
                decoy.id[bit / 8] ^= 1 << (bit % 8);
            }
        }
    }
}

#[test]
fn a_decoy_is_one_of_its_relying_party_and_key_only() {
    for decoy in names().take(200).flat_map(|name| of(&name)) {
        assert!(!is_decoy(&KEY, &rp("example.com"), &decoy.id));
        assert!(!is_decoy(&[8; 32], &rp("example.org"), &decoy.id));
        assert!(!is_decoy(&KEY, &rp("example.org"), &decoy.id[1..]));
        assert!(!is_decoy(&KEY, &rp("example.org"), &[&decoy.id[..], &[0]].concat()));
    }
}

#[test]
fn how_many_decoys_a_name_has_is_drawn_as_the_table_says() {
    let counts: Vec<usize> = names().map(|name| of(&name).len()).collect();
    for (weight, count) in COUNTS {
        let seen = counts.iter().filter(|seen| *seen == count).count();
        assert_roughly(seen, *weight, counts.len(), &format!("{count} decoys"));
    }
}

#[test]
fn what_decoys_look_like_is_drawn_as_the_table_says() {
    let all: Vec<Decoy> = names().flat_map(|name| of(&name)).collect();
    for Shape { weight, length, transports } in SHAPES {
        let seen = all.iter().filter(|it| it.id.len() == *length && it.transports == *transports).count();
        assert_roughly(seen, *weight, all.len(), &format!("{length} bytes, {transports:?}"));
    }
}

#[test]
fn every_byte_draws_an_entry_and_every_tag_has_eight_bytes_or_more() {
    assert_eq!(SHAPES.iter().map(|shape| shape.weight).sum::<u16>(), 256);
    assert_eq!(COUNTS.iter().map(|(weight, _)| weight).sum::<u16>(), 256);
    for shape in SHAPES {
        assert!(shape.length % 2 == 0 && (16..=64).contains(&shape.length), "{shape:?}");
    }
    let table = [(1, 'a'), (254, 'b'), (1, 'c')];
    for (byte, entry) in [(0, 'a'), (1, 'b'), (254, 'b'), (255, 'c')] {
        assert_eq!(drawn(&table, |(weight, _)| *weight, byte).unwrap().1, entry, "{byte}");
    }
}

proptest! {
    #[test]
    fn a_random_id_is_no_decoy(id in proptest::collection::vec(any::<u8>(), 0..80), length in 0..SHAPES.len()) {
        let rp_id = rp("example.org");
        prop_assert!(!is_decoy(&KEY, &rp_id, &id));
        let same_length: Vec<u8> = id.iter().copied().chain(0..).take(SHAPES[length].length).collect();
        prop_assert!(!is_decoy(&KEY, &rp_id, &same_length));
    }
}
