use ciborium::Value as Oracle;
use proptest::prelude::*;

use super::*;

#[test]
fn items_of_every_kind_are_read() {
    let map = |entries: &[(Key<'static>, Value<'static>)]| Value::Map(Map(entries.to_vec()));
    for (bytes, expected) in [
        (&[0x17][..], Value::Int(23)),
        (&[0x18, 0x17], Value::Int(23)),
        (&[0x38, 0x24], Value::Int(-37)),
        (&[0x39, 0x01, 0x00], Value::Int(-257)),
        (&[0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], Value::Int(u64::MAX.into())),
        (&[0x3b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], Value::Int(-1 - i128::from(u64::MAX))),
        (&[0x42, 1, 2], Value::Bytes(&[1, 2])),
        (&[0x62, 0xc3, 0xa4], Value::Text("ä")),
        (&[0x82, 0x01, 0x80], Value::Array(vec![Value::Int(1), Value::Array(vec![])])),
        (&[0xf4], Value::Other),
        (&[0xfb, 0, 0, 0, 0, 0, 0, 0, 0], Value::Other),
        (
            &[0xa2, 0x20, 0x61, b'x', 0x61, b'k', 0xa0],
            map(&[(Key::Int(-1), Value::Text("x")), (Key::Text("k"), map(&[]))]),
        ),
    ] {
        assert_eq!(read_all(bytes), Ok(expected), "{bytes:x?}");
    }
}

#[test]
fn the_rest_after_the_first_item_is_handed_back() {
    assert_eq!(read_first(&[0x01, 0xff]), Ok((Value::Int(1), &[0xff][..])));
    assert_eq!(read_all(&[0x01, 0xff]), Err(Malformed));
}

#[test]
fn what_has_no_single_meaning_is_refused() {
    for (name, bytes) in [
        ("nothing", &[][..]),
        ("indefinite bytes", &[0x5f, 0x41, 1, 0xff]),
        ("indefinite text", &[0x7f, 0x61, b'a', 0xff]),
        ("indefinite array", &[0x9f, 0xff]),
        ("indefinite map", &[0xbf, 0xff]),
        ("break", &[0xff]),
        ("reserved length", &[0x1c]),
        ("tag", &[0xc0, 0x01]),
        ("unassigned simple value", &[0xe0]),
        ("simple value in two bytes", &[0xf8, 0x20]),
        ("cut off argument", &[0x19, 0x01]),
        ("cut off bytes", &[0x43, 1, 2]),
        ("length near the end of numbers", &[0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
        ("cut off array", &[0x82, 0x01]),
        ("cut off map", &[0xa1, 0x01]),
        ("text that is not UTF-8", &[0x61, 0xff]),
        ("duplicate text", &[0xa2, 0x61, b'a', 1, 0x61, b'a', 2]),
        ("duplicate integer", &[0xa2, 0x01, 1, 0x01, 2]),
        ("duplicate integer of another length", &[0xa2, 0x01, 1, 0x18, 0x01, 2]),
        ("duplicate in a nested map", &[0x81, 0xa2, 0x01, 1, 0x01, 2]),
        ("key that is bytes", &[0xa1, 0x41, 1, 1]),
        ("key that is an array", &[0xa1, 0x80, 1]),
    ] {
        assert_eq!(read_all(bytes), Err(Malformed), "{name}");
    }
}

#[test]
fn nesting_and_lists_are_bounded() {
    let nested = |levels: usize| [vec![0x81; levels], vec![0x01]].concat();
    assert!(matches!(read_all(&nested(8)), Ok(Value::Array(_))));
    assert_eq!(read_all(&nested(9)), Err(Malformed));
    let list = |entries: u8| [vec![0x98, entries], vec![0x01; entries.into()]].concat();
    assert_eq!(read_all(&list(64)), Ok(Value::Array(vec![Value::Int(1); 64])));
    assert_eq!(read_all(&list(65)), Err(Malformed));
}

/// Whether the oracle read the same, as far as the strict reader keeps what it reads.
fn same(ours: &Value<'_>, oracle: &Oracle) -> bool {
    match (ours, oracle) {
        (Value::Int(a), Oracle::Integer(b)) => *a == i128::from(*b),
        (Value::Bytes(a), Oracle::Bytes(b)) => a == b,
        (Value::Text(a), Oracle::Text(b)) => a == b,
        (Value::Map(a), Oracle::Map(b)) => {
            a.len() == b.len()
                && b.iter().zip(&a.0).all(|((k, v), (key, value))| {
                    let key = match *key {
                        Key::Int(key) => Value::Int(key),
                        Key::Text(key) => Value::Text(key),
                    };
                    same(&key, k) && same(value, v)
                })
        }
        (Value::Array(a), Oracle::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(item, oracle)| same(item, oracle))
        }
        (Value::Other, Oracle::Bool(_) | Oracle::Null | Oracle::Float(_)) => true,
        _ => false,
    }
}

fn arbitrary_item() -> impl Strategy<Value = Oracle> {
    let leaf = prop_oneof![
        any::<i64>().prop_map(Oracle::from),
        any::<u64>().prop_map(Oracle::from),
        any::<bool>().prop_map(Oracle::from),
        any::<f64>().prop_map(Oracle::from),
        proptest::collection::vec(any::<u8>(), 0..40).prop_map(Oracle::from),
        ".{0,12}".prop_map(Oracle::from),
    ];
    let key = prop_oneof![any::<i8>().prop_map(Oracle::from), "[a-d]{0,2}".prop_map(Oracle::from)];
    leaf.prop_recursive(3, 24, 5, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Oracle::from),
            proptest::collection::vec((key.clone(), inner), 0..5).prop_map(Oracle::Map),
        ]
    })
}

fn has_duplicates(item: &Oracle) -> bool {
    match item {
        Oracle::Array(items) => items.iter().any(has_duplicates),
        Oracle::Map(entries) => {
            entries.iter().any(|(_, value)| has_duplicates(value))
                || entries.iter().enumerate().any(|(i, (key, _))| entries[..i].iter().any(|(k, _)| k == key))
        }
        _ => false,
    }
}

proptest! {
    #[test]
    fn what_another_encoder_wrote_is_read_as_meant(item in arbitrary_item()) {
        let mut bytes = Vec::new();
        ciborium::into_writer(&item, &mut bytes).unwrap();
        match read_all(&bytes) {
            Ok(value) => prop_assert!(same(&value, &item)),
            Err(Malformed) => prop_assert!(has_duplicates(&item)),
        }
    }

    #[test]
    fn whatever_is_read_another_decoder_reads_alike(bytes in proptest::collection::vec(any::<u8>(), 0..48)) {
        if let Ok((value, rest)) = read_first(&bytes) {
            let whole = &bytes[..bytes.len() - rest.len()];
            // `undefined` is the one thing read here that the oracle does not know.
            if !whole.contains(&0xf7) {
                let oracle: Oracle = ciborium::from_reader(whole).unwrap();
                prop_assert!(same(&value, &oracle));
            }
        }
    }
}
