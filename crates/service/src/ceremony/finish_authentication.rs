//! Finishing a login: open, one read, the pure verdict, one transaction.

use keystead_ceremony::{Asked, assertion::Response};
use keystead_domain::{
    CeremonyKind, CeremonyOutcome, CredentialId, EventKind, METHOD_PASSKEY_UV, Reason, Timestamp, User,
    UserRef, Verdict, amr,
};
use keystead_store::{Finish, LoginRow, Tx};

use super::{
    Finished, Token,
    finish::{About, Attempt, Ended},
    judge::{Accepted, Case},
    open::{Claim, Opened},
    signals,
};
use crate::{Call, CredentialAtRp, Error, Fault, Refused, Service, Signals};

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
    pub session_binding: String,
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
    /// Every refusal of house.md's table: rejected or refused with its reason; a fault where the directory or the store
    /// is away, and then nothing is decided.
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
        let opened = self.open(call, &claim).await?;
        if !command.response.answers(&opened.sealed.challenge) {
            return Err(self.turned_away(call, &opened, Reason::ChallengeMismatch).await);
        }
        let digest = command.response.digest();
        let payload = Attempt::payload(&command.token, &digest, "");
        if opened.late {
            let attempt = self.attempt(call, opened, payload);
            let outcome = self.finished_before(&attempt).await?;
            return self.repeated_login(&attempt, &outcome).await;
        }
        self.conclude_login(call, &command, opened, payload).await
    }

    async fn conclude_login(
        &self,
        call: &Call,
        command: &FinishAuthentication,
        opened: Opened,
        payload: [&[u8]; 3],
    ) -> Result<Finished<Login>, Error> {
        let rows = match command.response.webauthn_id() {
            Some(id) => self.store.reader().within(opened.tenant).find_for_login(&id).await?,
            None => Vec::new(),
        };
        let attempt = &self.attempt(call, opened, payload);
        let case = case(command, attempt, &rows)?;
        let about = case.about();
        let judged = case.judge(attempt.opened.now);
        let ended = self
            .store
            .transact(async |tx| match &judged {
                Ok(accepted) => record_login(tx, attempt, about, accepted).await,
                Err(reason) => record_refusal(tx, attempt, about, *reason).await,
            })
            .await?;
        match ended {
            Ended::Before(outcome) => self.repeated_login(attempt, &outcome).await,
            Ended::Judged(Verdict::Refused(reason)) | Ended::Refuse(reason) => Err(refusal(&case, reason)),
            Ended::Judged(Verdict::Accepted) => {
                let row =
                    case.row().ok_or(Fault::Inconsistent("a login without a credential was accepted"))?;
                let accepted = judged.map_err(|_| Fault::Inconsistent("a refused login was accepted"))?;
                Ok(login(attempt, row.clone(), Some(&accepted), attempt.opened.now, false))
            }
        }
    }

    /// Answers from the outcome of an earlier call; a success only while what it rests on still holds.
    async fn repeated_login(
        &self,
        attempt: &Attempt,
        outcome: &CeremonyOutcome,
    ) -> Result<Finished<Login>, Error> {
        match self.repeated_verdict(attempt, outcome).await? {
            Verdict::Refused(reason) => Err(Error::refused(reason)),
            Verdict::Accepted => {
                let credential = outcome
                    .credential_id
                    .ok_or(Fault::Inconsistent("an accepted login has no credential"))?;
                let row = self.still_holds(attempt, outcome, credential).await?;
                Ok(login(attempt, row, None, outcome.finished_at, true))
            }
        }
    }

    /// The row a stored success rests on, unless the user's epoch or the credential's state moved since.
    pub(super) async fn still_holds(
        &self,
        attempt: &Attempt,
        outcome: &CeremonyOutcome,
        credential: CredentialId,
    ) -> Result<LoginRow, Error> {
        let session = self.store.reader();
        let row = session.within(attempt.opened.tenant).find_login_row(credential).await?;
        let row = row.ok_or(Fault::Inconsistent("the credential of an outcome is gone"))?;
        row.credential.state.may_log_in().map_err(Error::refused)?;
        if outcome.user_epoch == Some(row.user.epoch) {
            Ok(row)
        } else {
            Err(Error::refused(Reason::StateChanged))
        }
    }
}

