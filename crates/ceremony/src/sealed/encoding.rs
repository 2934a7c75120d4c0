//! The bytes of a sealed ceremony, version 1: numbers big-endian, fields in a fixed order, absent ones zero.

use keystead_domain::{
    Algorithm, Attachment, CallerId, CeremonyId, CeremonyKind, Challenge, Epoch, Mediation, RelyingPartyId,
    ResidentKey, Timestamp, UserId, UserVerification,
};

use super::{Sealed, Subject, Undecodable};
use crate::{Asked, AskedAuthentication, AskedRegistration};

const VERSION: u8 = 1;
const BLOCK: usize = 256;
const ANYONE: u8 = 0;
const UNKNOWN: u8 = 1;
const USER: u8 = 2;
/// Ends the list of algorithms: COSE reserves the number.
const NO_ALGORITHM: i32 = 0;

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
        Asked::Registration(asked) => {
            let attachment = asked.attachment.map_or(0, Attachment::number);
            out.extend([asked.user_verification.number(), asked.resident_key.number(), attachment]);
            let algorithms = asked.algorithms.iter().map(|algorithm| algorithm.cose());
            out.extend(algorithms.chain([NO_ALGORITHM]).flat_map(i32::to_be_bytes));
        }
        Asked::Authentication(asked) => {
            out.extend([asked.user_verification.number(), asked.mediation.number()]);
        }
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
        let user_verification = self.known(UserVerification::from_number)?;
        Ok(match kind {
            CeremonyKind::Registration => Asked::Registration(AskedRegistration {
                user_verification,
                resident_key: self.known(ResidentKey::from_number)?,
                attachment: match self.byte()? {
                    0 => None,
                    number => Some(Attachment::from_number(number).ok_or(Undecodable::Form)?),
                },
                algorithms: self.algorithms()?,
            }),
            CeremonyKind::Authentication => Asked::Authentication(AskedAuthentication {
                user_verification,
                mediation: self.known(Mediation::from_number)?,
            }),
        })
    }

    fn algorithms(&mut self) -> Result<Vec<Algorithm>, Undecodable> {
        let mut algorithms = Vec::new();
        loop {
            match i32::from_be_bytes(self.array()?) {
                NO_ALGORITHM => return Ok(algorithms),
                number => algorithms.push(Algorithm::from_cose(number.into()).ok_or(Undecodable::Form)?),
            }
        }
    }
}
