//! The browser's answer to request options, and what it proves (§7.2).

use std::fmt;

use keystead_domain::{Algorithm, Attachment, CeremonyKind, Challenge, Reason, RelyingParty, WebauthnId};

use crate::{
    ShapeError,
    authenticator_data::AuthenticatorData,
    decoy,
    document::Document,
    envelope::Envelope,
    shape::{AUTHENTICATOR_DATA, CLIENT_DATA, ID, RAW_ID, SIGNATURE, TYPE, USER_HANDLE},
    signature::PublicKey,
};

/// A response with its base64url decoded: the typed form of `AuthenticationResponseJSON` (§5.1).
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
    /// `response.authenticatorData`.
    pub authenticator_data: Vec<u8>,
    /// `response.signature`.
    pub signature: Vec<u8>,
    /// `response.userHandle`; absent where the authenticator returned none.
    pub user_handle: Option<Vec<u8>>,
    /// `authenticatorAttachment`, where the browser said a known one.
    pub attachment: Option<Attachment>,
}

/// A response of known shape. Nothing in it is proven.
#[derive(Clone)]
pub struct Response {
    envelope: Envelope,
    authenticator_data: Vec<u8>,
    signature: Vec<u8>,
    user_handle: Option<Vec<u8>>,
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
            authenticator_data: document.bytes(AUTHENTICATOR_DATA)?,
            signature: document.bytes(SIGNATURE)?,
            user_handle: document.optional_bytes(USER_HANDLE)?,
            attachment: document.attachment()?,
        })
    }

    /// Takes the typed form.
    ///
    /// # Errors
    /// A member that is too long, or client data that cannot be read.
    pub fn from_parts(parts: Parts) -> Result<Self, ShapeError> {
        let Parts {
            id,
            raw_id,
            kind,
            client_data_json,
            authenticator_data,
            signature,
            user_handle,
            attachment,
        } = parts;
        AUTHENTICATOR_DATA.bound(&authenticator_data)?;
        SIGNATURE.bound(&signature)?;
        USER_HANDLE.bound(user_handle.as_deref().unwrap_or_default())?;
        // Safari writes an empty handle where there is none.
        let user_handle = user_handle.filter(|handle| !handle.is_empty());
        let envelope = Envelope::new(id, raw_id, kind, client_data_json, attachment)?;
        Ok(Self { envelope, authenticator_data, signature, user_handle })
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
            .fields("keystead/assertion")
            .bytes(&self.authenticator_data)
            .bytes(&self.signature)
            .optional(self.user_handle.as_deref())
            .finish()
    }

    /// The id of the credential that is said to have signed; `None` where it is empty or too long.
    #[must_use]
    pub fn webauthn_id(&self) -> Option<WebauthnId> {
        self.envelope.webauthn_id()
    }

    /// The user handle the authenticator returned, of any length.
    #[must_use]
    pub fn user_handle(&self) -> Option<&[u8]> {
        self.user_handle.as_deref()
    }

    /// Judges everything but the signature against the relying party as it is now. Nothing is proven by it. The challenge
    /// is not looked at: see [`Self::answers`].
    ///
    /// # Errors
    /// The reason of the first rule that does not hold.
    pub fn check(&self, rp: &RelyingParty) -> Result<Checked<'_>, Reason> {
        self.envelope.check(CeremonyKind::Authentication, rp)?;
        let data = AuthenticatorData::parse(&self.authenticator_data)?;
        data.check(&rp.rp_id)?;
        if !data.flags.user_present() {
            return Err(Reason::UpRequired);
        }
        Ok(Checked { response: self, data })
    }
}

/// Why nothing is proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unproven {
    /// The signature does not verify: [`Reason::SignatureInvalid`].
    #[error("the signature does not verify")]
    Signature,
    /// The stored key is none, or is of another algorithm: a row is damaged, and nobody is to be refused for it.
    #[error("the stored public key cannot be read")]
    StoredKey,
}

/// A response whose every rule holds but that of the signature.
pub struct Checked<'a> {
    response: &'a Response,
    data: AuthenticatorData<'a>,
}

impl Checked<'_> {
    /// Verifies the signature with the credential's stored key: `COSE_Key` bytes and their algorithm. Facts exist only
    /// from here on.
    ///
    /// # Errors
    /// [`Unproven::Signature`] is the signer's doing, [`Unproven::StoredKey`] ours.
    pub fn verify(&self, public_key: &[u8], algorithm: Algorithm) -> Result<Asserted, Unproven> {
        let Self { response, data } = self;
        let key = PublicKey::parse(public_key).ok().filter(|key| key.algorithm() == algorithm);
        let key = key.ok_or(Unproven::StoredKey)?;
        let signed = data.signed_with(response.envelope.client_data_json());
        key.verify(&signed, &response.signature).map_err(|_| Unproven::Signature)?;
        Ok(Asserted {
            user_present: data.flags.user_present(),
            user_verified: data.flags.user_verified(),
            backup_eligible: data.flags.backup_eligible(),
            backed_up: data.flags.backed_up(),
            sign_count: data.sign_count,
            attachment: response.envelope.attachment(),
            origin: response.envelope.origin().to_owned(),
        })
    }

    /// Does for a credential that does not exist what [`Self::verify`] does for an ES256 key, and takes as long: verifies
    /// against a key that nobody has the private half of. The answer is [`Reason::SignatureInvalid`], whatever comes out.
    #[must_use]
    pub fn verify_decoy(&self) -> Reason {
        let _ = self.verify(&decoy::PUBLIC_KEY, Algorithm::Es256);
        Reason::SignatureInvalid
    }
}

/// What the authenticator signed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "four flags, each independent of the others")]
pub struct Asserted {
    /// Flag UP: always true, an assertion without it is refused.
    pub user_present: bool,
    /// Flag UV.
    pub user_verified: bool,
    /// Flag BE.
    pub backup_eligible: bool,
    /// Flag BS.
    pub backed_up: bool,
    /// The signature counter.
    pub sign_count: u32,
    /// Where the authenticator sits, as the browser said; not signed.
    pub attachment: Option<Attachment>,
    /// The origin that the browser signed for, one of those the relying party accepts; at most 255 bytes.
    pub origin: String,
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("assertion::Parts([redacted])")
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("assertion::Response([redacted])")
    }
}

impl fmt::Debug for Checked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("assertion::Checked([redacted])")
    }
}
