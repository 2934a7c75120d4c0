//! What the responses of both ceremonies have around their evidence.

use keystead_domain::{Attachment, CeremonyKind, Challenge, Reason, RelyingParty, WebauthnId};

use crate::{
    base64url,
    client_data::ClientData,
    digest::Fields,
    shape::{CLIENT_DATA, ID, RAW_ID, ShapeError, TYPE},
};

/// The members of `PublicKeyCredential` (§5.1) and the client data of its response.
#[derive(Clone)]
pub(crate) struct Envelope {
    id: String,
    raw_id: Vec<u8>,
    kind: String,
    client_data_json: Vec<u8>,
    client_data: ClientData,
    attachment: Option<Attachment>,
}

impl Envelope {
    /// Takes the members, of bounded size, and reads the client data.
    pub(crate) fn new(
        id: String,
        raw_id: Vec<u8>,
        kind: String,
        client_data_json: Vec<u8>,
        attachment: Option<Attachment>,
    ) -> Result<Self, ShapeError> {
        ID.bound(&id)?;
        RAW_ID.bound(&raw_id)?;
        TYPE.bound(&kind)?;
        CLIENT_DATA.bound(&client_data_json)?;
        let client_data = ClientData::parse(&client_data_json)?;
        Ok(Self { id, raw_id, kind, client_data_json, client_data, attachment })
    }

    pub(crate) fn answers(&self, challenge: &Challenge) -> bool {
        self.client_data.answers(challenge)
    }

    /// The credential id as bytes, of whatever length.
    pub(crate) fn raw_id(&self) -> &[u8] {
        &self.raw_id
    }

    /// The credential id; `None` where it is empty or too long.
    pub(crate) fn webauthn_id(&self) -> Option<WebauthnId> {
        WebauthnId::new(self.raw_id.as_slice()).ok()
    }

    pub(crate) fn client_data_json(&self) -> &[u8] {
        &self.client_data_json
    }

    pub(crate) fn origin(&self) -> &str {
        self.client_data.origin()
    }

    pub(crate) fn attachment(&self) -> Option<Attachment> {
        self.attachment
    }

    /// Judges the members and the client data.
    pub(crate) fn check(&self, ceremony: CeremonyKind, rp: &RelyingParty) -> Result<WebauthnId, Reason> {
        if self.kind != "public-key" {
            return Err(Reason::CredentialTypeInvalid);
        }
        let webauthn_id = self.webauthn_id().ok_or(Reason::CredentialIdLength)?;
        if self.id != base64url::encode(&self.raw_id) {
            return Err(Reason::CredentialIdMismatch);
        }
        self.client_data.check(ceremony, rp)?;
        Ok(webauthn_id)
    }

    /// Starts a digest of the response with these members.
    pub(crate) fn fields(&self, label: &str) -> Fields {
        Fields::new(label)
            .bytes(self.id.as_bytes())
            .bytes(&self.raw_id)
            .bytes(self.kind.as_bytes())
            .bytes(&self.client_data_json)
            .optional(self.attachment.map(|attachment| attachment.as_str().as_bytes()))
    }
}
