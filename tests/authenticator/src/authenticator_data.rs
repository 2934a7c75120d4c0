//! What the authenticator signs: authenticatorData (§6.1).

use aws_lc_rs::digest::{SHA256, digest};

use crate::{Fault, Settings, cbor::Value};

const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;
const BACKUP_ELIGIBLE: u8 = 0x08;
const BACKED_UP: u8 = 0x10;
const ATTESTED: u8 = 0x40;
const EXTENSIONS: u8 = 0x80;

/// Attested credential data (§6.5.1).
pub(crate) struct Attested {
    pub(crate) aaguid: [u8; 16],
    pub(crate) id: Vec<u8>,
    pub(crate) public_key: Vec<u8>,
}

/// The members of authenticatorData.
pub(crate) struct AuthenticatorData {
    rp_id: String,
    flags: u8,
    counter: u32,
    attested: Option<Attested>,
    extensions: Option<Value>,
    fault: Option<Fault>,
}

impl AuthenticatorData {
    pub(crate) fn new(rp_id: &str, counter: u32, settings: &Settings) -> Self {
        let flag = |is_set: bool, flag: u8| if is_set { flag } else { 0 };
        Self {
            rp_id: rp_id.to_owned(),
            flags: flag(settings.user_presence, USER_PRESENT)
                | flag(settings.user_verification, USER_VERIFIED)
                | flag(settings.backup_eligible, BACKUP_ELIGIBLE)
                | flag(settings.backed_up, BACKED_UP),
            counter,
            attested: None,
            extensions: settings.extension_output.then(|| Value::members([("credProtect", Value::Int(2))])),
            fault: None,
        }
    }

    pub(crate) fn attesting(self, attested: Attested) -> Self {
        Self { attested: Some(attested), ..self }
    }

    /// The data with a fault, if it is one of authenticatorData.
    pub(crate) fn with(mut self, fault: Option<Fault>) -> Self {
        match fault {
            Some(Fault::OtherRpId) => "rp.invalid".clone_into(&mut self.rp_id),
            Some(Fault::BackedUpNotEligible) => self.flags = self.flags & !BACKUP_ELIGIBLE | BACKED_UP,
            Some(Fault::NotPresent) => self.flags &= !USER_PRESENT,
            Some(Fault::NotVerified) => self.flags &= !USER_VERIFIED,
            Some(Fault::NoAttestedData) => self.attested = None,
            _ => {}
        }
        self.fault = fault;
        self
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = digest(&SHA256, self.rp_id.as_bytes()).as_ref().to_vec();
        let attested = if self.attested.is_some() { ATTESTED } else { 0 };
        let extensions = if self.extensions.is_some() { EXTENSIONS } else { 0 };
        out.push(self.flags | attested | extensions);
        out.extend_from_slice(&self.counter.to_be_bytes());
        if let Some(Attested { aaguid, id, public_key }) = &self.attested {
            out.extend_from_slice(aaguid);
            out.extend_from_slice(&u16::try_from(id.len()).unwrap_or(u16::MAX).to_be_bytes());
            out.extend_from_slice(id);
            out.extend_from_slice(public_key);
        }
        out.extend(self.extensions.iter().flat_map(Value::encode));
        match self.fault {
            Some(Fault::AuthenticatorDataTrailing) => out.push(0),
            Some(Fault::AuthenticatorDataTruncated) => drop(out.pop()),
            _ => {}
        }
        out
    }
}
