//! Finishing a login: open, one read, the pure verdict, one transaction.

mod record;
mod refusal;

use std::sync::Arc;

use keystead_ceremony::{Asked, assertion::Response};
use keystead_domain::{
    CeremonyKind, CeremonyOutcome, EventKind, METHOD_PASSKEY_UV, Reason, RegistrationProfile, SessionBinding,
    Timestamp, User, UserRef, Verdict, amr,
};
use keystead_keyring::decoy::is_decoy;
use keystead_store::LoginRow;

use super::{
    Finished, Token,
    attempt::{Attempt, Denied, Ended},
    judge::Case,
    open::{Claim, Opened},
};
use crate::{Call, CredentialAtRp, Error, Fault, Service, directory::KnownTenant};

/// Brings the browser's answer to request options.
#[derive(Debug)]
pub struct FinishAuthentication {
    /// Who is believed to log in; checked where given.
    pub user: Option<UserRef>,
    /// The token of Start.
    pub token: Token,
    /// The browser's answer.
    pub response: Response,
    /// As at Start.
    pub session_binding: SessionBinding,
}

/// A completed login.
#[derive(Debug)]
pub struct Login {
    /// Who logged in.
    pub user: User,
    /// The credential used, as it is after this login.
    pub credential: CredentialAtRp,
    /// What was used.
    pub methods: Vec<&'static str>,
    /// Method references for a token (RFC 8176).
    pub amr: Vec<&'static str>,
    /// Flag UV; a login without it does not exist on the simple path.
    pub user_verified: bool,
    /// When the assertion was accepted.
    pub authenticated_at: Timestamp,
}

impl Service {
    /// Finishes a login, exactly once.
    ///
    /// # Errors
    /// Every refusal of the table in docs/architecture.md: rejected or refused with its reason; a fault where the
    /// directory or the store is away, and then nothing is decided.
    pub async fn finish_authentication(
        &self,
        call: &Call,
        command: FinishAuthentication,
    ) -> Result<Finished<Login>, Error> {
        let claim = Claim {
            kind: CeremonyKind::Authentication,
            token: &command.token,
            session_binding: &command.session_binding,
            user: command.user.as_ref(),
        };
        let opened =
            self.open_answered(call, &claim, |challenge| command.response.answers(challenge)).await?;
        let digest = command.response.digest();
        let payload = Attempt::payload(&command.token, &digest, "");
        if opened.late {
            let attempt = self.attempt(call, opened, payload);
            let outcome = self.finished_before(&attempt).await?;
            return Box::pin(self.repeated_login(&command, &attempt, &outcome)).await;
        }
        self.conclude_login(call, &command, opened, payload).await
    }

    /// Boxed is what is rare and what is large: no login should carry it from one await to the next.
    async fn conclude_login(
        &self,
        call: &Call,
        command: &FinishAuthentication,
        opened: Opened,
        payload: [&[u8]; 3],
    ) -> Result<Finished<Login>, Error> {
        let known = self.known_tenant(opened.tenant).await?;
        let rows = self.presented(command, &opened, &known).await?;
        let attempt = &self.attempt(call, opened, payload);
        let profile = self.profile_in_force(attempt, &known, &rows).await?;
        let judged = case(command, attempt, &known, profile.as_deref(), &rows)?.judge(attempt.opened.now)?;
        let about = judged.about;
        let verdict = match judged.verdict {
            Ok(accepted) => Ok(accepted),
            Err(denied) => Err(Box::pin(self.told_apart(command, attempt, denied)).await?),
        };
        let answer = match &verdict {
            Ok(accepted) => Some(Box::pin(self.login(attempt, accepted.row_after(), None)).await?),
            Err(_) => None,
        };
        let ended = self
            .store
            .transact(async |tx| match &verdict {
                Ok(accepted) => record::record(tx, attempt, about, accepted).await,
                Err(denied) => attempt.record_refusal(tx, about, *denied).await,
            })
            .await?;
        match ended {
            Ended::Judged(Verdict::Accepted) => {
                Ok(answer.ok_or(Fault::Inconsistent("a refused login was accepted"))?)
            }
            Ended::Judged(Verdict::Refused(reason)) => {
                Err(Box::pin(self.login_refused(command, attempt, reason, about.credential)).await?)
            }
            Ended::Before(outcome) => Box::pin(self.repeated_login(command, attempt, &outcome)).await,
        }
    }

