//! Statements that hold but for one change, by format.

use ciborium::Value as Cbor;
use keystead_authenticator::{self as soft, Attester, Authority, Extension, Plan, Settings, Statement};
use keystead_domain::{
    Algorithm, AttestationConveyance, AttestationRule, AttestationTrust, Reason, UntrustedAttestation,
};

use super::{
    Verdict, attesting,
    device::{Fresh, der, judged, terms},
};
use crate::response::sha256;

const TRUSTED: Verdict = Ok(AttestationTrust::Trusted);
const MALFORMED: Verdict = Err(Reason::AttestationStatementMalformed);
const FALSE: Verdict = Err(Reason::AttestationSignatureInvalid);
const UNSUPPORTED: Verdict = Err(Reason::AttestationUnsupported);

type Members = Vec<(String, Cbor)>;
/// What is changed of a statement, how, and what it comes to then.
type Case<'a> = (&'a str, &'a dyn Fn(&mut Members), Verdict);

/// What it comes to where attestation was asked for and this maker is trusted.
pub(super) fn verdict(json: &str, maker: &Authority) -> Verdict {
    let rule = AttestationRule {
        roots: vec![maker.certificate().to_vec()],
        untrusted: UntrustedAttestation::Refuse,
    };
    judged(json, &terms(AttestationConveyance::Direct), &rule)
}

fn maker() -> Authority {
    Authority::root("Maker").unwrap()
}

fn set(members: &mut Members, name: &str, value: impl Into<Cbor>) {
    members.retain(|(key, _)| key != name);
    members.push((name.to_owned(), value.into()));
}

fn drop_member(members: &mut Members, name: &str) {
    members.retain(|(key, _)| key != name);
}

fn chain(certificates: &[&[u8]]) -> Cbor {
    Cbor::Array(certificates.iter().map(|der| Cbor::Bytes(der.to_vec())).collect())
}

/// The bytes with one bit changed.
fn bent(value: &Cbor) -> Cbor {
    let mut bytes = value.as_bytes().unwrap().clone();
    *bytes.last_mut().unwrap() ^= 1;
    Cbor::Bytes(bytes)
}

fn member(members: &Members, name: &str) -> Cbor {
    members.iter().find(|(key, _)| key == name).unwrap().1.clone()
}

#[test]
fn a_packed_statement_holds_member_by_member() {
    let maker = maker();
    let attester = Attester::under(&maker, &Plan::default()).unwrap();
    let fresh = Fresh::of(Algorithm::Es256, attesting(Statement::Packed(attester)));
    let own = member(&fresh.statement(), "x5c").into_array().unwrap().remove(0).into_bytes().unwrap();
    let cases: [Case<'_>; 15] = [
        ("nothing", &|_| {}, TRUSTED),
        ("a further member", &|it| set(it, "more", 1), TRUSTED),
        ("no signature", &|it| drop_member(it, "sig"), MALFORMED),
        ("a signature that is a text", &|it| set(it, "sig", "sig"), MALFORMED),
        ("another signature", &|it| set(it, "sig", bent(&member(it, "sig"))), FALSE),
        ("no algorithm", &|it| drop_member(it, "alg"), MALFORMED),
        ("an algorithm that is a text", &|it| set(it, "alg", "ES256"), MALFORMED),
        ("the algorithm of other keys", &|it| set(it, "alg", -257), MALFORMED),
        ("an algorithm that is never offered", &|it| set(it, "alg", -65535), UNSUPPORTED),
        ("no certificate", &|it| set(it, "x5c", chain(&[])), MALFORMED),
        ("certificates that are no list", &|it| set(it, "x5c", own.clone()), MALFORMED),
        ("a certificate that is a text", &|it| set(it, "x5c", Cbor::Array(vec!["x".into()])), MALFORMED),
        ("a certificate that is none", &|it| set(it, "x5c", chain(&[b"none"])), MALFORMED),
        ("a second one that is none", &|it| set(it, "x5c", chain(&[&own, b"none"])), MALFORMED),
        ("another's certificate", &|it| set(it, "x5c", chain(&[maker.certificate()])), FALSE),
    ];
    for (name, change, expected) in cases {
        let mut statement = fresh.statement();
        change(&mut statement);
        assert_eq!(verdict(&fresh.with("packed", statement), &maker), expected, "{name}");
    }
    let array = fresh.with_any("packed", Cbor::Array(vec![]));
    assert_eq!(verdict(&array, &maker), MALFORMED);
}

