//! The bytes of a sealed ceremony, version 2: numbers big-endian, fields in a fixed order, absent ones zero, a name and a list
//! behind their lengths.

use keystead_domain::{
    Algorithm, Attachment, AttestationConveyance, CallerId, CeremonyId, CeremonyKind, Challenge, Epoch,
    Mediation, Name, RegistrationTerms, RelyingPartyId, ResidentKey, Timestamp, UserId, UserVerification,
};

use super::{Sealed, Subject, Undecodable};
use crate::{Asked, AskedAuthentication, AskedRegistration};

const VERSION: u8 = 2;
const BLOCK: usize = 256;
const ANYONE: u8 = 0;
const UNKNOWN: u8 = 1;
const USER: u8 = 2;
/// Most items of a list, which bounds the token: a name has at most 64 bytes. There are far fewer algorithms; a longer list
/// of them only repeats itself.
const MOST_ITEMS: usize = 64;

pub(super) fn encode(sealed: &Sealed) -> Vec<u8> {
    let mut out = Vec::with_capacity(BLOCK);
    out.extend([VERSION, sealed.kind().number()]);
    out.extend(sealed.ceremony_id.as_bytes());
    out.extend(sealed.relying_party_id.as_bytes());
    out.extend(sealed.caller_id.as_bytes());
    out.extend(sealed.challenge.0);
    let (tag, user, epoch) = match &sealed.subject {
        Subject::Anyone => (ANYONE, [0; 16], 0),
        Subject::Unknown => (UNKNOWN, [0; 16], 0),
        Subject::User { id, epoch } => (USER, *id.as_bytes(), epoch.0),
    };
    out.push(tag);
    out.extend(user);
    out.extend(epoch.to_be_bytes());
    out.push(u8::from(sealed.binding.is_some()));
    out.extend(sealed.binding.unwrap_or_default());
    out.extend(sealed.sealed_at.micros().to_be_bytes());
    out.extend(sealed.expires_at.micros().to_be_bytes());
    encode_asked(&sealed.asked, &mut out);
    out.resize(out.len().next_multiple_of(BLOCK), 0);
    out
}

fn encode_asked(asked: &Asked, out: &mut Vec<u8>) {
    match asked {
        Asked::Registration(asked) => encode_terms(&asked.terms, out),
        Asked::Authentication(asked) => {
            out.extend([asked.user_verification.number(), asked.mediation.number()]);
        }
    }
}

fn encode_terms(terms: &RegistrationTerms, out: &mut Vec<u8>) {
    out.extend([
        terms.user_verification.number(),
        terms.resident_key.number(),
        terms.attachment.map_or(0, Attachment::number),
        terms.mediation.number(),
        terms.attestation.number(),
    ]);
    encode_list(terms.profile.as_str().bytes().map(|byte| [byte]), out);
    encode_list(terms.algorithms.iter().map(|algorithm| algorithm.cose().to_be_bytes()), out);
}

/// Writes items behind their number.
fn encode_list<const N: usize>(items: impl Iterator<Item = [u8; N]>, out: &mut Vec<u8>) {
    let length = out.len();
    out.push(0);
    for item in items.take(MOST_ITEMS) {
        out[length] += 1;
        out.extend(item);
    }
}

pub(super) fn decode(bytes: &[u8]) -> Result<Sealed, Undecodable> {
    let mut fields = Fields(bytes);
    match fields.byte()? {
        VERSION => {}
        other => return Err(Undecodable::Version(other)),
    }
    let kind = fields.known(CeremonyKind::from_number)?;
    let sealed = Sealed {
        ceremony_id: CeremonyId::from_bytes(fields.array()?),
        relying_party_id: RelyingPartyId::from_bytes(fields.array()?),
        caller_id: CallerId::from_bytes(fields.array()?),
        challenge: Challenge(fields.array()?),
        subject: fields.subject()?,
        binding: fields.binding()?,
        sealed_at: fields.timestamp()?,
        expires_at: fields.timestamp()?,
        asked: fields.asked(kind)?,
    };
    // One ceremony has one encoding: padding and absent fields are zero, blocks are whole and no more than needed.
    if encode(&sealed) == bytes { Ok(sealed) } else { Err(Undecodable::Form) }
}

/// What is left to read.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn array<const N: usize>(&mut self) -> Result<[u8; N], Undecodable> {
        let (field, rest) = self.0.split_first_chunk::<N>().ok_or(Undecodable::Form)?;
        self.0 = rest;
        Ok(*field)
    }

    fn byte(&mut self) -> Result<u8, Undecodable> {
        self.array().map(|[byte]| byte)
    }

    fn known<T>(&mut self, from_number: impl Fn(u8) -> Option<T>) -> Result<T, Undecodable> {
        from_number(self.byte()?).ok_or(Undecodable::Form)
    }

    fn timestamp(&mut self) -> Result<Timestamp, Undecodable> {
        Ok(Timestamp::from_micros(i64::from_be_bytes(self.array()?)))
    }

    fn subject(&mut self) -> Result<Subject, Undecodable> {
        let tag = self.byte()?;
        let id = UserId::from_bytes(self.array()?);
        let epoch = Epoch(u32::from_be_bytes(self.array()?));
        match tag {
            ANYONE => Ok(Subject::Anyone),
            UNKNOWN => Ok(Subject::Unknown),
            USER => Ok(Subject::User { id, epoch }),
            _ => Err(Undecodable::Form),
        }
    }

    fn binding(&mut self) -> Result<Option<[u8; 32]>, Undecodable> {
        let (is_bound, hash) = (self.byte()? != 0, self.array()?);
        Ok(is_bound.then_some(hash))
    }

    fn asked(&mut self, kind: CeremonyKind) -> Result<Asked, Undecodable> {
        Ok(match kind {
            CeremonyKind::Registration => Asked::Registration(AskedRegistration { terms: self.terms()? }),
            CeremonyKind::Authentication => Asked::Authentication(AskedAuthentication {
                user_verification: self.known(UserVerification::from_number)?,
                mediation: self.known(Mediation::from_number)?,
            }),
        })
    }

    fn terms(&mut self) -> Result<RegistrationTerms, Undecodable> {
        Ok(RegistrationTerms {
            user_verification: self.known(UserVerification::from_number)?,
            resident_key: self.known(ResidentKey::from_number)?,
            attachment: match self.byte()? {
                0 => None,
                number => Some(Attachment::from_number(number).ok_or(Undecodable::Form)?),
            },
            mediation: self.known(Mediation::from_number)?,
            attestation: self.known(AttestationConveyance::from_number)?,
            profile: self.name()?,
            algorithms: self.list(|number| Algorithm::from_cose(i32::from_be_bytes(number).into()))?,
            hints: Vec::new(),
        })
    }

    fn name(&mut self) -> Result<Name, Undecodable> {
        let bytes = self.list(|[byte]| Some(byte))?;
        let text = String::from_utf8(bytes).map_err(|_| Undecodable::Form)?;
        Name::new(text).map_err(|_| Undecodable::Form)
    }

    fn list<const N: usize, T>(
        &mut self,
        read: impl Fn([u8; N]) -> Option<T>,
    ) -> Result<Vec<T>, Undecodable> {
        (0..self.byte()?).map(|_| read(self.array()?).ok_or(Undecodable::Form)).collect()
    }
}
