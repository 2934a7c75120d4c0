//! Responses as an honest browser and authenticator make them, every part of which a test may change.

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ciborium::Value as Cbor;
use keystead_ceremony::{assertion, registration};
use keystead_domain::{
    Algorithm, Attachment, AttestationConveyance, Challenge, Mediation, Name, Origin, RegistrationTerms,
    RelatedOrigin, RelyingParty, RelyingPartyId, ResidentKey, RpId, TenantId, Timestamp, TopOrigin,
    UserVerification,
};
use serde_json::{Value, json};

use crate::key::{Key, cbor};

pub(crate) const CHALLENGE: Challenge = Challenge([0xfe; 32]);
pub(crate) const ID: &[u8] = b"credential-id-of-32-bytes-length";
pub(crate) const UP: u8 = 0x01;
pub(crate) const UV: u8 = 0x04;
pub(crate) const BE: u8 = 0x08;
pub(crate) const BS: u8 = 0x10;
pub(crate) const AT: u8 = 0x40;
pub(crate) const ED: u8 = 0x80;

pub(crate) fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest(&SHA256, bytes).as_ref().to_vec()
}

pub(crate) fn relying_party(top_origins: &[&str]) -> RelyingParty {
    let rp_id = RpId::new("example.org").unwrap();
    let origins = ["https://login.example.org", "https://example.org"];
    RelyingParty {
        id: RelyingPartyId::from_bytes([1; 16]),
        tenant_id: TenantId::from_bytes([2; 16]),
        name: Name::new("Example").unwrap(),
        origins: origins.map(|origin| Origin::new(origin, &rp_id).unwrap()).into(),
        top_origins: top_origins.iter().map(|origin| TopOrigin::new(*origin).unwrap()).collect(),
        related_origins: vec![RelatedOrigin::new("https://example.co.uk").unwrap()],
        is_default: true,
        ceremony_lifetime: RelyingParty::DEFAULT_LIFETIME,
        created_at: Timestamp::from_micros(0),
        rp_id,
    }
}

/// What surrounds the evidence in both ceremonies.
#[derive(Clone)]
pub(crate) struct Around {
    pub(crate) id: String,
    pub(crate) raw_id: Vec<u8>,
    pub(crate) kind: String,
    pub(crate) client_data: Value,
    pub(crate) before_client_data: &'static [u8],
    pub(crate) attachment: Option<Attachment>,
    pub(crate) rp_id: String,
    pub(crate) flags: u8,
    pub(crate) sign_count: u32,
    /// Bytes after what the flags announce.
    pub(crate) after: Vec<u8>,
}

impl Around {
    fn of(kind: &str, flags: u8) -> Self {
        Self {
            id: text(ID),
            raw_id: ID.to_vec(),
            kind: "public-key".into(),
            client_data: json!({
                "type": kind,
                "challenge": text(&CHALLENGE.0),
                "origin": "https://example.org",
                "crossOrigin": false,
            }),
            before_client_data: b"",
            attachment: Some(Attachment::Platform),
            rp_id: "example.org".into(),
            flags,
            sign_count: 41,
            after: vec![],
        }
    }

    pub(crate) fn client_data_json(&self) -> Vec<u8> {
        [self.before_client_data, self.client_data.to_string().as_bytes()].concat()
    }

    fn authenticator_data(&self, attested: &[u8]) -> Vec<u8> {
        let head =
            [&sha256(self.rp_id.as_bytes())[..], &[self.flags], &self.sign_count.to_be_bytes()].concat();
        [&head, attested, &self.after[..]].concat()
    }

    fn signed(&self, authenticator_data: &[u8]) -> Vec<u8> {
        [authenticator_data, &sha256(&self.client_data_json())].concat()
    }
}

#[derive(Clone)]
pub(crate) enum Statement {
    SelfSigned,
    Exactly(Cbor),
}

/// Terms that ask for all that an honest registration shows.
pub(crate) fn terms() -> RegistrationTerms {
    RegistrationTerms {
        profile: Name::default_profile(),
        mediation: Mediation::Modal,
        user_verification: UserVerification::Required,
        resident_key: ResidentKey::Required,
        attachment: Some(Attachment::Platform),
        attestation: AttestationConveyance::None,
        algorithms: Algorithm::ALL.to_vec(),
        hints: vec![],
    }
}

/// A registration with what it is judged against.
#[derive(Clone)]
pub(crate) struct Registration {
    pub(crate) rp: RelyingParty,
    pub(crate) terms: RegistrationTerms,
    pub(crate) key: &'static Key,
    pub(crate) around: Around,
    pub(crate) attested_id: Vec<u8>,
    pub(crate) cose: Vec<(i64, Cbor)>,
    pub(crate) format: String,
    pub(crate) statement: Statement,
    pub(crate) after_object: Vec<u8>,
    pub(crate) transports: Vec<String>,
    pub(crate) discoverable: Option<bool>,
}

