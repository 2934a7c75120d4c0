//! The response to `navigator.credentials.get`.

use aws_lc_rs::digest::{SHA256, digest};
use serde_json::{Value, json};

use super::Credential;
use crate::{
    Error, Fault, Settings,
    authenticator_data::AuthenticatorData,
    client_data::ClientData,
    fault::other,
    options::base64url,
    response::{Envelope, Ids},
};

/// A credential and what it is to sign.
pub(super) struct Assertion<'a> {
    pub(super) settings: &'a Settings,
    pub(super) credential: &'a Credential,
    pub(super) counter: u32,
    pub(super) challenge: &'a [u8],
    pub(super) origin: &'a str,
    pub(super) fault: Option<Fault>,
}

impl Assertion<'_> {
    pub(super) fn to_json(&self) -> Result<String, Error> {
        let Self { settings, credential, counter, challenge, origin, fault } = *self;
        let client_data = ClientData::of_request(challenge, origin, settings).with(fault).to_json();
        let authenticator_data =
            AuthenticatorData::new(&credential.rp_id, counter, settings).with(fault).encode();
        let mut response = json!({
            "clientDataJSON": base64url(client_data.as_bytes()),
            "authenticatorData": base64url(&authenticator_data),
            "signature": base64url(&self.sign(&authenticator_data, client_data.as_bytes())?),
        });
        if let Some(handle) = self.user_handle() {
            response["userHandle"] = Value::String(base64url(&handle));
        }
        let ids = Ids::new(&credential.id, fault);
        let envelope = Envelope { ids, attachment: settings.attachment, extension_results: json!({}), fault };
        Ok(envelope.to_json(&response))
    }

    fn sign(&self, authenticator_data: &[u8], client_data: &[u8]) -> Result<Vec<u8>, Error> {
        let hash = digest(&SHA256, client_data);
        let signature = self.credential.key.sign(&[authenticator_data, hash.as_ref()].concat())?;
        Ok(if self.fault == Some(Fault::BadSignature) { other(&signature) } else { signature })
    }

    /// Authenticators keep the user handle with discoverable credentials only (§6.3.3).
    fn user_handle(&self) -> Option<Vec<u8>> {
        match self.fault {
            Some(Fault::UserHandleMissing) => None,
            Some(Fault::OtherUserHandle) => Some(other(&self.credential.user_handle)),
            _ => self.credential.discoverable.then(|| self.credential.user_handle.clone()),
        }
    }
}
