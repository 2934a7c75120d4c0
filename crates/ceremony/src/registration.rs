//! The browser's answer to creation options, and what it proves (§7.1).

use std::fmt;

use keystead_domain::{
    Aaguid, Algorithm, Attachment, Attestation, AttestationRule, AttestationTrust, CeremonyKind, Challenge,
    Mediation, Reason, RegistrationTerms, RelyingParty, ResidentKey, Timestamp, Transport, UserVerification,
    WebauthnId,
};

pub use crate::attestation::TrustPath;
use crate::{
    ShapeError,
    attestation::{self, About, AttestationObject},
    authenticator_data::{AuthenticatorData, Flags},
    document::Document,
    envelope::Envelope,
    shape::{ATTESTATION_OBJECT, CLIENT_DATA, DISCOVERABLE, ID, MOST_TRANSPORTS, RAW_ID, TRANSPORTS, TYPE},
    signature::PublicKey,
};

/// A response with its base64url decoded: the typed form of `RegistrationResponseJSON` (§5.1).
#[derive(Clone, Default)]
pub struct Parts {
    /// `id`: the credential id, base64url.
    pub id: String,
    /// `rawId`: the same id as bytes.
    pub raw_id: Vec<u8>,
    /// `type`.
    pub kind: String,
    /// `response.clientDataJSON`, as the browser made it.
    pub client_data_json: Vec<u8>,
    /// `response.attestationObject`, CBOR.
    pub attestation_object: Vec<u8>,
    /// `response.transports`, as the browser reported them.
    pub transports: Vec<String>,
    /// `authenticatorAttachment`, where the browser said a known one.
    pub attachment: Option<Attachment>,
    /// `clientExtensionResults.credProps.rk`; absent: unknown.
    pub discoverable: Option<bool>,
}

/// A response of known shape. Nothing in it is proven.
#[derive(Clone)]
pub struct Response {
    envelope: Envelope,
    attestation_object: Vec<u8>,
    transports: Vec<String>,
    discoverable: Option<bool>,
}

impl Response {
    /// Reads what `credential.toJSON()` gave, at most 32 KiB. Members it does not know are ignored.
    ///
    /// # Errors
    /// The first member that is missing, of another type, not base64url or too long.
    pub fn from_json(text: &str) -> Result<Self, ShapeError> {
        let document = Document::parse(text)?;
        Self::from_parts(Parts {
            id: document.text(ID)?,
            raw_id: document.bytes(RAW_ID)?,
            kind: document.text(TYPE)?,
            client_data_json: document.bytes(CLIENT_DATA)?,
            attestation_object: document.bytes(ATTESTATION_OBJECT)?,
            transports: document.texts(TRANSPORTS)?,
            attachment: document.attachment()?,
            discoverable: document.optional_bool(DISCOVERABLE)?,
        })
    }

    /// Takes the typed form.
    ///
    /// # Errors
    /// A member that is too long, or client data that cannot be read.
    pub fn from_parts(parts: Parts) -> Result<Self, ShapeError> {
        let Parts { id, raw_id, kind, client_data_json, attestation_object, transports, .. } = parts;
        ATTESTATION_OBJECT.bound(&attestation_object)?;
        if transports.len() > MOST_TRANSPORTS {
            return Err(TRANSPORTS.error("is too long"));
        }
        transports.iter().try_for_each(|word| TRANSPORTS.bound(word))?;
        let envelope = Envelope::new(id, raw_id, kind, client_data_json, parts.attachment)?;
        Ok(Self { envelope, attestation_object, transports, discoverable: parts.discoverable })
    }

    /// Whether this answers the challenge; compared in constant time.
    #[must_use]
    pub fn answers(&self, challenge: &Challenge) -> bool {
        self.envelope.answers(challenge)
    }

