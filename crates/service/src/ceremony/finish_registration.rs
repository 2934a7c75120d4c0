//! Finishing a registration: open, the pure verdict, one transaction that writes the user row first.

use keystead_ceremony::{
    Asked, Subject,
    registration::{Registered, Response},
};
use keystead_domain::{
    CeremonyKind, CeremonyOutcome, Credential, CredentialId, CredentialState, DisplayName, Epoch, EventKind,
    Grant, Reason, UserId, UserRef, Verdict,
};
use keystead_store::{Finish, Insert, Tx};

use super::{
    Finished, MAX_CREDENTIALS, Token,
    finish::{About, Attempt, Ended},
    open::{Claim, Opened},
};
use crate::{Call, CredentialAtRp, Error, Fault, Service, Signals};

/// Brings the browser's answer to creation options.
#[derive(Debug)]
pub struct FinishRegistration {
    /// Who registers; must be the user the ceremony was started for.
    pub user: UserRef,
    /// The token of Start.
    pub token: Token,
    /// The browser's answer.
    pub response: Response,
    /// A name for the credential.
    pub display_name: DisplayName,
    /// As at Start.
    pub session_binding: String,
}

/// A completed registration.
#[derive(Debug)]
pub struct Registration {
    /// The new credential.
    pub credential: CredentialAtRp,
}

impl Service {
    /// Finishes a registration, exactly once.
    ///
    /// # Errors
    /// Every refusal of house.md's table: rejected or refused with its reason; a fault where the directory or the store
    /// is away, and then nothing is decided.
    pub async fn finish_registration(
        &self,
        call: &Call,
        command: FinishRegistration,
    ) -> Result<Finished<Registration>, Error> {
        let claim = Claim {
            kind: CeremonyKind::Registration,
            token: &command.token,
            session_binding: &command.session_binding,
            user: Some(&command.user),
        };
        let opened = self.open(call, &claim).await?;
        if !command.response.answers(&opened.sealed.challenge) {
            return Err(self.turned_away(call, &opened, Reason::ChallengeMismatch).await);
        }
        let digest = command.response.digest();
        let payload = Attempt::payload(&command.token, &digest, command.display_name.as_str());
        if opened.late {
            let attempt = self.attempt(call, opened, payload);
            let outcome = self.finished_before(&attempt).await?;
            return self.repeated_registration(&attempt, &outcome).await;
        }
        self.conclude_registration(call, &command, opened, payload).await
    }

    async fn conclude_registration(
        &self,
        call: &Call,
        command: &FinishRegistration,
        opened: Opened,
        payload: [&[u8]; 3],
    ) -> Result<Finished<Registration>, Error> {
        let (Asked::Registration(asked), Subject::User { id, epoch }) =
            (&opened.sealed.asked, opened.sealed.subject)
        else {
            return Err(Fault::Inconsistent("a registration was sealed without its user").into());
        };
        let owner = (id, epoch);
        let verified = command.response.verify(&opened.relying_party, asked);
        let attempt = &self.attempt(call, opened, payload);
        let mut judged =
            verified.map(|registered| self.new_credential(attempt, owner, registered, &command.display_name));
        // A retry after a lost COMMIT may find this attempt's own success although it would judge otherwise by now.
        let candidate = judged.as_ref().ok().cloned();
        loop {
            let ended = self
                .store
                .transact(async |tx| match &judged {
                    Ok(credential) => record_registration(tx, attempt, credential).await,
                    Err(reason) => record_refusal(tx, attempt, owner, *reason).await,
                })
                .await?;
            match ended {
                Ended::Before(outcome) => return self.repeated_registration(attempt, &outcome).await,
                Ended::Judged(Verdict::Refused(reason)) => return Err(Error::refused(reason)),
                Ended::Judged(Verdict::Accepted) => {
                    let credential =
                        candidate.ok_or(Fault::Inconsistent("a refused registration was accepted"))?;
                    return Ok(registration(attempt, credential, false));
                }
                Ended::Refuse(reason) => judged = Err(reason),
            }
        }
    }