#[test]
fn a_packed_certificate_says_what_it_must() {
    let maker = maker();
    let subject = |c: &str, o: &str, ou: &str| Some([c, o, ou, "Batch"].map(str::to_owned));
    let aaguid = Settings::default().aaguid;
    let critical = Extension { critical: true, ..Extension::aaguid(aaguid) };
    let no_bytes = Extension { content: vec![0x04, 1, 7], ..Extension::aaguid(aaguid) };
    for (name, plan, expected) in [
        ("as it must", Plan::default(), TRUSTED),
        ("its model", Plan { extensions: vec![Extension::aaguid(aaguid)], ..Plan::default() }, TRUSTED),
        (
            "another model",
            Plan { extensions: vec![Extension::aaguid([7; 16])], ..Plan::default() },
            MALFORMED,
        ),
        ("its model, critically", Plan { extensions: vec![critical], ..Plan::default() }, MALFORMED),
        ("a model of one byte", Plan { extensions: vec![no_bytes], ..Plan::default() }, MALFORMED),
        ("another unit", Plan { subject: subject("DE", "K", "Tests"), ..Plan::default() }, MALFORMED),
        ("no subject", Plan { subject: None, ..Plan::default() }, MALFORMED),
        ("an authority", Plan { is_authority: Some(true), ..Plan::default() }, MALFORMED),
        ("nothing of authorities", Plan { is_authority: None, ..Plan::default() }, MALFORMED),
    ] {
        let attester = Attester::under(&maker, &plan).unwrap();
        let fresh = Fresh::of(Algorithm::Es256, attesting(Statement::Packed(attester)));
        assert_eq!(verdict(&fresh.json, &maker), expected, "{name}");
    }
}

#[test]
fn a_u2f_statement_holds_member_by_member() {
    let maker = maker();
    let attester = Attester::under(&maker, &Plan::default()).unwrap();
    let fresh = Fresh::of(Algorithm::Es256, attesting(Statement::FidoU2f(attester)));
    let own = member(&fresh.statement(), "x5c").into_array().unwrap().remove(0).into_bytes().unwrap();
    let cases: [Case<'_>; 6] = [
        ("nothing", &|_| {}, TRUSTED),
        ("no signature", &|it| drop_member(it, "sig"), MALFORMED),
        ("another signature", &|it| set(it, "sig", bent(&member(it, "sig"))), FALSE),
        ("no certificate", &|it| drop_member(it, "x5c"), MALFORMED),
        ("two certificates", &|it| set(it, "x5c", chain(&[&own, maker.certificate()])), MALFORMED),
        ("another's certificate", &|it| set(it, "x5c", chain(&[maker.certificate()])), FALSE),
    ];
    for (name, change, expected) in cases {
        let mut statement = fresh.statement();
        change(&mut statement);
        assert_eq!(verdict(&fresh.with("fido-u2f", statement), &maker), expected, "{name}");
    }
    let wide = Attester::with_key(&maker, &Plan::default(), soft::Algorithm::Es384).unwrap();
    let fresh = Fresh::of(Algorithm::Es256, attesting(Statement::FidoU2f(wide)));
    assert_eq!(verdict(&fresh.json, &maker), MALFORMED);
    // What U2F signs is not what the others sign.
    let packed = Attester::under(&maker, &Plan::default()).unwrap();
    let fresh = Fresh::of(Algorithm::Es256, attesting(Statement::Packed(packed)));
    assert_eq!(verdict(&fresh.with("fido-u2f", fresh.statement()), &maker), FALSE);
}

/// Apple's statement (§8.8): the certificate of the key says for what it was made.
fn apple(nonce: &[u8], of: &soft::Credential, maker: &Authority) -> Members {
    let content = der(0x30, &der(0xa1, &der(0x04, nonce)));
    let extension = Extension { oid: &[1, 2, 840, 113_635, 100, 8, 2], critical: false, content };
    let plan = Plan { extensions: vec![extension], ..Plan::default() };
    vec![("x5c".to_owned(), chain(&[&maker.certify(of, &plan).unwrap()]))]
}

#[test]
fn an_apple_statement_is_about_this_key_and_this_registration() {
    let maker = maker();
    for algorithm in [Algorithm::Es256, Algorithm::Es384] {
        let fresh = Fresh::of(algorithm, Settings::default());
        let other = Fresh::of(algorithm, Settings { aaguid: [0; 16], ..Settings::default() });
        let nonce = sha256(&fresh.signed());
        let honest = apple(&nonce, &fresh.credential, &maker);
        assert_eq!(verdict(&fresh.with("apple", honest.clone()), &maker), TRUSTED, "{algorithm:?}");
        let stale = apple(&sha256(&other.signed()), &fresh.credential, &maker);
        assert_eq!(verdict(&fresh.with("apple", stale), &maker), MALFORMED);
        let short = apple(&nonce[..31], &fresh.credential, &maker);
        assert_eq!(verdict(&fresh.with("apple", short), &maker), MALFORMED);
        let stranger = another_key(algorithm);
        let theirs = apple(&nonce, &stranger, &maker);
        assert_eq!(verdict(&fresh.with("apple", theirs), &maker), MALFORMED);
        let silent =
            vec![("x5c".to_owned(), chain(&[&maker.certify(&fresh.credential, &Plan::default()).unwrap()]))];
        assert_eq!(verdict(&fresh.with("apple", silent), &maker), MALFORMED);
    }
}

