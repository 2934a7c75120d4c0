//! Finishing a registration: open, the pure verdict, one transaction that writes the user row first.

use keystead_ceremony::{
    Asked, Subject,
    registration::{Registered, Response},
};
use keystead_domain::{
    CeremonyKind, CeremonyOutcome, Credential, CredentialId, CredentialState, DisplayName, Epoch, Grant,
    Reason, SessionBinding, UserId, UserRef, Verdict,
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
    pub session_binding: SessionBinding,
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
    /// Every refusal of the table in docs/architecture.md: rejected or refused with its reason; a fault where the
    /// directory or the store is away, and then nothing is decided.
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
        let opened =
            self.open_answered(call, &claim, |challenge| command.response.answers(challenge)).await?;
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
            let recorded = self
                .store
                .transact(async |tx| match &judged {
                    Ok(credential) => record_registration(tx, attempt, credential).await,
                    Err(reason) => {
                        Ok(attempt.record_refusal(tx, about(owner), *reason).await?.map(Recorded::Ended))
                    }
                })
                .await?;
            match recorded {
                Recorded::Refuse(reason) => judged = Err(reason),
                Recorded::Ended(Ended::Before(outcome)) => {
                    return self.repeated_registration(attempt, &outcome).await;
                }
                Recorded::Ended(Ended::Judged(Verdict::Refused(reason))) => {
                    return Err(Error::refused(reason));
                }
                Recorded::Ended(Ended::Judged(Verdict::Accepted)) => {
                    let credential =
                        candidate.ok_or(Fault::Inconsistent("a refused registration was accepted"))?;
                    return Ok(registration(attempt, credential, false));
                }
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
                let row = self.still_holds(attempt, outcome).await?;
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

/// How a registration's transaction ended.
enum Recorded {
    /// As any finish does.
    Ended(Ended),
    /// Nothing was written: record it as refused with this reason.
    Refuse(Reason),
}

fn about(owner: (UserId, Epoch)) -> About {
    About { user: Some(owner), credential: None }
}

/// The user row is written first: whatever takes something from the user in the meantime has written it too.
async fn record_registration(
    tx: &Tx,
    attempt: &Attempt,
    credential: &Credential,
) -> Result<Finish<Recorded>, keystead_store::Error> {
    let within = tx.within(attempt.opened.tenant);
    let (user, epoch) = (credential.user_id, credential.user_epoch);
    if !within.count_credential_up(user, epoch, MAX_CREDENTIALS).await? {
        let now = within.find_user(&UserRef::Id(user)).await?;
        let is_full = now.is_some_and(|user| user.epoch == epoch && user.credential_count >= MAX_CREDENTIALS);
        let reason = if is_full { Reason::CredentialLimit } else { Reason::StateChanged };
        return Ok(attempt.record_refusal(tx, about((user, epoch)), reason).await?.map(Recorded::Ended));
    }
    if !may_register_unattended(attempt) {
        let relying_party = attempt.opened.relying_party.id;
        let registrant = within.find_registrant(relying_party, &UserRef::Id(user)).await?;
        if registrant.is_some_and(|registrant| registrant.usable > 0) {
            return Ok(Finish::RollBack(Recorded::Refuse(Reason::FlowRequired)));
        }
    }
    let about = About { credential: Some(credential.id), ..about((user, epoch)) };
    if let Some(ended) = attempt.insert_outcome(tx, about, Verdict::Accepted).await? {
        return Ok(Finish::RollBack(Recorded::Ended(ended)));
    }
    if within.insert_credential(credential).await? == Insert::Duplicate {
        return Ok(Finish::RollBack(Recorded::Refuse(Reason::CredentialExists)));
    }
    Ok(attempt.record_success(tx, about, &[]).await?.map(Recorded::Ended))
}

/// Neither caller lends the other a grant: who started and who finishes must both have it.
fn may_register_unattended(attempt: &Attempt) -> bool {
    [&attempt.call.caller, &attempt.opened.starter]
        .into_iter()
        .all(|caller| caller.may(Grant::CeremonyRegisterUnattended))
}
