//! Attestation objects and their statements (§6.5.4, §8).
//!
//! What needs no certificate is judged always, with our own verifiers, for every algorithm. A statement with certificates is
//! judged where attestation was asked for, by webauthn-rs-core (TPM's by ourselves, see [`tpm`]); where nobody asked it is kept
//! by name and proves nothing. Whether the certificates lead to somebody who is trusted is another question: [`TrustPath`].

mod certificates;
mod certified;
mod path;
mod refusal;
mod tpm;
mod webauthn_core;

use keystead_domain::{Attestation, AttestationConveyance, AttestationTrust, Reason, RpId};

use self::certified::Certified;
pub(crate) use self::path::leads_to_one_of;
pub use self::{certificates::is_certificate, path::TrustPath};
use crate::{
    authenticator_data::{AttestedCredential, AuthenticatorData},
    cbor::{self, Map, Value},
    signature::PublicKey,
};

/// An attestation object, not yet judged.
pub(crate) struct AttestationObject<'a> {
    bytes: &'a [u8],
    members: Map<'a>,
    format: &'a str,
    /// The bytes of authenticatorData.
    pub(crate) authenticator_data: &'a [u8],
}

impl<'a> AttestationObject<'a> {
    /// Reads one CBOR map and nothing after it; members it does not know are ignored.
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, Reason> {
        let malformed = Reason::AttestationMalformed;
        let Ok(Value::Map(members)) = cbor::read_all(bytes) else { return Err(malformed) };
        let (Some(&Value::Text(format)), Some(_), Some(&Value::Bytes(authenticator_data))) =
            (members.text("fmt"), members.text("attStmt"), members.text("authData"))
        else {
            return Err(malformed);
        };
        let object = Self { bytes, members, format, authenticator_data };
        if is_format(format) { Ok(object) } else { Err(malformed) }
    }

    /// Reads the statement by the rules of its format. One that is not a map is refused whatever the format, a compound
    /// one (§8.9) too; where attestation was asked for, every format that cannot be judged is refused before.
    pub(crate) fn statement(&self, asked: AttestationConveyance) -> Result<Statement<'a>, Reason> {
        let is_asked = asked != AttestationConveyance::None;
        let certified = certified::Format::from_identifier(self.format);
        if is_asked && certified.is_none() && self.format != "none" {
            return Err(Reason::AttestationUnsupported);
        }
        let Some(Value::Map(map)) = self.members.text("attStmt") else {
            return Err(Reason::AttestationStatementMalformed);
        };
        let evidence = match (self.format, certified) {
            ("none", _) if map.len() == 0 => Evidence::None,
            ("none", _) => return Err(Reason::AttestationStatementUnexpected),
            ("packed", _) if map.text("x5c").is_none() => self_signature(map)?,
            (_, Some(format)) if is_asked => {
                Evidence::Certified(Certified::read(format, map.clone(), self.bytes)?.into())
            }
            _ => Evidence::Unverified,
        };
        Ok(Statement { format: self.format, evidence, is_asked })
    }
}

/// A statement of known form.
pub(crate) struct Statement<'a> {
    format: &'a str,
    evidence: Evidence<'a>,
    is_asked: bool,
}

enum Evidence<'a> {
    None,
    SelfSigned { algorithm: i128, signature: &'a [u8] },
    Certified(Box<Certified<'a>>),
    Unverified,
}

/// What a statement is about. All of it holds already, but for what the statement is to prove.
pub(crate) struct About<'a> {
    /// The relying party.
    pub(crate) rp_id: &'a RpId,
    /// authenticatorData.
    pub(crate) data: &'a AuthenticatorData<'a>,
    /// The new credential in it.
    pub(crate) attested: &'a AttestedCredential<'a>,
    /// Its key.
    pub(crate) key: &'a PublicKey,
    /// The client data as the browser made it.
    pub(crate) client_data_json: &'a [u8],
}

impl About<'_> {
    /// What most statements sign: authenticatorData and the hash of the client data.
    fn signed(&self) -> Vec<u8> {
        self.data.signed_with(self.client_data_json)
    }
}

impl Statement<'_> {
    /// Whether there is none, which is a format too (§8.7).
    pub(crate) const fn is_none(&self) -> bool {
        matches!(self.evidence, Evidence::None)
    }

    /// Judges it against the new key. Nobody is trusted here yet: certificates that hold are in the path, unjudged.
    pub(crate) fn verify(&self, about: &About<'_>) -> Result<(Attestation, TrustPath), Reason> {
        let mut certificates = Vec::new();
        let trust = match &self.evidence {
            Evidence::None => AttestationTrust::None,
            Evidence::Unverified => AttestationTrust::Unverified,
            Evidence::SelfSigned { algorithm, .. } if *algorithm != about.key.algorithm().cose().into() => {
                return Err(Reason::AttestationStatementMalformed);
            }
            Evidence::SelfSigned { signature, .. } => {
                let verified = about.key.verify(&about.signed(), signature);
                verified.map_err(|_| Reason::AttestationSignatureInvalid)?;
                AttestationTrust::SelfSigned
            }
            Evidence::Certified(certified) => {
                certificates = certified.verify(about)?;
                AttestationTrust::Unverified
            }
        };
        let path = if self.is_asked { TrustPath::of(certificates) } else { TrustPath::not_asked() };
        Ok((Attestation { format: self.format.to_owned(), trust }, path))
    }
}

/// Packed self attestation (§8.2): `alg` and `sig`, nothing else.
fn self_signature<'a>(map: &Map<'a>) -> Result<Evidence<'a>, Reason> {
    match (map.len(), map.text("alg"), map.text("sig")) {
        (2, Some(Value::Int(algorithm)), Some(Value::Bytes(signature))) => {
            Ok(Evidence::SelfSigned { algorithm: *algorithm, signature })
        }
        _ => Err(Reason::AttestationStatementMalformed),
    }
}

/// A format's identifier (§8.1): 1 to 32 bytes of printable ASCII without quote and backslash.
fn is_format(text: &str) -> bool {
    let ok = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
    (1..=32).contains(&text.len()) && text.bytes().all(ok)
}
