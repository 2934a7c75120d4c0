//! Other client data: its members one by one, and its bytes as a whole.

use serde_json::Value;

use super::{Evidence, Mutation::Signed, Table, bytes};
use crate::{oracle::random::Random, response::text};

pub(super) static MEMBERS: Table = &[
    ("client data: type", Signed(|e, _, random| set(e, "type", random.pick(TYPES)))),
    ("client data: challenge", Signed(|e, _, random| challenge(e, random))),
    ("client data: origin", Signed(|e, _, random| set(e, "origin", random.pick(ORIGINS)))),
    ("client data: crossOrigin", Signed(|e, _, random| set(e, "crossOrigin", random.pick(CROSS_ORIGIN)))),
    ("client data: topOrigin", Signed(|e, _, random| top_origin(e, random))),
    ("client data: tokenBinding", Signed(|e, _, random| set(e, "tokenBinding", random.pick(TOKEN_BINDING)))),
    ("client data: unknown member", Signed(|e, _, random| unknown(e, random))),
    ("client data: member left out", Signed(|e, _, random| drop(take(e, random)))),
    ("client data: member twice", Signed(|e, _, random| twice(e, random))),
    ("client data: order", Signed(|e, _, random| reorder(e, random))),
];

pub(super) static BYTES: Table = &[
    ("client data: bytes", Signed(|e, _, random| bytes::change(&mut e.client_data, random))),
    ("client data: byte order mark", Signed(|e, _, _| drop(e.client_data.splice(0..0, *b"\xef\xbb\xbf")))),
    (
        "client data: two marks",
        Signed(|e, _, _| drop(e.client_data.splice(0..0, *b"\xef\xbb\xbf\xef\xbb\xbf"))),
    ),
    ("client data: mark after", Signed(|e, _, _| e.client_data.extend(b"\xef\xbb\xbf"))),
    (
        "client data: space around",
        Signed(|e, _, _| e.client_data = [b" \n\t", &e.client_data[..], b"\r\n"].concat()),
    ),
    ("client data: text after", Signed(|e, _, _| e.client_data.extend(b"{}"))),
    ("client data: zero after", Signed(|e, _, _| e.client_data.push(0))),
    ("client data: UTF-16", Signed(|e, _, _| utf16(e))),
    ("client data: an array of members", Signed(|e, _, _| positional(e))),
    (
        "client data: another value",
        Signed(|e, _, random| e.client_data = random.pick(VALUES).as_bytes().to_vec()),
    ),
    ("client data: over 8 KiB", Signed(|e, _, _| e.client_data.extend([b' '; 8192]))),
    ("client data: escaped name", Signed(|e, _, _| replace(e, "\"type\"", "\"\\u0074ype\""))),
    ("client data: invalid UTF-8", Signed(|e, _, _| invalid_utf8(e))),
];

const TYPES: &[&str] =
    &["\"webauthn.create\"", "\"\"", "\"Webauthn.get\"", "\"payment.get\"", "\"webauthn.get \"", "7", "null"];

const ORIGINS: &[&str] = &[
    "\"https://example.org/\"",
    "\"https://example.org:443\"",
    "\"HTTPS://EXAMPLE.ORG\"",
    "\"https://example.org/login?next=1#top\"",
    "\"https://anna@example.org\"",
    "\"https:example.org\"",
    "\"https:\\\\\\\\example.org\"",
    "\" https://example.org\"",
    "\"https://exa\\tmple.org\"",
    "\"https://ex%61mple.org\"",
    "\"https://example.org.\"",
    "\"http://example.org\"",
    "\"https://example.org:8443\"",
    "\"https://evil.example\"",
    "\"https://example.org.evil.example\"",
    "\"https://evil.login.example.org\"",
    "\"https://xn--exmple-cua.org\"",
    "\"android:apk-key-hash:AAAA\"",
    "\"null\"",
    "\"\"",
    "[\"https://example.org\"]",
    "null",
];

const CROSS_ORIGIN: &[&str] = &["true", "false", "null", "\"true\"", "0", "{}"];

const TOP_ORIGIN: &[&str] =
    &["\"https://example.org\"", "\"https://top.example\"", "\"\"", "null", "7", "[]"];

const TOKEN_BINDING: &[&str] = &[
    "null",
    "{\"status\":\"supported\"}",
    "{\"status\":\"present\",\"id\":\"AAAA\"}",
    "{\"id\":\"AAAA\"}",
    "\"supported\"",
    "7",
];

const VALUES: &[&str] =
    &["", "null", "7", "\"webauthn.get\"", "[]", "{}", "{\"type\":\"webauthn.get\"}", "{"];

