//! Attestation objects and their statements (§6.5.4, §8). What can be judged without certificates is judged; a statement that
//! would need some is kept by name and proves nothing, whether or not it was asked for.

use keystead_domain::{Attestation, AttestationTrust, Reason};

use crate::{
    cbor::{self, Map, Value},
    signature::PublicKey,
};

/// An attestation object, not yet judged.
pub(crate) struct AttestationObject<'a> {
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
        if is_format(format) { Ok(Self { members, format, authenticator_data }) } else { Err(malformed) }
    }

    /// Reads the statement by the rules of its format. One that is not a map is refused whatever the format, a compound
    /// one (§8.9) too.
    pub(crate) fn statement(&self) -> Result<Statement<'a>, Reason> {
        let Some(Value::Map(map)) = self.members.text("attStmt") else {
            return Err(Reason::AttestationStatementMalformed);
        };
        let evidence = match self.format {
            "none" if map.len() == 0 => Evidence::None,
            "none" => return Err(Reason::AttestationStatementUnexpected),
            "packed" if map.text("x5c").is_none() => self_signature(map)?,
            _ => Evidence::Unverified,
        };
        Ok(Statement { format: self.format, evidence })
    }
}

/// A statement of known form.
pub(crate) struct Statement<'a> {
    format: &'a str,
    evidence: Evidence<'a>,
}

enum Evidence<'a> {
    None,
    SelfSigned { algorithm: i128, signature: &'a [u8] },
    Unverified,
}

impl Statement<'_> {
    /// Whether there is none, which is a format too (§8.7).
    pub(crate) const fn is_none(&self) -> bool {
        matches!(self.evidence, Evidence::None)
    }

    /// Judges it against the new key; `signed` is authenticatorData and the hash of the client data.
    pub(crate) fn verify(&self, key: &PublicKey, signed: &[u8]) -> Result<Attestation, Reason> {
        let trust = match self.evidence {
            Evidence::None => AttestationTrust::None,
            Evidence::Unverified => AttestationTrust::Unverified,
            Evidence::SelfSigned { algorithm, .. } if algorithm != i128::from(key.algorithm().cose()) => {
                return Err(Reason::AttestationStatementMalformed);
            }
            Evidence::SelfSigned { signature, .. } => {
                key.verify(signed, signature).map_err(|_| Reason::AttestationSignatureInvalid)?;
                AttestationTrust::SelfSigned
            }
        };
        Ok(Attestation { format: self.format.to_owned(), trust })
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