/// A key of another authenticator.
fn another_key(algorithm: Algorithm) -> soft::Credential {
    let mut device = soft::Authenticator::new(3);
    let options = serde_json::json!({
        "challenge": "AAAA",
        "rp": { "id": "example.org", "name": "Example" },
        "user": { "id": "BQUFBQ", "name": "anna", "displayName": "Anna" },
        "pubKeyCredParams": [{ "type": "public-key", "alg": algorithm.cose() }],
    });
    device.create(&options.to_string(), "https://example.org").unwrap();
    device.credentials()[0].clone()
}

/// What an Android key's certificate says of it (§8.4.1): hardware levels, challenge, and what software and hardware enforce.
fn description(challenge: &[u8], software: &[u8], hardware: &[u8]) -> Extension {
    let head = [der(0x02, &[3]), der(0x0a, &[1]), der(0x02, &[4]), der(0x0a, &[1])].concat();
    let lists = [der(0x30, software), der(0x30, hardware)].concat();
    let content = der(0x30, &[head, der(0x04, challenge), der(0x04, &[]), lists].concat());
    Extension { oid: &[1, 3, 6, 1, 4, 1, 11129, 2, 1, 17], critical: false, content }
}

#[test]
fn an_android_statement_is_about_this_key_and_this_registration() {
    let maker = maker();
    let fresh = Fresh::of(Algorithm::Es256, Settings::default());
    let stranger = another_key(Algorithm::Es256);
    // Purpose 2 (to sign), origin 0 (made there).
    let origin = |origin: u8| [&[0xbf, 0x85, 0x3e][..], &[3, 2, 1, origin]].concat();
    let purpose = |purpose: u8| der(0xa1, &der(0x31, &der(0x02, &[purpose])));
    let made_to_sign = [purpose(2), origin(0)].concat();
    let for_all_applications = [&made_to_sign[..], &[0xbf, 0x84, 0x58, 2, 5, 0]].concat();
    let hash = fresh.client_data_hash();
    let says = |challenge: &[u8], hardware: &[u8]| Plan {
        extensions: vec![description(challenge, &[], hardware)],
        ..Plan::default()
    };
    for (name, of, plan, signs, alg, expected) in [
        ("nothing", &fresh, says(&hash, &made_to_sign), true, -7, TRUSTED),
        ("another signature", &fresh, says(&hash, &made_to_sign), false, -7, FALSE),
        ("another algorithm", &fresh, says(&hash, &made_to_sign), true, -35, MALFORMED),
        ("another challenge", &fresh, says(&[7; 32], &made_to_sign), true, -7, MALFORMED),
        ("for all applications", &fresh, says(&hash, &for_all_applications), true, -7, MALFORMED),
        ("an imported key", &fresh, says(&hash, &[purpose(2), origin(2)].concat()), true, -7, MALFORMED),
        ("a key to decrypt", &fresh, says(&hash, &[purpose(1), origin(0)].concat()), true, -7, MALFORMED),
        ("no description", &fresh, Plan::default(), true, -7, MALFORMED),
    ] {
        let signed = if signs { of.signed() } else { b"something else".to_vec() };
        let statement = vec![
            ("alg".to_owned(), alg.into()),
            ("sig".to_owned(), Cbor::Bytes(of.credential.sign(&signed).unwrap())),
            ("x5c".to_owned(), chain(&[&maker.certify(&of.credential, &plan).unwrap()])),
        ];
        assert_eq!(verdict(&fresh.with("android-key", statement), &maker), expected, "{name}");
    }
    let theirs = vec![
        ("alg".to_owned(), Cbor::from(-7)),
        ("sig".to_owned(), Cbor::Bytes(stranger.sign(&fresh.signed()).unwrap())),
        ("x5c".to_owned(), chain(&[&maker.certify(&stranger, &says(&hash, &made_to_sign)).unwrap()])),
    ];
    assert_eq!(verdict(&fresh.with("android-key", theirs), &maker), MALFORMED);
}

#[test]
fn a_format_that_cannot_be_judged_is_refused_where_it_was_asked_for_and_else_kept_by_name() {
    let maker = maker();
    let fresh = Fresh::of(Algorithm::Es256, Settings::default());
    let statement = Cbor::Map(vec![("x5c".into(), chain(&[maker.certificate()]))]);
    let unasked = terms(AttestationConveyance::None);
    for format in ["android-safetynet", "compound", "new-format"] {
        let json = fresh.with_any(format, statement.clone());
        assert_eq!(verdict(&json, &maker), UNSUPPORTED, "{format}");
        let kept = judged(&json, &unasked, &AttestationRule::nobody());
        assert_eq!(kept, Ok(AttestationTrust::Unverified), "{format}");
    }
    // As the specification has it, a list of statements.
    let compound = fresh.with_any("compound", Cbor::Array(vec![]));
    assert_eq!(verdict(&compound, &maker), UNSUPPORTED);
    assert_eq!(judged(&compound, &unasked, &AttestationRule::nobody()), MALFORMED);
}
