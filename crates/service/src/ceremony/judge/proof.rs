//! Whose signature it is: the part of the verdict that rests on nothing but keys.

use keystead_ceremony::assertion::{Asserted, Checked, Unproven};
use keystead_domain::Reason;
use keystead_keyring::decoy::is_decoy;
use keystead_store::LoginRow;

use super::Case;
use crate::Fault;

/// What the signature proves.
pub(super) enum Proof<'a> {
    /// That a credential of this RP made it.
    Signed(&'a LoginRow, Asserted),
    /// Nothing that logs in here: why, and the credential it is about, where there is one.
    Failed(Reason, Option<&'a LoginRow>),
}

impl<'a> Case<'a> {
    /// The credential of this RP that the response names.
    fn own(&self) -> Option<&'a LoginRow> {
        self.rows.iter().find(|row| row.credential.relying_party_id == self.relying_party.id)
    }

    pub(super) fn prove(&self) -> Result<Proof<'a>, Fault> {
        let checked = match self.response.check(self.relying_party) {
            Ok(checked) => checked,
            Err(reason) => return Ok(Proof::Failed(reason, self.own().or(self.rows.first()))),
        };
        let Some(own) = self.own() else { return self.prove_elsewhere(&checked) };
        Ok(match verify(&checked, own)? {
            Some(asserted) => Proof::Signed(own, asserted),
            None => Proof::Failed(Reason::SignatureInvalid, Some(own)),
        })
    }

    /// That the key belongs to another relying party is told only to who can sign with it.
    fn prove_elsewhere(&self, checked: &Checked<'_>) -> Result<Proof<'a>, Fault> {
        for row in self.rows {
            if verify(checked, row)?.is_some() {
                return Ok(Proof::Failed(Reason::WrongRp, Some(row)));
            }
        }
        let reason = match self.rows {
            [] => self.unknown(checked),
            _ => Reason::SignatureInvalid,
        };
        Ok(Proof::Failed(reason, self.rows.first()))
    }

    /// A decoy is a known key with a bad signature, in its reason and in the time it takes; and it is one at every relying
    /// party of the tenant, as a key is: elsewhere, too, nobody learns which of the two an id is.
    fn unknown(&self, checked: &Checked<'_>) -> Reason {
        let shown = self.response.webauthn_id();
        let is_decoy =
            |id: &[u8]| self.relying_parties.iter().any(|rp| is_decoy(self.decoy_key, &rp.rp_id, id));
        match shown {
            Some(id) if is_decoy(id.as_bytes()) => checked.verify_decoy(),
            _ => Reason::CredentialUnknown,
        }
    }
}

fn verify(checked: &Checked<'_>, row: &LoginRow) -> Result<Option<Asserted>, Fault> {
    match checked.verify(&row.credential.public_key, row.credential.algorithm) {
        Ok(asserted) => Ok(Some(asserted)),
        Err(Unproven::Signature) => Ok(None),
        Err(Unproven::StoredKey) => Err(Fault::Inconsistent("a stored public key cannot be read")),
    }
}
