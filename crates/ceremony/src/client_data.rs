//! What the browser says it did: `clientDataJSON` (§5.8.1).

use keystead_domain::{CeremonyKind, Challenge, Reason, RelyingParty};
use serde::Deserialize;
use subtle::ConstantTimeEq as _;

use crate::{
    base64url,
    shape::{CLIENT_DATA, ShapeError},
};

const BOM: &str = "\u{feff}";

/// The members that are judged; others are ignored (§5.8.1.1), one of these twice is refused.
#[derive(Clone, Deserialize)]
pub(crate) struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(rename = "crossOrigin", default)]
    cross_origin: Option<bool>,
    #[serde(rename = "topOrigin", default)]
    top_origin: Option<String>,
}

impl ClientData {
    /// Reads the bytes as the browser made them: UTF-8, a byte order mark stripped (§7.1 step 5, §7.2 step 8).
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, ShapeError> {
        let text = std::str::from_utf8(bytes).map_err(|_| CLIENT_DATA.error("must be UTF-8"))?;
        let text = text.strip_prefix(BOM).unwrap_or(text);
        // serde would take the members from an array too.
        if !text.trim_start().starts_with('{') {
            return Err(CLIENT_DATA.error("must be a JSON object"));
        }
        serde_json::from_str(text).map_err(|_| {
            CLIENT_DATA.error("must be JSON with type, challenge and origin, each once and of its own kind")
        })
    }

    /// Whether this is the challenge that was signed; compared in constant time.
    pub(crate) fn answers(&self, challenge: &Challenge) -> bool {
        self.challenge.as_bytes().ct_eq(base64url::encode(&challenge.0).as_bytes()).into()
    }

    /// The origin of the page that asked.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// Judges type, origin and framing (§7.1 steps 7 to 10, §7.2 steps 10 to 13).
    pub(crate) fn check(&self, ceremony: CeremonyKind, rp: &RelyingParty) -> Result<(), Reason> {
        let expected = match ceremony {
            CeremonyKind::Registration => "webauthn.create",
            CeremonyKind::Authentication => "webauthn.get",
        };
        if self.kind != expected {
            return Err(Reason::ClientDataTypeMismatch);
        }
        if !rp.accepts_origin(&self.origin) {
            return Err(Reason::OriginMismatch);
        }
        self.check_framing(rp)
    }

    /// A page framed by another origin is accepted only where the RP names top origins; which one it was, not every browser
    /// says.
    fn check_framing(&self, rp: &RelyingParty) -> Result<(), Reason> {
        let framed = self.cross_origin.unwrap_or(false);
        match &self.top_origin {
            Some(_) if !framed => Err(Reason::TopOriginMismatch),
            _ if framed && rp.top_origins.is_empty() => Err(Reason::CrossOriginNotAllowed),
            Some(top) if !rp.top_origins.iter().any(|known| known.as_str() == top) => {
                Err(Reason::TopOriginMismatch)
            }
            _ => Ok(()),
        }
    }
}
