use super::*;

const POINT: [u8; 32] = [7; 32];

fn sized(bytes: &[u8]) -> Vec<u8> {
    [&u16::try_from(bytes.len()).unwrap().to_be_bytes()[..], bytes].concat()
}

/// An area up to its scheme: attributes, no policy, no symmetric cipher.
fn head(kind: [u8; 2]) -> Vec<u8> {
    [&kind[..], &[0, 0x0b], &[0, 6, 4, 0x72], &sized(b"policy"), &ALG_NULL].concat()
}

fn ecc(scheme: &[u8], curve: [u8; 2], x: &[u8]) -> Vec<u8> {
    [&head(ALG_ECC), scheme, &curve, &ALG_NULL, &sized(x), &sized(&POINT)].concat()
}

fn rsa(scheme: &[u8], exponent: [u8; 4], n: &[u8]) -> Vec<u8> {
    [&head(ALG_RSA), scheme, &[8, 0], &exponent, &sized(n)].concat()
}

/// `COSE_Key` of ES256 with these coordinates.
fn es256(x: &[u8; 32]) -> Vec<u8> {
    [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32][..], x, &[0x22, 0x58, 32], &POINT].concat()
}

fn rs256(n: &[u8; 256]) -> Vec<u8> {
    [&[0xa4, 1, 3, 3, 0x39, 1, 0, 0x20, 0x59, 1, 0][..], n, &[0x21, 0x43, 1, 0, 1]].concat()
}

fn is_key(area: &[u8], cose: &[u8]) -> bool {
    PublicArea::parse(area).unwrap().is_key(cose)
}

#[test]
fn a_key_is_told_from_every_other() {
    let plain = ecc(&ALG_NULL, [0, 3], &POINT);
    assert!(is_key(&plain, &es256(&POINT)));
    assert!(is_key(&ecc(&[0, 0x18, 0, 0x0b], [0, 3], &POINT), &es256(&POINT)));
    assert!(!is_key(&plain, &es256(&[8; 32])));
    assert!(!is_key(&ecc(&ALG_NULL, [0, 4], &POINT), &es256(&POINT)));
    assert!(!is_key(&plain, b"no key"));
    let mut short = POINT;
    short[0] = 0;
    assert!(is_key(&ecc(&ALG_NULL, [0, 3], &short[1..]), &es256(&short)));

    let n = [0x81; 256];
    assert!(is_key(&rsa(&ALG_NULL, [0; 4], &n), &rs256(&n)));
    assert!(is_key(&rsa(&[0, 0x14, 0, 0x0b], [0, 1, 0, 1], &n), &rs256(&n)));
    assert!(!is_key(&rsa(&ALG_NULL, [0, 0, 0, 3], &n), &rs256(&n)));
    assert!(!is_key(&rsa(&ALG_NULL, [0; 4], &[0x83; 256]), &rs256(&n)));
    assert!(!is_key(&rsa(&ALG_NULL, [0; 4], &n), &es256(&POINT)));
}

#[test]
fn an_area_is_read_to_its_end_and_no_further() {
    for whole in [ecc(&ALG_NULL, [0, 3], &POINT), rsa(&ALG_NULL, [0; 4], &[1; 256])] {
        for length in 0..whole.len() {
            assert!(PublicArea::parse(&whole[..length]).is_none(), "{length}");
        }
        assert!(PublicArea::parse(&[&whole[..], &[0]].concat()).is_none());
    }
    for (name, area) in [
        ("another kind", [&[0, 8], &ecc(&ALG_NULL, [0, 3], &POINT)[2..]].concat()),
        ("PSS", rsa(&[0, 0x16, 0, 0x0b], [0; 4], &[1; 256])),
        ("ECDAA", ecc(&[0, 0x1a, 0, 0x0b], [0, 3], &POINT)),
    ] {
        assert!(PublicArea::parse(&area).is_none(), "{name}");
    }
}

#[test]
fn only_hashes_to_rely_on_name_a_key() {
    let hash = |name: u8| {
        let mut area = ecc(&ALG_NULL, [0, 3], &POINT);
        area[3] = name;
        PublicArea::parse(&area).unwrap().name_hash()
    };
    assert_eq!((hash(0x0b), hash(0x0c), hash(0x0d)), (Some(&SHA256), Some(&SHA384), Some(&SHA512)));
    assert_eq!((hash(0x04), hash(0x10)), (None, None));
}

#[test]
fn only_what_a_tpm_made_of_a_key_certifies_it() {
    let made = |head: [u8; 6]| {
        let clock = [0; 25];
        [&head[..], &sized(b"signer"), &sized(b"extra"), &clock, &sized(b"name"), &sized(b"qualified")]
            .concat()
    };
    let whole = made(CERTIFIED_BY_A_TPM);
    let read = Certification::parse(&whole).unwrap();
    assert_eq!((read.extra_data, read.name), (&b"extra"[..], &b"name"[..]));
    for length in 0..whole.len() {
        assert!(Certification::parse(&whole[..length]).is_none(), "{length}");
    }
    assert!(Certification::parse(&[&whole[..], &[0]].concat()).is_none());
    assert!(Certification::parse(&made(*b"\xfeTCG\x80\x17")).is_none());
    // A quote.
    assert!(Certification::parse(&made(*b"\xffTCG\x80\x18")).is_none());
}