    /// SHA-256 over what was read, the same for the JSON and the typed form of one response.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        self.envelope
            .fields("keystead/registration")
            .bytes(&self.attestation_object)
            .list(&self.transports)
            .optional(self.discoverable.map(|yes| if yes { &[1][..] } else { &[0] }))
            .finish()
    }

    /// Verifies the response against the relying party as it is now and the terms of the registration. The challenge is not
    /// looked at: see [`Self::answers`]. Nor is anybody trusted: see [`Registered::trusted_by`].
    ///
    /// What was asked for without a dialog (mediation `conditional`, §5.1.3) need not show the user's presence (§7.1 step
    /// 15), and carries no statement: a browser that makes a passkey by itself attests nothing. All else holds as ever.
    ///
    /// # Errors
    /// The reason of the first rule that does not hold.
    pub fn verify(&self, rp: &RelyingParty, terms: &RegistrationTerms) -> Result<Registered, Reason> {
        let webauthn_id = self.envelope.check(CeremonyKind::Registration, rp)?;
        let object = AttestationObject::parse(&self.attestation_object)?;
        let data = AuthenticatorData::parse(object.authenticator_data)?;
        data.check(&rp.rp_id)?;
        let attested = data.attested.ok_or(Reason::AuthenticatorDataMalformed)?;
        if attested.id != self.envelope.raw_id() {
            return Err(Reason::AttestedCredentialIdMismatch);
        }
        let conditional = terms.mediation == Mediation::Conditional;
        let statement = object.statement(terms.attestation)?;
        if conditional && !statement.is_none() {
            return Err(Reason::AttestationStatementUnexpected);
        }
        let key = PublicKey::parse(attested.public_key)?;
        if !terms.algorithms.contains(&key.algorithm()) {
            return Err(Reason::AlgorithmNotOffered);
        }
        let about = About {
            rp_id: &rp.rp_id,
            data: &data,
            attested: &attested,
            key: &key,
            client_data_json: self.envelope.client_data_json(),
        };
        let (attestation, path) = statement.verify(&about)?;
        self.check_terms(data.flags, terms)?;
        Ok(Registered {
            webauthn_id,
            public_key: attested.public_key.to_vec(),
            algorithm: key.algorithm(),
            sign_count: data.sign_count,
            aaguid: attested.aaguid,
            attestation,
            path,
            transports: self.transports(),
            attachment: self.envelope.attachment(),
            discoverable: self.discoverable,
            backup_eligible: data.flags.backup_eligible(),
            backed_up: data.flags.backed_up(),
            user_verified: data.flags.user_verified(),
            origin: self.envelope.origin().to_owned(),
            conditional,
        })
    }

    /// What the browser did not say is taken as done: `credProps` and the attachment are unsigned hints anyway.
    fn check_terms(&self, flags: Flags, terms: &RegistrationTerms) -> Result<(), Reason> {
        if !flags.user_present() && terms.mediation != Mediation::Conditional {
            return Err(Reason::UpRequired);
        }
        if terms.user_verification == UserVerification::Required && !flags.user_verified() {
            return Err(Reason::UvRequired);
        }
        if terms.resident_key == ResidentKey::Required && self.discoverable == Some(false) {
            return Err(Reason::ResidentKeyRequired);
        }
        match (terms.attachment, self.envelope.attachment()) {
            (Some(wanted), Some(seen)) if wanted != seen => Err(Reason::AttachmentMismatch),
            _ => Ok(()),
        }
    }

    /// The transports worth keeping: words, each once, not too many.
    fn transports(&self) -> Vec<Transport> {
        let mut kept: Vec<Transport> = Vec::new();
        for transport in self.transports.iter().filter_map(|word| Transport::new(word)) {
            if kept.len() < Transport::MOST && !kept.contains(&transport) {
                kept.push(transport);
            }
        }
        kept
    }
}

/// A new credential, proven as far as [`Attestation::trust`] says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "flags, each independent of the others")]
pub struct Registered {
    /// The credential id.
    pub webauthn_id: WebauthnId,
    /// The public key, `COSE_Key` bytes as the authenticator sent them.
    pub public_key: Vec<u8>,
    /// The key's algorithm, one of those offered.
    pub algorithm: Algorithm,
    /// The signature counter.
    pub sign_count: u32,
    /// What the authenticator says it is.
    pub aaguid: Aaguid,
    /// What came with the key.
    pub attestation: Attestation,
    /// The certificates behind it.
    pub path: TrustPath,
    /// Transports as the browser reported them, at most [`Transport::MOST`], each once.
    pub transports: Vec<Transport>,
    /// Where the authenticator sits, as the browser said.
    pub attachment: Option<Attachment>,
    /// Whether it is discoverable, as the browser said.
    pub discoverable: Option<bool>,
    /// Flag BE.
    pub backup_eligible: bool,
    /// Flag BS.
    pub backed_up: bool,
    /// Flag UV.
    pub user_verified: bool,
    /// The origin that the browser signed for, one of those the relying party accepts; at most 255 bytes.
    pub origin: String,
    /// Whether it was asked for without a dialog; then not even the user's presence is shown.
    pub conditional: bool,
}

impl Registered {
    /// Judges the attestation by whom the profile trusts, at the time of the ceremony (§7.1 steps 22 to 24). Where attestation was
    /// not asked for, or nobody is trusted, it stays as it is.
    ///
    /// # Errors
    /// [`Reason::AttestationUntrusted`]: nobody of the trusted attests the key, and the rule refuses that.
    pub fn trusted_by(mut self, rule: &AttestationRule, at: Timestamp) -> Result<Self, Reason> {
        let Some(path) = self.path.certificates().filter(|_| !rule.roots.is_empty()) else { return Ok(self) };
        if attestation::leads_to_one_of(&rule.roots, path, at) {
            self.attestation.trust = AttestationTrust::Trusted;
        } else if rule.refuses_untrusted() {
            return Err(Reason::AttestationUntrusted);
        } else if !path.is_empty() {
            self.attestation.trust = AttestationTrust::Failed;
        }
        Ok(self)
    }
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("registration::Parts([redacted])")
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("registration::Response([redacted])")
    }
}
