//! Other JSON around the evidence: the members of `AuthenticationResponseJSON` (§5.1), and its text.

use serde_json::{Value, json};

use super::{
    Mutation::{Document, Text},
    Table, bytes,
};
use crate::{
    oracle::{case::lenient, random::Random},
    response::text,
};

pub(super) static MEMBERS: Table = &[
    ("type", Document(|document, random| document["type"] = random.pick(&types()))),
    ("id", Document(id)),
    ("rawId", Document(|document, random| respell(&mut document["rawId"], random))),
    ("id and rawId", Document(unknown_credential)),
    ("userHandle", Document(user_handle)),
    ("evidence", Document(evidence)),
    ("clientExtensionResults", Document(extension_results)),
    ("authenticatorAttachment", Document(attachment)),
    ("member left out", Document(leave_out)),
    ("over 32 KiB", Document(|document, _| document["unknown"] = "x".repeat(32 * 1024).into())),
];

pub(super) static TEXT: Table = &[
    ("text: bytes", Text(change_text)),
    ("text: member twice", Text(twice)),
    ("text: an array of members", Text(positional)),
    ("text: space around", Text(|text, _| *text = format!(" \n{text}\t "))),
    ("text: byte order mark", Text(|text, _| text.insert(0, '\u{feff}'))),
];

fn types() -> [Value; 6] {
    [json!("password"), json!(""), json!("Public-Key"), json!("public-key "), json!(7), Value::Null]
}

fn id(document: &mut Value, random: &mut Random) {
    if random.once_in(2) {
        document["id"] = random.pick(&[json!("AAAA"), json!(""), json!(7), Value::Null]);
    } else {
        respell(&mut document["id"], random);
    }
}

/// The same bytes in a text that is not theirs, or hardly the same bytes.
fn respell(member: &mut Value, random: &mut Random) {
    let honest = member.as_str().unwrap_or_default().to_owned();
    *member = match random.below(9) {
        0..3 => format!("{honest}{}", "=".repeat(honest.len().wrapping_neg() % 4)).into(),
        3 => honest.replace('-', "+").replace('_', "/").into(),
        4 => format!("{honest}\n").into(),
        5 => format!("{honest}A").into(),
        6 => lenient(&honest).into(),
        7 => Value::Null,
        _ => {
            let mut changed = lenient(&honest).unwrap_or_default();
            bytes::change(&mut changed, random);
            text(&changed).into()
        }
    };
}

/// A credential id that nobody knows.
fn unknown_credential(document: &mut Value, random: &mut Random) {
    let length = random.pick(&[0, 1, 32, 1023, 1024, 3073]);
    let id = text(&random.bytes(length));
    document["id"] = id.clone().into();
    document["rawId"] = id.into();
}

fn user_handle(document: &mut Value, random: &mut Random) {
    let handles = [
        Value::Null,
        json!(""),
        json!(text(&[5; 64])),
        json!(text(&[5; 65])),
        json!(text(&[5; 1025])),
        json!(7),
    ];
    let handle = &mut document["response"]["userHandle"];
    if random.once_in(2) { *handle = random.pick(&handles) } else { respell(handle, random) }
}

fn evidence(document: &mut Value, random: &mut Random) {
    let name = random.pick(&["clientDataJSON", "authenticatorData", "signature"]);
    respell(&mut document["response"][name], random);
}

fn extension_results(document: &mut Value, random: &mut Random) {
    let results = [
        Value::Null,
        json!({ "appid": true }),
        json!({ "appid": "yes" }),
        json!({ "prf": { "results": {} } }),
        json!("none"),
        json!([]),
    ];
    document["clientExtensionResults"] = random.pick(&results);
}

fn attachment(document: &mut Value, random: &mut Random) {
    let words =
        [Value::Null, json!("platform"), json!("nowhere"), json!(7), json!({}), json!("x".repeat(256))];
    document["authenticatorAttachment"] = random.pick(&words);
}

fn leave_out(document: &mut Value, random: &mut Random) {
    let outer = ["id", "rawId", "type", "response", "clientExtensionResults"];
    let inner = ["clientDataJSON", "authenticatorData", "signature", "userHandle"];
    let (object, names) = if random.once_in(2) {
        (&mut *document, &outer[..])
    } else {
        (&mut document["response"], &inner[..])
    };
    if let Some(object) = object.as_object_mut() {
        object.remove(random.pick(names));
    }
}

/// The response, or the whole of it, as the list of its values that some readers take for a structure.
fn positional(text: &mut String, random: &mut Random) {
    let Ok(mut document @ Value::Object(_)) = serde_json::from_str(text) else { return };
    let list = |object: &Value, names: &[&str]| {
        Value::Array(names.iter().map(|name| object.get(name).cloned().unwrap_or_default()).collect())
    };
    let response =
        list(&document["response"], &["authenticatorData", "clientDataJSON", "signature", "userHandle"]);
    document["response"] = response;
    if random.once_in(2) {
        document = list(&document, &["id", "rawId", "response", "clientExtensionResults", "type"]);
    }
    *text = document.to_string();
}

fn change_text(text: &mut String, random: &mut Random) {
    let mut changed = std::mem::take(text).into_bytes();
    bytes::change(&mut changed, random);
    *text = String::from_utf8_lossy(&changed).into_owned();
}

/// A member twice: the last one counts for a browser (ECMA-262 §25.5.1), and it is the honest one.
fn twice(text: &mut String, random: &mut Random) {
    let member =
        random.pick(&["\"type\":", "\"id\":", "\"rawId\":", "\"signature\":", "\"clientDataJSON\":"]);
    *text = text.replacen(member, &format!("{member}\"AAAA\",{member}"), 1);
}
