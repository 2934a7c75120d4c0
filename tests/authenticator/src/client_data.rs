//! What the browser signs for: `clientDataJSON` (§5.8.1).

use serde_json::Value;

use crate::{Fault, Settings, fault::other, options::base64url};

const CREATE: &str = "webauthn.create";
const GET: &str = "webauthn.get";

/// The members of client data.
pub(crate) struct ClientData {
    kind: &'static str,
    challenge: Vec<u8>,
    origin: String,
    cross_origin: bool,
    top_origin: Option<String>,
    extra: bool,
    byte_order_mark: bool,
}

impl ClientData {
    pub(crate) fn of_creation(challenge: &[u8], origin: &str, settings: &Settings) -> Self {
        Self::new(CREATE, challenge, origin, settings)
    }

    pub(crate) fn of_request(challenge: &[u8], origin: &str, settings: &Settings) -> Self {
        Self::new(GET, challenge, origin, settings)
    }

    fn new(kind: &'static str, challenge: &[u8], origin: &str, settings: &Settings) -> Self {
        Self {
            kind,
            challenge: challenge.to_vec(),
            origin: origin.to_owned(),
            cross_origin: settings.top_origin.is_some(),
            top_origin: settings.top_origin.clone(),
            extra: settings.extra_client_data,
            byte_order_mark: settings.byte_order_mark,
        }
    }

    /// The client data with a fault, if it is one of client data.
    pub(crate) fn with(mut self, fault: Option<Fault>) -> Self {
        match fault {
            Some(Fault::ClientDataType) => self.kind = if self.kind == CREATE { GET } else { CREATE },
            Some(Fault::OtherChallenge) => self.challenge = other(&self.challenge),
            Some(Fault::OtherOrigin) => "https://origin.invalid".clone_into(&mut self.origin),
            Some(Fault::CrossOrigin) => (self.cross_origin, self.top_origin) = (true, None),
            Some(Fault::TopOrigin) => self.frame(true),
            Some(Fault::TopOriginUnframed) => self.frame(false),
            _ => {}
        }
        self
    }

    fn frame(&mut self, cross_origin: bool) {
        self.cross_origin = cross_origin;
        self.top_origin = Some("https://top.invalid".to_owned());
    }

    /// Written in the order that the specification fixes (§5.8.1.1), without spaces.
    pub(crate) fn to_json(&self) -> String {
        let mark = if self.byte_order_mark { "\u{feff}" } else { "" };
        let (kind, challenge) = (text(self.kind), text(&base64url(&self.challenge)));
        let (origin, cross_origin) = (text(&self.origin), self.cross_origin);
        let top_origin = self.top_origin.as_deref().map(|top| format!(r#","topOrigin":{}"#, text(top)));
        let extra = if self.extra { r#","other_keys_can_be_added_here":"do not compare""# } else { "" };
        format!(
            r#"{mark}{{"type":{kind},"challenge":{challenge},"origin":{origin},"crossOrigin":{cross_origin}{}{extra}}}"#,
            top_origin.unwrap_or_default()
        )
    }
}

fn text(text: &str) -> Value {
    Value::from(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_in_the_order_of_the_specification() {
        let mut settings = Settings::default();
        let data = |settings: &Settings, fault| {
            ClientData::of_request(&[1, 2, 3], "https://a.example", settings).with(fault).to_json()
        };
        assert_eq!(
            data(&settings, None),
            r#"{"type":"webauthn.get","challenge":"AQID","origin":"https://a.example","crossOrigin":false}"#
        );
        settings.top_origin = Some("https://b.example".to_owned());
        settings.extra_client_data = true;
        settings.byte_order_mark = true;
        assert_eq!(
            data(&settings, Some(Fault::OtherChallenge)),
            "\u{feff}{\"type\":\"webauthn.get\",\"challenge\":\"AQIC\",\"origin\":\"https://a.example\",\
             \"crossOrigin\":true,\"topOrigin\":\"https://b.example\",\
             \"other_keys_can_be_added_here\":\"do not compare\"}"
        );
    }
}
