//! The people who log in: each with an authenticator of his own.

use aws_lc_rs::rand;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use keystead_authenticator::{Authenticator, Credential};
use keystead_client::v1::{Attachment, CredentialRecord};
use serde_json::json;

/// The origin that the development tenant always has.
pub(crate) const PAGE: &str = "http://localhost:8080";

/// Most users of the first measurement. All of them register, as a page would have them do, and all of them log in.
pub(crate) const FEW: u64 = 1_000;

/// Most people who log in. Those above the few come by import, among all the others who do: their rows lie spread over the
/// tables, as the rows of those who log in on one day do.
const MOST: u64 = 2 * FEW;

/// One of them.
#[derive(Debug)]
pub(crate) struct Person {
    /// His external id.
    pub(crate) name: String,
    /// What he logs in with.
    pub(crate) device: Authenticator,
}

/// Those who register, where there are so many users: their devices are empty yet.
pub(crate) fn registering(users: u64) -> Vec<Person> {
    (0..users.min(FEW)).map(Person::new).collect()
}

/// Those who come with a passkey, where there are so many users.
pub(crate) fn with_passkeys(users: u64) -> Vec<Person> {
    (FEW..users.min(MOST)).map(Person::with_passkey).collect()
}

/// How many users are there who do not log in.
pub(crate) const fn others(users: u64) -> u64 {
    users.saturating_sub(MOST)
}

impl Person {
    fn new(n: u64) -> Self {
        Self { name: format!("user{n}"), device: Authenticator::new(n) }
    }

    fn with_passkey(n: u64) -> Self {
        let mut person = Self::new(n);
        let options = json!({
            "challenge": "AAAA",
            "rp": { "id": "localhost", "name": "Development" },
            "user": { "id": URL_SAFE_NO_PAD.encode(random::<64>()), "name": person.name, "displayName": "" },
            "pubKeyCredParams": [{ "type": "public-key", "alg": -7 }],
            "authenticatorSelection": { "residentKey": "required", "requireResidentKey": true },
        });
        person.device.create(&options.to_string(), PAGE).expect("a key");
        person
    }

    /// His passkey.
    pub(crate) fn passkey(&self) -> &Credential {
        &self.device.credentials()[0]
    }

    /// His passkey as another server gives it away.
    pub(crate) fn record(&self) -> CredentialRecord {
        let passkey = self.passkey();
        CredentialRecord {
            external_id: self.name.clone(),
            user_handle: passkey.user_handle().to_vec(),
            webauthn_id: passkey.id().to_vec(),
            public_key: passkey.public_key(),
            sign_count: passkey.counter(),
            ..record()
        }
    }

    /// Of somebody who will not log in, the passkey.
    pub(crate) fn record_of_another(n: u64, public_key: &[u8]) -> CredentialRecord {
        CredentialRecord {
            external_id: format!("other{n}"),
            user_handle: random::<64>().to_vec(),
            webauthn_id: random::<32>().to_vec(),
            public_key: public_key.to_vec(),
            ..record()
        }
    }
}

/// What all passkeys here have in common.
fn record() -> CredentialRecord {
    CredentialRecord {
        aaguid: "fbfc3007-154e-4ecc-8c0b-6e020557d7bd".to_owned(),
        attestation_format: "none".to_owned(),
        transports: vec!["hybrid".to_owned(), "internal".to_owned()],
        attachment: Attachment::Platform.into(),
        discoverable: Some(true),
        user_verification_initialized: Some(true),
        ..CredentialRecord::default()
    }
}

/// Random bytes.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).expect("the system's randomness");
    bytes
}
