//! The response to `navigator.credentials.create`.

use aws_lc_rs::digest::{SHA256, digest};
use serde_json::{Value, json};

use super::Credential;
use crate::{
    Attachment, Error, Fault, Settings,
    attestation::Attestation,
    authenticator_data::{Attested, AuthenticatorData},
    client_data::ClientData,
    options::{CreationOptions, base64url},
    response::{Envelope, Ids},
};

/// A new credential and what it was made for.
pub(super) struct Registration<'a> {
    pub(super) settings: &'a Settings,
    pub(super) credential: &'a Credential,
    pub(super) options: &'a CreationOptions,
    pub(super) origin: &'a str,
    pub(super) fault: Option<Fault>,
}

impl Registration<'_> {
    pub(super) fn to_json(&self) -> Result<String, Error> {
        let Self { settings, credential, options, origin, fault } = *self;
        let ids = Ids::new(&credential.id, fault);
        let client_data =
            ClientData::of_creation(&options.challenge.0, origin, settings).with(fault).to_json();
        let authenticator_data = self.authenticator_data(&ids)?;
        let attestation_object = Attestation {
            statement: &settings.statement,
            key: &credential.key,
            authenticator_data: &authenticator_data,
            client_data_hash: digest(&SHA256, client_data.as_bytes()).as_ref(),
            fault,
        }
        .encode()?;
        let response = json!({
            "clientDataJSON": base64url(client_data.as_bytes()),
            "attestationObject": base64url(&attestation_object),
            "authenticatorData": base64url(&authenticator_data),
            "publicKey": base64url(&credential.key.spki()?),
            "publicKeyAlgorithm": credential.algorithm().cose(),
            "transports": settings.transports,
        });
        let (attachment, extension_results) = (self.attachment()?, self.extension_results());
        Ok(Envelope { ids, attachment, extension_results, fault }.to_json(&response))
    }

    fn authenticator_data(&self, ids: &Ids) -> Result<Vec<u8>, Error> {
        let attested = Attested {
            aaguid: self.settings.aaguid,
            id: ids.attested.clone(),
            public_key: self.credential.key.cose().with(self.fault)?.encode(),
        };
        let data = AuthenticatorData::new(&self.credential.rp_id, self.credential.counter, self.settings);
        Ok(data.attesting(attested).with(self.fault).encode())
    }

    fn attachment(&self) -> Result<Option<Attachment>, Error> {
        match (self.settings.attachment, self.fault) {
            (None, Some(fault @ Fault::OtherAttachment)) => Err(Error::FaultDoesNotApply(fault)),
            (Some(attachment), Some(Fault::OtherAttachment)) => Ok(Some(attachment.other())),
            (attachment, _) => Ok(attachment),
        }
    }

    fn extension_results(&self) -> Value {
        if self.options.extensions.cred_props {
            json!({"credProps": {"rk": self.credential.discoverable}})
        } else {
            json!({})
        }
    }
}
