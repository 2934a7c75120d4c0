//! A second opinion: finds everything that is wrong with a response, each by the name of its reason.

use aws_lc_rs::{
    digest::{SHA256, digest},
    signature::{
        ECDSA_P256_SHA256_ASN1, ECDSA_P384_SHA384_ASN1, ECDSA_P521_SHA512_ASN1, ED25519, ML_DSA_44,
        ML_DSA_65, ML_DSA_87, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
    },
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ciborium::Value as Cbor;
use serde_json::Value;

/// What was asked for, and what is known of the credential.
pub(super) struct Expected<'a> {
    pub(super) challenge: &'a [u8],
    pub(super) origin: &'a str,
    pub(super) rp_id: &'a str,
    pub(super) offered: &'a [i64],
    pub(super) attachment: &'a str,
    pub(super) user_handle: &'a [u8],
    pub(super) public_key: &'a [u8],
    pub(super) counter: u32,
}

pub(super) type Findings = Vec<&'static str>;

pub(super) fn bytes(value: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(value.as_str().unwrap()).unwrap()
}

pub(super) fn sha256(data: &[u8]) -> Vec<u8> {
    digest(&SHA256, data).as_ref().to_vec()
}

pub(super) fn registration(text: &str, expected: &Expected<'_>) -> Findings {
    let credential: Value = serde_json::from_str(text).unwrap();
    let response = &credential["response"];
    let mut findings = envelope(&credential);
    let client_data = bytes(&response["clientDataJSON"]);
    findings.extend(self::client_data(&client_data, "webauthn.create", expected));
    note(
        &mut findings,
        credential["clientExtensionResults"]["credProps"]["rk"] != true,
        "RESIDENT_KEY_REQUIRED",
    );
    note(&mut findings, credential["authenticatorAttachment"] != expected.attachment, "ATTACHMENT_MISMATCH");

    let object = bytes(&response["attestationObject"]);
    let Some((object, [])) = read(&object) else {
        findings.push("ATTESTATION_MALFORMED");
        return findings;
    };
    let data = member(&object, "authData").unwrap().as_bytes().unwrap();
    assert_eq!(data, &bytes(&response["authenticatorData"]));
    findings.extend(authenticator_data(data, expected));
    let Some(attested) = attested(data) else {
        findings.push("AUTHENTICATOR_DATA_MALFORMED");
        return findings;
    };
    note(&mut findings, attested.trailing, "AUTHENTICATOR_DATA_TRAILING_BYTES");
    note(&mut findings, attested.id != bytes(&credential["rawId"]), "ATTESTED_CREDENTIAL_ID_MISMATCH");
    let key = parse_key(&attested.key);
    findings.extend(key.as_ref().err());
    note(&mut findings, !expected.offered.contains(&integer(&attested.key, 3)), "ALGORITHM_NOT_OFFERED");
    let signed = [data.as_slice(), &sha256(&client_data)].concat();
    findings.extend(statement(&object, &attested.key, key.ok().as_ref(), &signed));
    findings
}

pub(super) fn assertion(text: &str, expected: &Expected<'_>) -> Findings {
    let credential: Value = serde_json::from_str(text).unwrap();
    let response = &credential["response"];
    let mut findings = envelope(&credential);
    let client_data = bytes(&response["clientDataJSON"]);
    findings.extend(self::client_data(&client_data, "webauthn.get", expected));
    let data = bytes(&response["authenticatorData"]);
    match data.len() {
        0..37 => findings.push("AUTHENTICATOR_DATA_MALFORMED"),
        37 => {
            let counter = u32::from_be_bytes(data[33..].try_into().unwrap());
            note(&mut findings, counter <= expected.counter, "COUNTER_REGRESSED");
        }
        _ => findings.push("AUTHENTICATOR_DATA_TRAILING_BYTES"),
    }
    findings.extend(authenticator_data(&data, expected));
    match response.get("userHandle").map(bytes) {
        None => findings.push("USER_HANDLE_MISSING"),
        Some(handle) => note(&mut findings, handle != expected.user_handle, "USER_HANDLE_MISMATCH"),
    }
    let (key, _) = read(expected.public_key).unwrap();
    let signed = [data, sha256(&client_data)].concat();
    let verified = parse_key(&key).unwrap().verify_sig(&signed, &bytes(&response["signature"]));
    note(&mut findings, verified.is_err(), "SIGNATURE_INVALID");
    findings
}

/// Verifies against a `COSE_Key`.
pub(super) fn verifies(public_key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let (key, _) = read(public_key).unwrap();
    parse_key(&key).unwrap().verify_sig(message, signature).is_ok()
}

fn note(findings: &mut Findings, is_wrong: bool, reason: &'static str) {
    findings.extend(is_wrong.then_some(reason));
}

fn envelope(credential: &Value) -> Findings {
    let mut findings = Findings::new();
    note(&mut findings, credential["type"] != "public-key", "CREDENTIAL_TYPE_INVALID");
    note(&mut findings, credential["id"] != credential["rawId"], "CREDENTIAL_ID_MISMATCH");
    let len = bytes(&credential["rawId"]).len();
    note(&mut findings, !(1..=1023).contains(&len), "CREDENTIAL_ID_LENGTH");
    findings
}

