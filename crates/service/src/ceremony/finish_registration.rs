//! Finishing a registration: open, the pure verdict, one transaction that writes the user row first.

mod credential;
mod record;

use std::sync::Arc;

use keystead_ceremony::{
    Asked, Subject,
    registration::{Registered, Response},
};
use keystead_domain::{
    CeremonyKind, CeremonyOutcome, CredentialId, DisplayName, Epoch, Reason, RegistrationProfile,
    RegistrationTerms, SessionBinding, UserId, UserRef, Verdict,
};
use keystead_keyring::decoy::is_decoy;
use keystead_store::SignalFacts;

use self::{
    credential::New,
    record::{Bounds, Recorded},
};
use super::{
    Finished, Token,
    attempt::{About, Attempt, Ended},
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
            return Box::pin(self.repeated_registration(&attempt, &outcome)).await;
        }
        self.conclude_registration(call, &command, opened, payload).await
    }

    /// Boxed is what is rare and what is large: no registration should carry it from one await to the next.
    async fn conclude_registration(
        &self,
        call: &Call,
        command: &FinishRegistration,
        opened: Opened,
        payload: [&[u8]; 3],
    ) -> Result<Finished<Registration>, Error> {
        let (owner, terms) = sealed(&opened)?;
        let profile = self.newest_profile(&opened, &terms).await?;
        let judged = judge(command, &opened, &profile, terms);
        let attempt = &self.attempt(call, opened, payload);
        let candidate = match judged {
            Ok(registered) => {
                Ok(Box::pin(self.candidate(attempt, command, owner, &profile, registered)).await?)
            }
            Err(reason) => Err(reason),
        };
        let bounds = self.bounds(attempt, &profile, candidate.as_ref().ok()).await?;
        let (ended, facts) = self.record_registration(attempt, owner, &candidate, bounds).await?;
        match ended {
            Ended::Judged(Verdict::Accepted) => {
                let credential =
                    candidate.map_err(|_| Fault::Inconsistent("a refused registration was accepted"))?;
                // Without facts after a lost COMMIT at most: then the browser is told at the next login.
                let signals = facts.map_or_else(Signals::default, |facts| {
                    attempt.signals(facts.handle.as_ref(), &facts.user, &facts.accepted)
                });
                Ok(registration(credential, signals, false))
            }
            Ended::Judged(Verdict::Refused(reason)) => {
                Err(Box::pin(self.registration_refused(attempt.opened.tenant, owner.0, reason)).await?)
            }
            Ended::Before(outcome) => Box::pin(self.repeated_registration(attempt, &outcome)).await,
        }
    }

    /// The newest registration profile of the sealed name: it may be newer than what start asked for.
    async fn newest_profile(
        &self,
        opened: &Opened,
        terms: &RegistrationTerms,
    ) -> Result<Arc<RegistrationProfile>, Error> {
        let profile = self.directory.profile(opened.tenant, &terms.profile).await?;
        profile.ok_or(Error::Rejected(Reason::ProfileNotFound))
    }

    /// The credential as it will be shown once it is recorded: nothing that can fail stands between record and answer.
    async fn candidate(
        &self,
        attempt: &Attempt,
        command: &FinishRegistration,
        owner: (UserId, Epoch),
        profile: &RegistrationProfile,
        registered: Registered,
    ) -> Result<CredentialAtRp, Error> {
        let id = CredentialId::new(attempt.opened.now, self.environment.random());
        let new = New { id, owner, profile: &profile.name, display_name: &command.display_name };
        self.shown(attempt.opened.tenant, new.credential(attempt, registered)).await
    }

    /// What the candidate is held against when it is recorded.
    async fn bounds(
        &self,
        attempt: &Attempt,
        profile: &RegistrationProfile,
        candidate: Option<&CredentialAtRp>,
    ) -> Result<Bounds, Error> {
        let Opened { tenant, relying_party, .. } = &attempt.opened;
        let known = self.known_tenant(*tenant).await?;
        let is_decoy = candidate.is_some_and(|shown| {
            is_decoy(known.decoy_key(), &relying_party.rp_id, shown.credential.webauthn_id.as_bytes())
        });
        Ok(Bounds { max_credentials: profile.max_credentials, is_decoy })
    }

    /// Records the verdict, and where a transaction finds another one, that. A retry after a lost COMMIT may find this attempt's
    /// own success although it would judge otherwise by now.
    async fn record_registration(
        &self,
        attempt: &Attempt,
        owner: (UserId, Epoch),
        candidate: &Result<CredentialAtRp, Reason>,
        bounds: Bounds,
    ) -> Result<(Ended, Option<SignalFacts>), Error> {
        let mut verdict = candidate.as_ref().map_err(|reason| *reason);
        loop {
            let recorded = self
                .store
                .transact(async |tx| match verdict {
                    Ok(shown) => record::record(tx, attempt, &shown.credential, bounds).await,
                    Err(reason) => {
                        let refused = attempt.record_refusal(tx, about(owner), reason.into()).await?;
                        Ok(refused.map(Recorded::from))
                    }
                })
                .await?;
            match recorded {
                Recorded::Refuse(reason) => verdict = Err(reason),
                Recorded::Ended(ended, facts) => return Ok((ended, facts)),
            }
        }
    }

    async fn repeated_registration(
        &self,
        attempt: &Attempt,
        outcome: &CeremonyOutcome,
    ) -> Result<Finished<Registration>, Error> {
        match (self.repeated_verdict(attempt, outcome).await?, outcome.user_id) {
            (Verdict::Refused(reason), Some(user)) => {
                Err(self.registration_refused(attempt.opened.tenant, user, reason).await?)
            }
            (Verdict::Refused(reason), None) => Err(Error::refused(reason)),
            (Verdict::Accepted, _) => {
                let row = self.still_holds(attempt, outcome).await?;
                let signals = attempt.signals(row.user_handle.as_ref(), &row.user, &row.accepted);
                let credential = self.shown(attempt.opened.tenant, row.credential).await?;
                Ok(registration(credential, signals, true))
            }
        }
    }
}

fn registration(credential: CredentialAtRp, signals: Signals, repeated: bool) -> Finished<Registration> {
    Finished { value: Registration { credential }, signals, repeated }
}

/// Whom the ceremony was started for, and what it asked for.
fn sealed(opened: &Opened) -> Result<((UserId, Epoch), RegistrationTerms), Fault> {
    match (&opened.sealed.asked, opened.sealed.subject) {
        (Asked::Registration(asked), Subject::User { id, epoch }) => Ok(((id, epoch), asked.terms.clone())),
        _ => Err(Fault::Inconsistent("a registration was sealed without its user")),
    }
}

/// What was asked for is held against the response, but for what the newest profile forbids by now: the stricter wins.
/// Whom it trusts is never sealed: a root that was taken back counts no more.
fn judge(
    command: &FinishRegistration,
    opened: &Opened,
    profile: &RegistrationProfile,
    asked: RegistrationTerms,
) -> Result<Registered, Reason> {
    let registered = command.response.verify(&opened.relying_party, &profile.at_finish(asked))?;
    let registered = registered.trusted_by(&profile.attestation_rule, opened.now)?;
    if profile.aaguids.accepts_registration(registered.aaguid) {
        Ok(registered)
    } else {
        Err(Reason::AuthenticatorNotAllowed)
    }
}

fn about(owner: (UserId, Epoch)) -> About {
    About { user: Some(owner), credential: None }
}