impl Registration {
    pub(crate) fn of(algorithm: Algorithm) -> Self {
        let key = Key::of(algorithm);
        Self {
            rp: relying_party(&[]),
            terms: terms(),
            key,
            around: Around::of("webauthn.create", UP | UV | BE | BS | AT),
            attested_id: ID.to_vec(),
            cose: key.cose(),
            format: "none".into(),
            statement: Statement::Exactly(Cbor::Map(vec![])),
            after_object: vec![],
            transports: vec!["internal".into(), "hybrid".into()],
            discoverable: Some(true),
        }
    }

    pub(crate) fn authenticator_data(&self) -> Vec<u8> {
        let length = u16::try_from(self.attested_id.len()).unwrap().to_be_bytes();
        let attested = [&[0xaa; 16][..], &length, &self.attested_id, &cbor(self.cose.clone())].concat();
        let is_attested = self.around.flags & AT != 0;
        self.around.authenticator_data(if is_attested { &attested } else { &[] })
    }

    pub(crate) fn attestation_object(&self) -> Vec<u8> {
        let authenticator_data = self.authenticator_data();
        let statement = match &self.statement {
            Statement::Exactly(statement) => statement.clone(),
            Statement::SelfSigned => self_signed(self.key, &self.around.signed(&authenticator_data)),
        };
        let object = cbor([
            ("fmt", self.format.clone().into()),
            ("attStmt", statement),
            ("authData", authenticator_data.into()),
        ]);
        [object, self.after_object.clone()].concat()
    }

    pub(crate) fn parts(&self) -> registration::Parts {
        registration::Parts {
            id: self.around.id.clone(),
            raw_id: self.around.raw_id.clone(),
            kind: self.around.kind.clone(),
            client_data_json: self.around.client_data_json(),
            attestation_object: self.attestation_object(),
            transports: self.transports.clone(),
            attachment: self.around.attachment,
            discoverable: self.discoverable,
        }
    }
}

pub(crate) fn self_signed(key: &Key, message: &[u8]) -> Cbor {
    let alg = ("alg".into(), key.algorithm().cose().into());
    Cbor::Map(vec![alg, ("sig".into(), key.sign(message).into())])
}

/// An assertion with what it is judged against.
#[derive(Clone)]
pub(crate) struct Assertion {
    pub(crate) rp: RelyingParty,
    pub(crate) key: &'static Key,
    pub(crate) around: Around,
    pub(crate) signature: Option<Vec<u8>>,
    pub(crate) user_handle: Option<Vec<u8>>,
    pub(crate) stored_key: Vec<(i64, Cbor)>,
    pub(crate) stored_algorithm: Algorithm,
}

impl Assertion {
    pub(crate) fn of(algorithm: Algorithm) -> Self {
        let key = Key::of(algorithm);
        Self {
            rp: relying_party(&[]),
            key,
            around: Around::of("webauthn.get", UP | UV | BE),
            signature: None,
            user_handle: Some(vec![9; 64]),
            stored_key: key.cose(),
            stored_algorithm: algorithm,
        }
    }

    pub(crate) fn parts(&self) -> assertion::Parts {
        let authenticator_data = self.around.authenticator_data(&[]);
        let sign = || self.key.sign(&self.around.signed(&authenticator_data));
        assertion::Parts {
            id: self.around.id.clone(),
            raw_id: self.around.raw_id.clone(),
            kind: self.around.kind.clone(),
            client_data_json: self.around.client_data_json(),
            signature: self.signature.clone().unwrap_or_else(sign),
            user_handle: self.user_handle.clone(),
            attachment: self.around.attachment,
            authenticator_data,
        }
    }
}

/// A typed registration response as `toJSON()` gives it, with members a server does not know.
pub(crate) fn registration_json(parts: &registration::Parts) -> Value {
    let mut json = json!({
        "id": parts.id,
        "rawId": text(&parts.raw_id),
        "type": parts.kind,
        "response": {
            "clientDataJSON": text(&parts.client_data_json),
            "attestationObject": text(&parts.attestation_object),
            "transports": parts.transports,
            "publicKeyAlgorithm": -7,
        },
        "clientExtensionResults": { "credProps": { "rk": parts.discoverable }, "prf": {} },
    });
    if let Some(attachment) = parts.attachment {
        json["authenticatorAttachment"] = attachment.as_str().into();
    }
    json
}

/// A typed assertion response as `toJSON()` gives it.
pub(crate) fn assertion_json(parts: &assertion::Parts) -> Value {
    json!({
        "id": parts.id,
        "rawId": text(&parts.raw_id),
        "type": parts.kind,
        "response": {
            "clientDataJSON": text(&parts.client_data_json),
            "authenticatorData": text(&parts.authenticator_data),
            "signature": text(&parts.signature),
            "userHandle": parts.user_handle.as_deref().map(text),
        },
        "authenticatorAttachment": parts.attachment.map(Attachment::as_str),
        "clientExtensionResults": {},
    })
}
