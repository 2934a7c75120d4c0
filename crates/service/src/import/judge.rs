//! Whether a row is taken: what cannot log in later is refused now.

use std::{collections::btree_map::Entry, sync::Arc};

use keystead_ceremony::import::{Record, Refused};
use keystead_domain::{
    Attestation, AttestationTrust, Credential, CredentialSource, CredentialUse, Event, Reason,
    RegistrationProfile, RelyingPartyId, RpId, Timestamp, UserHandle, UserId,
};

use super::{
    UnknownUserVerification,
    batch::{Candidate, Drawn},
    ledger::{Held, Ledger, Person},
};

/// What rows are judged by.
#[derive(Debug)]
pub(super) struct Terms {
    pub(super) rp_id: RpId,
    pub(super) rp: RelyingPartyId,
    pub(super) profile: Arc<RegistrationProfile>,
    pub(super) unknown_user_verification: UnknownUserVerification,
    pub(super) existing_users_only: bool,
    pub(super) now: Timestamp,
}

/// What becomes of a row.
#[derive(Debug)]
pub(super) enum Verdict {
    /// It is taken.
    Imported,
    /// It is here.
    AlreadyPresent,
    /// It is not taken.
    Refused(Refused),
}

/// What the rows that are taken make new, beside what the ledger says of users.
#[derive(Debug, Default)]
pub(super) struct Harvest {
    pub(super) handles: Vec<(UserId, UserHandle)>,
    pub(super) credentials: Vec<Credential>,
    pub(super) events: Vec<Event>,
}

/// Judges rows in their order: each is judged as if those before it were here already, so that it makes no difference how an
/// import is cut into transactions.
#[derive(Debug)]
pub(super) struct Judge<'a> {
    pub(super) terms: &'a Terms,
    pub(super) ledger: Ledger,
    pub(super) harvest: Harvest,
}

impl Judge<'_> {
    pub(super) fn judge(&mut self, Candidate { record, drawn, .. }: &Candidate) -> Verdict {
        let judged = match record {
            Ok(record) => self.admit(record, drawn),
            Err(refused) => Err(refused.clone()),
        };
        judged.unwrap_or_else(Verdict::Refused)
    }

    fn admit(&mut self, record: &Record, drawn: &Drawn) -> Result<Verdict, Refused> {
        self.terms.check_rp(record)?;
        let owner = self.ledger.users.get(&record.external_id);
        if let Some(held) = self.ledger.credentials.get(&record.webauthn_id) {
            return present(held, owner, record, drawn);
        }
        let verified = self.terms.check(record, owner)?;
        self.check_handle(record, owner)?;
        self.take(record, drawn, verified);
        Ok(Verdict::Imported)
    }

    /// A user has one handle at a relying party, and nobody else has it.
    fn check_handle(&self, record: &Record, owner: Option<&Person>) -> Result<(), Refused> {
        let Some(handle) = &record.user_handle else {
            return match record.discoverable {
                Some(false) => Ok(()),
                _ => Err(refused(
                    Reason::UserHandleMissing,
                    "user_handle",
                    "may be left out only where `discoverable` is false",
                )),
            };
        };
        if owner.and_then(|owner| owner.handle.as_ref()).is_some_and(|his| his != handle) {
            return Err(handle_conflict("is not the one that the user has at this relying party"));
        }
        match self.ledger.handle_owners.get(handle) {
            Some(id) if owner.map(|owner| owner.id) != Some(*id) => {
                Err(handle_conflict("is another user's at this relying party"))
            }
            _ => Ok(()),
        }
    }

    fn take(&mut self, record: &Record, drawn: &Drawn, verified: bool) {
        let Self { terms, ledger, harvest } = self;
        let owner = match ledger.users.entry(record.external_id.clone()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => {
                harvest.events.push(Event { user_id: Some(drawn.user), ..drawn.user_event.clone() });
                let name = record.user_display_name.clone().unwrap_or_default();
                unknown.insert(Person::made(drawn.user, name))
            }
        };
        owner.credential_count += u32::from(record.state.is_counted());
        owner.added += u32::from(record.state.is_counted());
        if let (None, Some(handle)) = (&owner.handle, &record.user_handle) {
            owner.handle = Some(handle.clone());
            ledger.handle_owners.insert(handle.clone(), owner.id);
            harvest.handles.push((owner.id, handle.clone()));
        }
        let held = Held::new(drawn.credential, owner.id, &record.public_key);
        ledger.credentials.insert(record.webauthn_id.clone(), held);
        harvest.events.push(Event {
            user_id: Some(owner.id),
            credential_id: Some(drawn.credential),
            ..drawn.credential_event.clone()
        });
        harvest.credentials.push(terms.credential(record, drawn, owner, verified));
    }
}