fn case<'a>(
    command: &'a FinishAuthentication,
    attempt: &'a Attempt,
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
        rows,
    })
}

/// The conditional UPDATE completes the verdict; the outcome's insert is the single use.
async fn record_login(
    tx: &Tx,
    attempt: &Attempt,
    about: About,
    accepted: &Accepted,
) -> Result<Finish<Ended>, keystead_store::Error> {
    let within = tx.within(attempt.opened.tenant);
    if !within.record_login(&accepted.update).await? {
        let state = within.find_credential(accepted.update.credential_id).await?.map(|c| c.state);
        let reason = state.and_then(|state| state.may_log_in().err()).unwrap_or(Reason::StateChanged);
        return record_refusal(tx, attempt, about, reason).await;
    }
    if let Some(ended) = attempt.insert_outcome(tx, about, Verdict::Accepted).await? {
        return Ok(Finish::RollBack(ended));
    }
    tx.insert_event(&attempt.verdict_event(EventKind::AuthenticationFinished, about, Verdict::Accepted))
        .await?;
    for (n, kind) in accepted.noted.iter().enumerate() {
        tx.insert_event(&attempt.noted_event(n, *kind, about)).await?;
    }
    Ok(Finish::Commit(Ended::Judged(Verdict::Accepted)))
}

/// A refusal of a response to this challenge commits too: outcome and event must survive.
async fn record_refusal(
    tx: &Tx,
    attempt: &Attempt,
    about: About,
    reason: Reason,
) -> Result<Finish<Ended>, keystead_store::Error> {
    let verdict = Verdict::Refused(reason);
    if let Some(ended) = attempt.insert_outcome(tx, about, verdict).await? {
        return Ok(Finish::RollBack(ended));
    }
    tx.insert_event(&attempt.verdict_event(EventKind::AuthenticationFinished, about, verdict)).await?;
    Ok(Finish::Commit(Ended::Judged(verdict)))
}

fn refusal(case: &Case<'_>, reason: Reason) -> Error {
    let signals = match (reason, case.response.webauthn_id()) {
        (Reason::CredentialUnknown, Some(id)) => signals::unknown_credential(&case.relying_party.rp_id, &id),
        _ => Signals::default(),
    };
    Error::Refused(Refused { reason, signals })
}

/// The answer; `accepted` is what this call wrote, which the row was read before.
fn login(
    attempt: &Attempt,
    row: LoginRow,
    accepted: Option<&Accepted>,
    at: Timestamp,
    repeated: bool,
) -> Finished<Login> {
    let LoginRow { mut credential, mut user, user_handle } = row;
    if let Some(Accepted { update, .. }) = accepted {
        credential.sign_count = credential.sign_count.max(update.sign_count);
        credential.sign_count_regressions += u32::from(update.regressed);
        credential.backup_eligible = update.backup_eligible;
        credential.backed_up = update.backed_up;
        credential.user_verification_seen |= update.user_verified;
        credential.last_used_at = Some(update.at);
    }
    user.last_success_at = credential.last_used_at;
    let rp_id = attempt.opened.relying_party.rp_id.clone();
    let signals =
        user_handle.map_or_else(Signals::default, |h| signals::current_user_details(&rp_id, &h, &user));
    let value = Login {
        methods: vec![METHOD_PASSKEY_UV],
        amr: amr(credential.backup_eligible).to_vec(),
        user_verified: true,
        authenticated_at: at,
        user,
        credential: CredentialAtRp { credential, rp_id },
    };
    Finished { value, signals, repeated }
}
