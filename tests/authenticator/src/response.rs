//! Responses, as `toJSON()` writes them in Chromium (§5.1.8).

use serde_json::{Value, json};

use crate::{Attachment, Fault, fault::other, options::base64url};

/// A credential id at the three places where a response has it.
pub(crate) struct Ids {
    pub(crate) id: Vec<u8>,
    pub(crate) raw_id: Vec<u8>,
    pub(crate) attested: Vec<u8>,
}

impl Ids {
    pub(crate) fn new(id: &[u8], fault: Option<Fault>) -> Self {
        let everywhere = match fault {
            Some(Fault::EmptyId) => vec![],
            Some(Fault::LongId) => vec![0x5a; 1024],
            _ => id.to_vec(),
        };
        let other_if = |wrong| if fault == Some(wrong) { other(&everywhere) } else { everywhere.clone() };
        Self {
            id: other_if(Fault::IdNotRawId),
            attested: other_if(Fault::AttestedIdNotRawId),
            raw_id: everywhere,
        }
    }
}

/// What is around the response of either ceremony.
pub(crate) struct Envelope {
    pub(crate) ids: Ids,
    pub(crate) attachment: Option<Attachment>,
    pub(crate) extension_results: Value,
    pub(crate) fault: Option<Fault>,
}

impl Envelope {
    pub(crate) fn to_json(&self, response: &Value) -> String {
        let kind = if self.fault == Some(Fault::CredentialType) { "password" } else { "public-key" };
        let mut credential = json!({
            "id": base64url(&self.ids.id),
            "rawId": base64url(&self.ids.raw_id),
            "type": kind,
            "response": response,
            "clientExtensionResults": self.extension_results,
        });
        if let Some(attachment) = self.attachment {
            credential["authenticatorAttachment"] = json!(attachment.as_str());
        }
        credential.to_string()
    }
}
