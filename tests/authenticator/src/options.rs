//! The options, as a browser reads them (§5.4, §5.5).

use base64::{
    Engine,
    engine::general_purpose::{GeneralPurpose, URL_SAFE_NO_PAD},
};
use serde::{Deserialize, Deserializer, de::Error as _};

use crate::Error;

const ENGINE: GeneralPurpose = URL_SAFE_NO_PAD;

/// Bytes in base64url without padding.
pub(crate) fn base64url(bytes: &[u8]) -> String {
    ENGINE.encode(bytes)
}

/// Bytes that JSON has in base64url.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bytes(pub(crate) Vec<u8>);

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        ENGINE.decode(&text).map(Self).map_err(|_| D::Error::custom("not base64url without padding"))
    }
}

/// `PublicKeyCredentialCreationOptionsJSON`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreationOptions {
    pub(crate) rp: Rp,
    pub(crate) user: User,
    pub(crate) challenge: Bytes,
    pub(crate) pub_key_cred_params: Vec<Parameters>,
    #[serde(default)]
    pub(crate) exclude_credentials: Vec<Descriptor>,
    #[serde(default)]
    pub(crate) authenticator_selection: Selection,
    #[serde(default)]
    pub(crate) extensions: Extensions,
}

/// `PublicKeyCredentialRequestOptionsJSON`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RequestOptions {
    pub(crate) challenge: Bytes,
    pub(crate) rp_id: Option<String>,
    #[serde(default)]
    pub(crate) allow_credentials: Vec<Descriptor>,
    user_verification: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Rp {
    pub(crate) id: Option<String>,
    #[serde(rename = "name")]
    _name: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct User {
    pub(crate) id: Bytes,
    #[serde(rename = "name")]
    _name: String,
    #[serde(rename = "displayName")]
    _display_name: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Parameters {
    #[serde(rename = "type")]
    kind: String,
    alg: i64,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Descriptor {
    #[serde(rename = "type")]
    kind: String,
    id: Bytes,
}

impl Descriptor {
    pub(crate) fn names(&self, id: &[u8]) -> bool {
        self.kind == "public-key" && self.id.0 == id
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Selection {
    pub(crate) authenticator_attachment: Option<String>,
    resident_key: Option<String>,
    #[serde(default)]
    require_resident_key: bool,
    user_verification: Option<String>,
}

/// How much a discoverable credential is wanted (§5.4.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ResidentKey {
    Required,
    Preferred,
    Discouraged,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Extensions {
    #[serde(default)]
    pub(crate) cred_props: bool,
}

impl CreationOptions {
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        let options: Self = parse(text)?;
        let handle = options.user.id.0.len();
        if !(1..=64).contains(&handle) {
            return Err(Error::Options(format!("user.id has {handle} bytes, not 1 to 64")));
        }
        Ok(options)
    }

    pub(crate) fn rp_id<'a>(&'a self, origin: &'a str) -> &'a str {
        self.rp.id.as_deref().unwrap_or_else(|| host(origin))
    }

    /// COSE numbers in order of preference; an empty list means ES256 and RS256 (§5.1.3 step 10).
    pub(crate) fn algorithms(&self) -> Vec<i64> {
        if self.pub_key_cred_params.is_empty() {
            return vec![-7, -257];
        }
        let parameters = self.pub_key_cred_params.iter().filter(|parameters| parameters.kind == "public-key");
        parameters.map(|parameters| parameters.alg).collect()
    }

    pub(crate) fn resident_key(&self) -> ResidentKey {
        let selection = &self.authenticator_selection;
        match selection.resident_key.as_deref() {
            Some("required") => ResidentKey::Required,
            Some("preferred") => ResidentKey::Preferred,
            Some("discouraged") => ResidentKey::Discouraged,
            _ if selection.require_resident_key => ResidentKey::Required,
            _ => ResidentKey::Discouraged,
        }
    }

    pub(crate) fn requires_user_verification(&self) -> bool {
        self.authenticator_selection.user_verification.as_deref() == Some("required")
    }
}

impl RequestOptions {
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        parse(text)
    }

    pub(crate) fn rp_id<'a>(&'a self, origin: &'a str) -> &'a str {
        self.rp_id.as_deref().unwrap_or_else(|| host(origin))
    }

    pub(crate) fn requires_user_verification(&self) -> bool {
        self.user_verification.as_deref() == Some("required")
    }
}

fn parse<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, Error> {
    serde_json::from_str(text).map_err(|error| Error::Options(error.to_string()))
}

/// The host of an origin: the RP ID where none is named.
fn host(origin: &str) -> &str {
    let host = origin.split_once("://").map_or(origin, |(_, rest)| rest);
    host.split([':', '/']).next().unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn creation(member: &str) -> Result<CreationOptions, Error> {
        CreationOptions::parse(&format!(
            r#"{{"rp":{{"name":"E"}},"user":{{"id":"AQID","name":"a","displayName":""}},"challenge":"AQID",
                "pubKeyCredParams":[]{member}}}"#
        ))
    }

    #[test]
    fn what_is_missing_means_what_the_specification_says() {
        let options = creation("").unwrap();
        assert_eq!(options.algorithms(), [-7, -257]);
        assert_eq!(options.resident_key(), ResidentKey::Discouraged);
        assert_eq!(options.rp_id("https://a.example:8443"), "a.example");
        assert!(!options.requires_user_verification() && !options.extensions.cred_props);
    }

    #[test]
    fn resident_key_wins_over_require_resident_key() {
        for (selection, expected) in [
            (r#"{"requireResidentKey":true}"#, ResidentKey::Required),
            (r#"{"residentKey":"preferred","requireResidentKey":true}"#, ResidentKey::Preferred),
            (r#"{"residentKey":"required","requireResidentKey":false}"#, ResidentKey::Required),
            (r#"{"residentKey":"unknown"}"#, ResidentKey::Discouraged),
        ] {
            let options = creation(&format!(r#","authenticatorSelection":{selection}"#)).unwrap();
            assert_eq!(options.resident_key(), expected, "{selection}");
        }
    }

    #[test]
    fn options_that_a_browser_refuses_are_refused() {
        for (from, to) in [
            ("AQID", "AQID="),
            ("AQID", ""),
            ("\"challenge\"", "\"challange\""),
            ("\"displayName\"", "\"x\""),
        ] {
            let text = r#"{"rp":{"name":"E"},"user":{"id":"AQID","name":"a","displayName":""},"challenge":"AQID",
                "pubKeyCredParams":[]}"#;
            assert!(CreationOptions::parse(text).is_ok());
            let result = CreationOptions::parse(&text.replacen(from, to, 1));
            assert!(matches!(result, Err(Error::Options(_))), "{from} -> {to}");
        }
    }
}