    /// The credentials that the response may mean: the one of this relying party, else those of others, which only say why this
    /// one is refused. A decoy of this relying party costs one statement, as a key of it does, and one of another two, as a key
    /// of that does.
    async fn presented(
        &self,
        command: &FinishAuthentication,
        opened: &Opened,
        known: &KnownTenant,
    ) -> Result<Vec<LoginRow>, Error> {
        let Some(id) = command.response.webauthn_id() else { return Ok(Vec::new()) };
        let (session, relying_party) = (self.store.reader(), &opened.relying_party);
        let within = session.within(opened.tenant);
        match within.find_for_login(relying_party.id, &id).await? {
            Some(row) => Ok(vec![row]),
            None if is_decoy(known.decoy_key(), &relying_party.rp_id, id.as_bytes()) => Ok(Vec::new()),
            None => Ok(Box::pin(within.find_anywhere(&id)).await?),
        }
    }

    /// The newest registration profile of the name that the presented credential has: its rules are those in force. The
    /// credential may be newer than what this replica knows of profiles.
    async fn profile_in_force(
        &self,
        attempt: &Attempt,
        known: &KnownTenant,
        rows: &[LoginRow],
    ) -> Result<Option<Arc<RegistrationProfile>>, Error> {
        let Opened { tenant, relying_party, .. } = &attempt.opened;
        let own = rows.iter().find(|row| row.credential.relying_party_id == relying_party.id);
        let Some(LoginRow { credential, .. }) = own else { return Ok(None) };
        match known.profile(&credential.profile) {
            Some(profile) => Ok(Some(Arc::clone(profile))),
            None => Ok(self.directory.profile(*tenant, &credential.profile).await?),
        }
    }

    /// A credential that was erased and one that never was are answered alike, and told apart in events alone.
    async fn told_apart(
        &self,
        command: &FinishAuthentication,
        attempt: &Attempt,
        denied: Denied,
    ) -> Result<Denied, Error> {
        let (Reason::CredentialUnknown, Some(id)) = (denied.reason, command.response.webauthn_id()) else {
            return Ok(denied);
        };
        let is_erased = self.store.reader().within(attempt.opened.tenant).is_erased(&id).await?;
        Ok(Denied { noted: is_erased.then_some(EventKind::ErasedCredentialPresented), ..denied })
    }

    /// Answers from the outcome of an earlier call; a success only while what it rests on still holds, and for whom this
    /// call names.
    async fn repeated_login(
        &self,
        command: &FinishAuthentication,
        attempt: &Attempt,
        outcome: &CeremonyOutcome,
    ) -> Result<Finished<Login>, Error> {
        match self.repeated_verdict(attempt, outcome).await? {
            Verdict::Refused(reason) => {
                Err(self.login_refused(command, attempt, reason, outcome.credential_id).await?)
            }
            Verdict::Accepted => {
                let row = self.still_holds(attempt, outcome).await?;
                if command.user.as_ref().is_some_and(|named| !named.names(&row.user)) {
                    return Err(Error::refused(Reason::UserMismatch));
                }
                self.login(attempt, row, Some(outcome)).await
            }
        }
    }

    /// The answer of a login that happens now, or as this earlier outcome says. Made before a login is recorded: whoever is
    /// logged in shall learn it, and nothing that can fail stands between.
    async fn login(
        &self,
        attempt: &Attempt,
        row: LoginRow,
        earlier: Option<&CeremonyOutcome>,
    ) -> Result<Finished<Login>, Error> {
        let LoginRow { credential, mut user, user_handle, accepted } = row;
        user.last_success_at = credential.last_used_at;
        let signals = attempt.signals(user_handle.as_ref(), &user, &accepted);
        let value = Login {
            methods: vec![METHOD_PASSKEY_UV],
            amr: amr(credential.backup_eligible).to_vec(),
            user_verified: true,
            authenticated_at: earlier.map_or(attempt.opened.now, |outcome| outcome.finished_at),
            user,
            credential: self.shown(attempt.opened.tenant, credential).await?,
        };
        Ok(Finished { value, signals, repeated: earlier.is_some() })
    }
}

fn case<'a>(
    command: &'a FinishAuthentication,
    attempt: &'a Attempt,
    known: &'a KnownTenant,
    profile: Option<&'a RegistrationProfile>,
    rows: &'a [LoginRow],
) -> Result<Case<'a>, Fault> {
    let Asked::Authentication(asked) = &attempt.opened.sealed.asked else {
        return Err(Fault::Inconsistent("a token of another kind was opened"));
    };
    Ok(Case {
        response: &command.response,
        sealed: &attempt.opened.sealed,
        asked,
        relying_party: &attempt.opened.relying_party,
        named: command.user.as_ref(),
        client: &attempt.call.client,
        rows,
        profile,
        decoy_key: known.decoy_key(),
        relying_parties: known.relying_parties(),
    })
}