fn client_data(text: &[u8], kind: &str, expected: &Expected<'_>) -> Findings {
    let data: Value = serde_json::from_slice(text).unwrap();
    let mut findings = Findings::new();
    note(&mut findings, data["type"] != kind, "CLIENT_DATA_TYPE_MISMATCH");
    note(&mut findings, bytes(&data["challenge"]) != expected.challenge, "CHALLENGE_MISMATCH");
    note(&mut findings, data["origin"] != expected.origin, "ORIGIN_MISMATCH");
    let framed = data["crossOrigin"].as_bool().unwrap();
    note(&mut findings, framed, "CROSS_ORIGIN_NOT_ALLOWED");
    note(&mut findings, !framed && data.get("topOrigin").is_some(), "TOP_ORIGIN_MISMATCH");
    findings
}

fn authenticator_data(data: &[u8], expected: &Expected<'_>) -> Findings {
    let mut findings = Findings::new();
    let flags = data[32];
    note(&mut findings, data[..32] != sha256(expected.rp_id.as_bytes()), "RP_ID_MISMATCH");
    note(&mut findings, flags & 0b1_1000 == 0b1_0000, "BACKUP_STATE_INVALID");
    note(&mut findings, flags & 1 == 0, "UP_REQUIRED");
    note(&mut findings, flags & 4 == 0, "UV_REQUIRED");
    findings
}

struct Attested {
    id: Vec<u8>,
    key: Cbor,
    trailing: bool,
}

fn attested(data: &[u8]) -> Option<Attested> {
    let flags = data[32];
    if flags & 0x40 == 0 {
        return None;
    }
    let (len, rest) = data.get(53..)?.split_first_chunk()?;
    let (id, rest) = rest.split_at_checked(u16::from_be_bytes(*len).into())?;
    let (key, mut rest) = read(rest)?;
    if flags & 0x80 != 0 {
        (_, rest) = read(rest)?;
    }
    Some(Attested { id: id.to_vec(), key, trailing: !rest.is_empty() })
}

fn read(mut bytes: &[u8]) -> Option<(Cbor, &[u8])> {
    let value = ciborium::from_reader(&mut bytes).ok()?;
    Some((value, bytes))
}

fn member<'a>(map: &'a Cbor, name: &str) -> Option<&'a Cbor> {
    let members = map.as_map()?;
    members.iter().find(|(key, _)| key.as_text() == Some(name)).map(|(_, value)| value)
}

fn label(key: &Cbor, label: i64) -> Option<&Cbor> {
    let members = key.as_map().unwrap();
    members.iter().find(|(key, _)| *key == Cbor::from(label)).map(|(_, value)| value)
}

fn integer(key: &Cbor, at: i64) -> i64 {
    label(key, at).unwrap().as_integer().unwrap().try_into().unwrap()
}

fn parse_key(key: &Cbor) -> Result<ParsedPublicKey, &'static str> {
    let part = |at| label(key, at).unwrap().as_bytes().unwrap().as_slice();
    let point = || [&[4], part(-2), part(-3)].concat();
    let parsed = match (integer(key, 3), integer(key, 1)) {
        (-7, 2) if integer(key, -1) == 1 => ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point()),
        (-35, 2) if integer(key, -1) == 2 => ParsedPublicKey::new(&ECDSA_P384_SHA384_ASN1, point()),
        (-36, 2) if integer(key, -1) == 3 => ParsedPublicKey::new(&ECDSA_P521_SHA512_ASN1, point()),
        (-48, 7) => ParsedPublicKey::new(&ML_DSA_44, part(-1)),
        (-49, 7) => ParsedPublicKey::new(&ML_DSA_65, part(-1)),
        (-50, 7) => ParsedPublicKey::new(&ML_DSA_87, part(-1)),
        (-8, 1) if integer(key, -1) == 6 => ParsedPublicKey::new(&ED25519, part(-2)),
        // The library looks at the size only when it verifies.
        (-257, 3) if !(256..=1024).contains(&part(-1).len()) => return Err("PUBLIC_KEY_MALFORMED"),
        (-257, 3) => RsaPublicKeyComponents { n: part(-1), e: part(-2) }
            .to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256),
        _ => return Err("PUBLIC_KEY_ALGORITHM_MISMATCH"),
    };
    parsed.map_err(|_| "PUBLIC_KEY_MALFORMED")
}

fn statement(
    object: &Cbor,
    key: &Cbor,
    parsed: Option<&ParsedPublicKey>,
    signed: &[u8],
) -> Option<&'static str> {
    let statement = member(object, "attStmt").unwrap();
    let Some(members) = statement.as_map() else { return Some("ATTESTATION_STATEMENT_MALFORMED") };
    if member(object, "fmt").unwrap().as_text() == Some("none") {
        return (!members.is_empty()).then_some("ATTESTATION_STATEMENT_UNEXPECTED");
    }
    let (Some(algorithm), Some(signature)) = (member(statement, "alg"), member(statement, "sig")) else {
        return Some("ATTESTATION_STATEMENT_MALFORMED");
    };
    if Some(algorithm) != label(key, 3) {
        return Some("ATTESTATION_STATEMENT_MALFORMED");
    }
    let verified = parsed?.verify_sig(signed, signature.as_bytes().unwrap());
    verified.is_err().then_some("ATTESTATION_SIGNATURE_INVALID")
}