    fn new_credential(
        &self,
        attempt: &Attempt,
        (user_id, user_epoch): (UserId, Epoch),
        registered: Registered,
        display_name: &DisplayName,
    ) -> Credential {
        let now = attempt.opened.now;
        Credential {
            id: CredentialId::new(now, self.environment.random()),
            webauthn_id: registered.webauthn_id,
            user_id,
            user_epoch,
            relying_party_id: attempt.opened.relying_party.id,
            display_name: display_name.clone(),
            state: CredentialState::Active,
            public_key: registered.public_key,
            algorithm: registered.algorithm,
            sign_count: registered.sign_count,
            sign_count_regressions: 0,
            aaguid: registered.aaguid,
            attestation: registered.attestation,
            transports: registered.transports,
            attachment: registered.attachment,
            discoverable: registered.discoverable,
            backup_eligible: registered.backup_eligible,
            backed_up: registered.backed_up,
            user_verification_seen: registered.user_verified,
            created_at: now,
            last_used_at: None,
        }
    }

    async fn repeated_registration(
        &self,
        attempt: &Attempt,
        outcome: &CeremonyOutcome,
    ) -> Result<Finished<Registration>, Error> {
        match self.repeated_verdict(attempt, outcome).await? {
            Verdict::Refused(reason) => Err(Error::refused(reason)),
            Verdict::Accepted => {
                let id =
                    outcome.credential_id.ok_or(Fault::Inconsistent("a registration has no credential"))?;
                let row = self.still_holds(attempt, outcome, id).await?;
                Ok(registration(attempt, row.credential, true))
            }
        }
    }
}

fn registration(attempt: &Attempt, credential: Credential, repeated: bool) -> Finished<Registration> {
    let rp_id = attempt.opened.relying_party.rp_id.clone();
    let value = Registration { credential: CredentialAtRp { credential, rp_id } };
    Finished { value, signals: Signals::default(), repeated }
}

/// The user row is written first: whatever takes something from the user in the meantime has written it too.
async fn record_registration(
    tx: &Tx,
    attempt: &Attempt,
    credential: &Credential,
) -> Result<Finish<Ended>, keystead_store::Error> {
    let within = tx.within(attempt.opened.tenant);
    let (user, epoch) = (credential.user_id, credential.user_epoch);
    if !within.count_credential_up(user, epoch, MAX_CREDENTIALS).await? {
        let now = within.find_user(&UserRef::Id(user)).await?;
        let is_full = now.is_some_and(|user| user.epoch == epoch && user.credential_count >= MAX_CREDENTIALS);
        let reason = if is_full { Reason::CredentialLimit } else { Reason::StateChanged };
        return record_refusal(tx, attempt, (user, epoch), reason).await;
    }
    if !attempt.call.caller.may(Grant::CeremonyRegisterUnattended) {
        let relying_party = attempt.opened.relying_party.id;
        let registrant = within.find_registrant(relying_party, &UserRef::Id(user)).await?;
        if registrant.is_some_and(|registrant| registrant.usable > 0) {
            return Ok(Finish::RollBack(Ended::Refuse(Reason::FlowRequired)));
        }
    }
    let about = About { user: Some((user, epoch)), credential: Some(credential.id) };
    if let Some(ended) = attempt.insert_outcome(tx, about, Verdict::Accepted).await? {
        return Ok(Finish::RollBack(ended));
    }
    if within.insert_credential(credential).await? == Insert::Duplicate {
        return Ok(Finish::RollBack(Ended::Refuse(Reason::CredentialExists)));
    }
    tx.insert_event(&attempt.verdict_event(EventKind::RegistrationFinished, about, Verdict::Accepted))
        .await?;
    Ok(Finish::Commit(Ended::Judged(Verdict::Accepted)))
}

async fn record_refusal(
    tx: &Tx,
    attempt: &Attempt,
    user: (UserId, Epoch),
    reason: Reason,
) -> Result<Finish<Ended>, keystead_store::Error> {
    let about = About { user: Some(user), credential: None };
    let verdict = Verdict::Refused(reason);
    if let Some(ended) = attempt.insert_outcome(tx, about, verdict).await? {
        return Ok(Finish::RollBack(ended));
    }
    tx.insert_event(&attempt.verdict_event(EventKind::RegistrationFinished, about, verdict)).await?;
    Ok(Finish::Commit(Ended::Judged(verdict)))
}
