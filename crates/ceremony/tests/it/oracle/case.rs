//! One assertion with what it is judged against, and its text for repeating it.

use std::fmt;

use base64::{
    Engine as _,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use keystead_authenticator::Algorithm;
use serde_json::{Value, json};

use crate::response::text;

/// An assertion as it arrives, and what the relying party knows.
#[derive(Clone)]
pub(crate) struct Case {
    pub(crate) algorithm: Algorithm,
    /// `COSE_Key`, as registered.
    pub(crate) public_key: Vec<u8>,
    /// The credential's id, as registered.
    pub(crate) stored_id: Vec<u8>,
    pub(crate) challenge: [u8; 32],
    /// What the browser sent.
    pub(crate) document: String,
    /// What was done to it.
    pub(crate) mutations: Vec<&'static str>,
}

impl Case {
    /// Reads what `Display` wrote.
    pub(crate) fn read(line: &str) -> Self {
        let value: Value = serde_json::from_str(line).unwrap();
        let bytes = |name: &str| lenient(value[name].as_str().unwrap()).unwrap();
        Self {
            algorithm: Algorithm::from_cose(value["alg"].as_i64().unwrap()).unwrap(),
            public_key: bytes("public_key"),
            stored_id: bytes("stored_id"),
            challenge: bytes("challenge").try_into().unwrap(),
            document: value["document"].as_str().unwrap().to_owned(),
            mutations: vec![],
        }
    }

    /// What can be seen in it by somebody who reads it as loosely as can be, with no code of either side.
    pub(crate) fn view(&self) -> View<'_> {
        let document: Value = serde_json::from_str(&self.document).unwrap_or_default();
        let member = |name: &str| lenient(document["response"][name].as_str()?);
        let client_data = member("clientDataJSON").unwrap_or_default();
        let without_mark = client_data.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&client_data);
        View {
            case: self,
            authenticator_data: member("authenticatorData").unwrap_or_default(),
            client: serde_json::from_slice(without_mark).unwrap_or_default(),
            client_data,
            document,
        }
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = json!({
            "alg": self.algorithm.cose(),
            "public_key": text(&self.public_key),
            "stored_id": text(&self.stored_id),
            "challenge": text(&self.challenge),
            "document": self.document,
        });
        line.fmt(f)
    }
}

/// What a case says; null and empty where it cannot be read.
pub(crate) struct View<'a> {
    pub(crate) case: &'a Case,
    pub(crate) document: Value,
    pub(crate) client_data: Vec<u8>,
    /// The client data as JSON, a byte order mark before it left out.
    pub(crate) client: Value,
    pub(crate) authenticator_data: Vec<u8>,
}

/// Base64url with or without padding.
pub(crate) fn lenient(text: &str) -> Option<Vec<u8>> {
    let any_padding = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    GeneralPurpose::new(&base64::alphabet::URL_SAFE, any_padding).decode(text).ok()
}
