//! Where the two verdicts may differ. Everything here is looked for in what arrived, and must be found there: a difference
//! that nothing explains fails the test, and so does an explanation that nothing needs.

mod cbor;

use keystead_authenticator::Algorithm;
use keystead_domain::Reason;
use serde_json::Value;
use url::Url;

use super::{
    case::{View, lenient},
    verdict::Refusal,
};
use crate::response::{relying_party, text};

/// A reason for which we refuse what `webauthn-rs-core` accepts.
pub(crate) struct Stricter {
    pub(crate) name: &'static str,
    pub(crate) why: &'static str,
    pub(crate) explains: fn(&View<'_>, &Refusal) -> bool,
}

/// A reason for which we accept what `webauthn-rs-core` refuses.
pub(crate) struct Wider {
    pub(crate) name: &'static str,
    pub(crate) why: &'static str,
    pub(crate) explains: fn(&View<'_>) -> bool,
}

pub(crate) const STRICTER: &[Stricter] = &[
    Stricter {
        name: "type is not public-key",
        why: "§5.1: it names the kind of credential, and there is one",
        explains: |view, refusal| {
            view.document["type"] != "public-key" && is(refusal, Reason::CredentialTypeInvalid)
        },
    },
    Stricter {
        name: "id is not rawId",
        why: "§5.1: id is the base64url of rawId; two ids invite a look-up by the wrong one",
        explains: |view, refusal| {
            view.document["id"] != text(&view.case.stored_id) && is(refusal, Reason::CredentialIdMismatch)
        },
    },
    Stricter {
        name: "credential id empty or too long",
        why: "§4, Credential ID: at most 1023 bytes",
        explains: |view, refusal| {
            !(1..=1023).contains(&view.case.stored_id.len()) && is(refusal, Reason::CredentialIdLength)
        },
    },
    Stricter {
        name: "origin is written otherwise",
        why: "§13.4.9: compared as a text; an origin that needs to be understood can be misunderstood",
        explains: |view, refusal| origin_in_other_words(view) && is(refusal, Reason::OriginMismatch),
    },
    Stricter {
        name: "crossOrigin",
        why: "§7.2 step 12: a page framed by another origin only where the relying party expects it",
        explains: |view, refusal| {
            view.client["crossOrigin"] == true && is(refusal, Reason::CrossOriginNotAllowed)
        },
    },
    Stricter {
        name: "topOrigin without crossOrigin",
        why: "§7.2 step 13: there is a top origin only where there is a frame",
        explains: |view, refusal| {
            (view.client["topOrigin"].is_string() && view.client["crossOrigin"] != true)
                && is(refusal, Reason::TopOriginMismatch)
        },
    },
    Stricter {
        name: "topOrigin twice or no text",
        why: "§5.8.1: what is judged must have one meaning",
        explains: |view, refusal| {
            let times = occurrences(&view.client_data, "\"topOrigin\"");
            (times > 1 || times == 1 && !view.client["topOrigin"].is_string())
                && is_shape(refusal, "response.clientDataJSON", "must be JSON")
        },
    },
    Stricter {
        name: "challenge with padding",
        why: "§5.8.1: base64url as in §3, without padding; the text is what was signed",
        explains: |view, refusal| {
            ends_padded(&view.client["challenge"]) && *refusal == Refusal::OtherChallenge
        },
    },
    Stricter {
        name: "bytes after authenticatorData",
        why: "§6.1: its length follows from its flags; what nothing announces hides something",
        explains: |view, refusal| {
            cbor::announced(&view.authenticator_data).is_some_and(|read| !read.rest.is_empty())
                && is(refusal, Reason::AuthenticatorDataTrailingBytes)
        },
    },
    Stricter {
        name: "loose CBOR",
        why: "CTAP 2.2 §8: canonical CBOR; what has two readings has none",
        explains: |view, refusal| {
            cbor::announced(&view.authenticator_data).is_some_and(|read| read.is_loose)
                && is(refusal, Reason::AuthenticatorDataMalformed)
        },
    },
    Stricter {
        name: "base64url with padding",
        why: "§3: without padding; a byte string has one text",
        explains: |view, refusal| {
            refused_member(view, refusal).is_some_and(ends_padded)
                && is_shape(refusal, "", "must be base64url without padding")
        },
    },
    Stricter {
        name: "too long",
        why: "nothing an authenticator sends is that long, and reading costs",
        explains: |view, refusal| {
            let member = refused_member(view, refusal).and_then(Value::as_str);
            let text = member.unwrap_or(&view.case.document);
            lenient(text).map_or(text.len(), |bytes| bytes.len()) > 1024
                && is_shape(refusal, "", "is too long")
        },
    },
    Stricter {
        name: "authenticatorAttachment is no text",
        why: "§5.1: a DOMString; a service that sends another thing is mistaken",
        explains: |view, refusal| {
            let attachment = &view.document["authenticatorAttachment"];
            !attachment.is_string() && is_shape(refusal, "authenticatorAttachment", "must be a string")
        },
    },
    Stricter {
        name: "members in a list",
        why: "§5.1: they have names",
        explains: |view, refusal| {
            (view.document.is_array() && is_shape(refusal, "credential", "must be a JSON object"))
                || (view.document["response"].is_array() && is_shape(refusal, "response.", "is missing"))
        },
    },
    Stricter {
        name: RARE,
        why: "RFC 8017 §8.2.2 step 1: as many bytes as the modulus has",
        explains: |view, refusal| {
            // An RSA modulus of 2048 bits.
            let signature = view.document["response"]["signature"].as_str().and_then(lenient);
            view.case.algorithm == Algorithm::Rs256
                && signature.is_some_and(|signature| signature.len() < 256)
                && is(refusal, Reason::SignatureInvalid)
        },
    },
];

/// One RSA signature in 256 begins with a zero that can be left out: ten thousand cases need not have one.
pub(crate) const RARE: &str = "RSA signature without its leading zeros";

pub(crate) const WIDER: &[Wider] = &[
    Wider {
        name: "byte order mark",
        why: "§7.2 step 8: UTF-8 decode strips one",
        explains: |view| view.client_data.starts_with(b"\xef\xbb\xbf"),
    },
    Wider {
        name: "tokenBinding of another form",
        why: "§5.8.1: reserved, and ignored",
        explains: |view| {
            let binding = &view.client["tokenBinding"];
            let is_text = |name: &str| binding[name].is_string();
            !binding.is_null() && !(is_text("status") && (is_text("id") || binding["id"].is_null()))
        },
    },
    Wider {
        name: "unknown member that a tree cannot hold",
        why: "§5.8.1.1: unknown members are ignored, whatever is in them",
        explains: |view| serde_json::from_slice::<Value>(&view.client_data).is_err(),
    },
    Wider {
        name: "numbered extension",
        why: "§6.1: no extension is asked for, so nothing is looked up in the map",
        explains: |view| {
            cbor::announced(&view.authenticator_data).is_some_and(|read| read.has_numbered_extension)
        },
    },
    Wider {
        name: "overlong id in attested credential data",
        why: "§7.2: an assertion's attested credential data is not looked at",
        explains: |view| {
            cbor::announced(&view.authenticator_data).is_some_and(|read| read.attested_id_length > 4096)
        },
    },
    Wider {
        name: "clientExtensionResults of another form",
        why: "§5.1: no extension is asked for in a login, so nothing is read there",
        explains: |view| {
            let results = view.document.get("clientExtensionResults");
            results.is_some_and(|results| !results.is_object() || results["appid"].is_string())
        },
    },
    Wider {
        name: "member of the response twice",
        why: "ECMA-262 §25.5.1: the last one counts, as in the browser",
        explains: |view| {
            let names = ["\"type\"", "\"id\"", "\"rawId\"", "\"signature\"", "\"clientDataJSON\""];
            names.iter().any(|name| occurrences(view.case.document.as_bytes(), name) > 1)
        },
    },
];

fn is(refusal: &Refusal, reason: Reason) -> bool {
    *refusal == Refusal::Reason(reason)
}

fn is_shape(refusal: &Refusal, field: &str, problem: &str) -> bool {
    matches!(refusal, Refusal::Shape(shape)
        if shape.field.starts_with(field) && shape.problem.starts_with(problem))
}

/// The member that we do not take.
fn refused_member<'a>(view: &'a View<'_>, refusal: &Refusal) -> Option<&'a Value> {
    let Refusal::Shape(shape) = refusal else { return None };
    view.document.pointer(&format!("/{}", shape.field.replace('.', "/")))
}

fn ends_padded(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.ends_with('='))
}

fn occurrences(haystack: &[u8], needle: &str) -> usize {
    haystack.windows(needle.len()).filter(|window| *window == needle.as_bytes()).count()
}

/// Whether the origin is none of the relying party's, and becomes one when it is read as an address.
fn origin_in_other_words(view: &View<'_>) -> bool {
    let Some(origin) = view.client["origin"].as_str() else { return false };
    let rp = relying_party(&[]);
    let Ok(read) = Url::parse(origin) else { return false };
    let read = read.origin().ascii_serialization();
    !rp.accepts_origin(origin) && rp.accepts_origin(&read)
}
