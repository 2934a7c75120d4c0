//! Registrations of the software authenticator, and statements put into them afterwards.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ciborium::Value as Cbor;
use keystead_authenticator::{self as soft, Authenticator, Settings};
use keystead_ceremony::registration::Response;
use keystead_domain::{
    Algorithm, AttestationConveyance, AttestationRule, AttestationTrust, Reason, RegistrationTerms,
    ResidentKey, Timestamp, UserVerification,
};
use serde_json::{Value, json};

use crate::{
    key::cbor,
    response::{relying_party, sha256, terms as strict},
};

/// Some moment of 2026.
pub(super) const NOW: Timestamp = Timestamp::from_micros(1_780_000_000_000_000);
pub(super) const YEAR: Duration = Duration::from_hours(24 * 365);
/// A page that may frame the relying party's.
pub(super) const TOP: &str = "https://example.com";
const ORIGIN: &str = "https://example.org";

/// The authenticator's name of an algorithm.
pub(super) fn named(algorithm: Algorithm) -> soft::Algorithm {
    let all = soft::Algorithm::ALL.iter();
    all.copied().find(|it| i32::try_from(it.cose()) == Ok(algorithm.cose())).unwrap()
}

pub(super) fn terms(attestation: AttestationConveyance) -> RegistrationTerms {
    RegistrationTerms {
        user_verification: UserVerification::Preferred,
        resident_key: ResidentKey::Preferred,
        attestation,
        ..strict()
    }
}

pub(super) fn judged(
    json: &str,
    terms: &RegistrationTerms,
    rule: &AttestationRule,
) -> Result<AttestationTrust, Reason> {
    judged_at(json, terms, rule, NOW)
}

pub(super) fn judged_at(
    json: &str,
    terms: &RegistrationTerms,
    rule: &AttestationRule,
    at: Timestamp,
) -> Result<AttestationTrust, Reason> {
    let registered = Response::from_json(json).unwrap().verify(&relying_party(&[TOP]), terms)?;
    Ok(registered.trusted_by(rule, at)?.attestation.trust)
}

/// A new credential.
pub(super) struct Fresh {
    pub(super) json: String,
    pub(super) credential: soft::Credential,
}

impl Fresh {
    pub(super) fn of(algorithm: Algorithm, settings: Settings) -> Self {
        let options = json!({
            "challenge": "AAAA",
            "rp": { "id": "example.org", "name": "Example" },
            "user": { "id": "BQUFBQ", "name": "anna", "displayName": "Anna" },
            "pubKeyCredParams": [{ "type": "public-key", "alg": algorithm.cose() }],
        });
        let mut device = Authenticator::with_settings(1, settings);
        let json = device.create(&options.to_string(), ORIGIN).unwrap();
        Self { json, credential: device.credentials()[0].clone() }
    }

    fn member(&self, name: &str) -> Vec<u8> {
        let response: Value = serde_json::from_str(&self.json).unwrap();
        URL_SAFE_NO_PAD.decode(response["response"][name].as_str().unwrap()).unwrap()
    }

    pub(super) fn client_data_hash(&self) -> Vec<u8> {
        sha256(&self.member("clientDataJSON"))
    }

    /// authenticatorData and the hash of the client data.
    pub(super) fn signed(&self) -> Vec<u8> {
        [self.member("authenticatorData"), self.client_data_hash()].concat()
    }

    /// The statement that it has.
    pub(super) fn statement(&self) -> Vec<(String, Cbor)> {
        let object: Cbor = ciborium::from_reader(self.member("attestationObject").as_slice()).unwrap();
        let members = object.into_map().unwrap();
        let statement = members.into_iter().find(|(key, _)| key.as_text() == Some("attStmt")).unwrap().1;
        statement
            .into_map()
            .unwrap()
            .into_iter()
            .map(|(key, value)| (key.into_text().unwrap(), value))
            .collect()
    }

    /// The response with another statement.
    pub(super) fn with(&self, format: &str, statement: Vec<(String, Cbor)>) -> String {
        let statement = statement.into_iter().map(|(key, value)| (key.into(), value)).collect();
        self.with_any(format, Cbor::Map(statement))
    }

    /// The same where the statement need not be a map.
    pub(super) fn with_any(&self, format: &str, statement: Cbor) -> String {
        let object = cbor([
            ("fmt", format.into()),
            ("attStmt", statement),
            ("authData", self.member("authenticatorData").into()),
        ]);
        let mut response: Value = serde_json::from_str(&self.json).unwrap();
        response["response"]["attestationObject"] = URL_SAFE_NO_PAD.encode(object).into();
        response.to_string()
    }
}

/// A DER value (X.690 §8.1) of less than 64 KiB.
pub(super) fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let [high, low] = u16::try_from(content.len()).unwrap().to_be_bytes();
    let length = match (high, low) {
        (0, 0..0x80) => vec![low],
        (0, _) => vec![0x81, low],
        _ => vec![0x82, high, low],
    };
    [&[tag], &length[..], content].concat()
}