/// Values that only some readers can hold: numbers beyond a double, half a surrogate pair.
const UNKNOWN: &[&str] =
    &["null", "{\"type\":\"webauthn.get\"}", "1e999", "\"\\ud800\"", "-0.0", "\"\\u0000\""];

/// The members as text, in their order.
fn members(evidence: &Evidence) -> Vec<(String, String)> {
    let object: Value = serde_json::from_slice(&evidence.client_data).unwrap_or_default();
    let object = object.as_object().cloned().unwrap_or_default();
    object.into_iter().map(|(name, value)| (name, value.to_string())).collect()
}

fn write(evidence: &mut Evidence, members: &[(String, String)]) {
    let members: Vec<String> = members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    evidence.client_data = format!("{{{}}}", members.join(",")).into_bytes();
}

fn set(evidence: &mut Evidence, name: &str, value: &str) {
    let mut members = members(evidence);
    members.retain(|(found, _)| found != name);
    members.push((name.to_owned(), value.to_owned()));
    write(evidence, &members);
}

fn take(evidence: &mut Evidence, random: &mut Random) -> Option<(String, String)> {
    let mut members = members(evidence);
    let taken = (!members.is_empty()).then(|| members.remove(random.below(members.len())));
    write(evidence, &members);
    taken
}

/// Texts of the challenge that somebody might take for it, and others.
fn challenge(evidence: &mut Evidence, random: &mut Random) {
    let client: Value = serde_json::from_slice(&evidence.client_data).unwrap_or_default();
    let honest = client["challenge"].as_str().unwrap_or_default().to_owned();
    let cut = honest.len().saturating_sub(1);
    let value = match random.below(10) {
        0..3 => Value::from(format!("{honest}=")),
        3 => Value::from(honest.replace('-', "+").replace('_', "/")),
        4 => Value::from(format!("{honest}\n")),
        5 => Value::from(&honest[..cut]),
        6 => Value::from(format!("{}B", &honest[..cut])),
        7 => Value::from(text(&random.bytes(32))),
        8 => Value::from(""),
        _ => Value::from(vec![7; 32]),
    };
    set(evidence, "challenge", &value.to_string());
}

fn top_origin(evidence: &mut Evidence, random: &mut Random) {
    if random.once_in(3) {
        set(evidence, "crossOrigin", "true");
    }
    set(evidence, "topOrigin", random.pick(TOP_ORIGIN));
    if random.once_in(4) {
        let mut members = members(evidence);
        members.push(("topOrigin".into(), "\"https://other.example\"".into()));
        write(evidence, &members);
    }
}

fn unknown(evidence: &mut Evidence, random: &mut Random) {
    let deep = || format!("{}{}", "[".repeat(200), "]".repeat(200));
    let value = if random.once_in(3) { deep() } else { random.pick(UNKNOWN).to_owned() };
    let mut members = members(evidence);
    let copies = 1 + random.below(2);
    let at = random.below(members.len() + 1);
    members.splice(at..at, std::iter::repeat_n(("unknown".to_owned(), value), copies));
    write(evidence, &members);
}

fn twice(evidence: &mut Evidence, random: &mut Random) {
    let mut members = members(evidence);
    if let Some(last) = members.len().checked_sub(1) {
        let copied = members[random.below(last + 1)].clone();
        let at = random.below(last + 2);
        members.insert(at, copied);
        write(evidence, &members);
    }
}

fn reorder(evidence: &mut Evidence, random: &mut Random) {
    if let Some(member) = take(evidence, random) {
        let members = [vec![member], members(evidence)].concat();
        write(evidence, &members);
    }
}

fn utf16(evidence: &mut Evidence) {
    let text = String::from_utf8_lossy(&evidence.client_data).into_owned();
    evidence.client_data = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
}

fn positional(evidence: &mut Evidence) {
    let order = ["type", "challenge", "origin", "crossOrigin"];
    let members = members(evidence);
    let value = |name: &str| members.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str());
    let values: Vec<&str> = order.iter().map(|name| value(name).unwrap_or("null")).collect();
    evidence.client_data = format!("[{}]", values.join(",")).into_bytes();
}

fn replace(evidence: &mut Evidence, from: &str, to: &str) {
    evidence.client_data = String::from_utf8_lossy(&evidence.client_data).replacen(from, to, 1).into_bytes();
}

fn invalid_utf8(evidence: &mut Evidence) {
    set(evidence, "unknown", "\"?\"");
    let at = evidence.client_data.iter().position(|byte| *byte == b'?').unwrap();
    evidence.client_data[at] = 0xff;
}