/// What becomes of a row whose WebAuthn id is here.
fn present(held: &Held, owner: Option<&Person>, record: &Record, drawn: &Drawn) -> Result<Verdict, Refused> {
    let exists = |problem| Err(refused(Reason::CredentialExists, "webauthn_id", problem));
    if owner.map(|owner| owner.id) != Some(held.owner) {
        return exists("is that of another user's credential at this relying party");
    }
    if !held.has_key(&record.public_key) {
        return exists("is that of a credential of the user with another key");
    }
    // Drawn for this very row: the transaction before was committed, and its answer lost.
    Ok(if held.id == drawn.credential { Verdict::Imported } else { Verdict::AlreadyPresent })
}

impl Terms {
    fn check_rp(&self, record: &Record) -> Result<(), Refused> {
        match &record.rp_id {
            Some(rp_id) if rp_id != self.rp_id.as_str() => {
                Err(refused(Reason::WrongRp, "rp_id", "is not the relying party of this import"))
            }
            _ => Ok(()),
        }
    }

    /// Whether user verification with it counts; and that it may be registered.
    fn check(&self, record: &Record, owner: Option<&Person>) -> Result<bool, Refused> {
        if owner.is_none() && self.existing_users_only {
            return Err(refused(Reason::UserNotFound, "external_id", "names nobody who is here"));
        }
        if !self.profile.aaguids.accepts_registration(record.aaguid) {
            let problem = "is a model that the registration profile does not accept";
            return Err(refused(Reason::AuthenticatorNotAllowed, "aaguid", problem));
        }
        let most = self.profile.max_credentials;
        if owner.is_some_and(|owner| owner.credential_count >= most) {
            let problem = format!("names a user who has as many credentials as he may have, {most}");
            return Err(refused(Reason::CredentialLimit, "external_id", problem));
        }
        match (record.user_verification_initialized, self.unknown_user_verification) {
            (Some(verified), _) => Ok(verified),
            (None, UnknownUserVerification::Verified) => Ok(true),
            (None, UnknownUserVerification::PresenceOnly) => Ok(false),
            (None, UnknownUserVerification::Refuse) => Err(refused(
                Reason::UserVerificationUnknown,
                "user_verification_initialized",
                "is missing: say what that means for the whole import",
            )),
        }
    }

    /// What another server proved about the authenticator proves nothing here; what it says of the future is not believed.
    fn credential(&self, record: &Record, drawn: &Drawn, owner: &Person, verified: bool) -> Credential {
        let trust = match record.attestation_format.as_str() {
            "none" => AttestationTrust::None,
            _ => AttestationTrust::Unverified,
        };
        let creation = CredentialUse {
            attachment: record.attachment,
            user_verified: verified,
            ..CredentialUse::default()
        };
        Credential {
            id: drawn.credential,
            webauthn_id: record.webauthn_id.clone(),
            user_id: owner.id,
            user_epoch: owner.epoch,
            relying_party_id: self.rp,
            display_name: record.display_name.clone(),
            state: record.state,
            public_key: record.public_key.clone(),
            algorithm: record.algorithm,
            sign_count: record.sign_count,
            sign_count_regressions: 0,
            aaguid: record.aaguid,
            attestation: Attestation { format: record.attestation_format.clone(), trust },
            transports: record.transports.clone(),
            attachment: record.attachment,
            discoverable: record.discoverable,
            backup_eligible: record.backup_eligible,
            backed_up: record.backed_up,
            user_verification_seen: verified,
            created_at: record.created_at.unwrap_or(self.now).min(self.now),
            last_used_at: record.last_used_at.map(|at| at.min(self.now)),
            user_verification_initialized: verified,
            source: CredentialSource::Import,
            profile: self.profile.name.clone(),
            device_hash: None,
            creation,
            last_use: CredentialUse::default(),
            use_count: 0,
            lost_at: None,
            state_changed_at: None,
        }
    }
}

fn refused(reason: Reason, field: &'static str, problem: impl Into<String>) -> Refused {
    Refused { reason, field, problem: problem.into() }
}

fn handle_conflict(problem: &str) -> Refused {
    refused(Reason::UserHandleConflict, "user_handle", problem)
}
