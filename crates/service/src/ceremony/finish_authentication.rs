//! Finishing a login: open, one read, the pure verdict, one transaction.

use keystead_ceremony::{Asked, assertion::Response};
use keystead_domain::{
    CeremonyKind, CeremonyOutcome, METHOD_PASSKEY_UV, Reason, SessionBinding, Timestamp, User, UserRef,
    Verdict, amr,
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
            return self.repeated_login(&command, &attempt, &outcome).await;
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
        let judged = case.judge(attempt.opened.now)?;
        let ended = self
            .store
            .transact(async |tx| match &judged {
                Ok(accepted) => record_login(tx, attempt, about, accepted).await,
                Err(reason) => attempt.record_refusal(tx, about, *reason).await,
            })
            .await?;
        match (ended, judged) {
            (Ended::Judged(Verdict::Accepted), Ok(accepted)) => Ok(login(attempt, accepted.into_row(), None)),
            (Ended::Judged(Verdict::Refused(reason)), _) => Err(refusal(command, attempt, reason)),
            (Ended::Before(outcome), _) => self.repeated_login(command, attempt, &outcome).await,
            (Ended::Judged(Verdict::Accepted), Err(_)) => {
                Err(Fault::Inconsistent("a refused login was accepted").into())
            }
        }
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
            Verdict::Refused(reason) => Err(refusal(command, attempt, reason)),
            Verdict::Accepted => {
                let row = self.still_holds(attempt, outcome).await?;
                if command.user.as_ref().is_some_and(|named| !named.names(&row.user)) {
                    return Err(Error::refused(Reason::UserMismatch));
                }
                Ok(login(attempt, row, Some(outcome)))
            }
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
    accepted: &Accepted<'_>,
) -> Result<Finish<Ended>, keystead_store::Error> {
    let within = tx.within(attempt.opened.tenant);
    if !within.record_login(&accepted.update).await? {
        let state = within.find_credential(accepted.update.credential_id).await?.map(|c| c.state);
        let reason = state.and_then(|state| state.may_log_in().err()).unwrap_or(Reason::StateChanged);
        return attempt.record_refusal(tx, about, reason).await;
    }
    match attempt.insert_outcome(tx, about, Verdict::Accepted).await? {
        Some(ended) => Ok(Finish::RollBack(ended)),
        None => attempt.record_success(tx, about, &accepted.noted).await,
    }
}

fn refusal(command: &FinishAuthentication, attempt: &Attempt, reason: Reason) -> Error {
    let signals = match (reason, command.response.webauthn_id()) {
        (Reason::CredentialUnknown, Some(id)) => {
            signals::unknown_credential(&attempt.opened.relying_party.rp_id, &id)
        }
        _ => Signals::default(),
    };
    Error::Refused(Refused { reason, signals })
}

/// The answer of a login that happened now, or as this earlier outcome says.
fn login(attempt: &Attempt, row: LoginRow, earlier: Option<&CeremonyOutcome>) -> Finished<Login> {
    let LoginRow { credential, mut user, user_handle } = row;
    user.last_success_at = credential.last_used_at;
    let rp_id = attempt.opened.relying_party.rp_id.clone();
    let signals =
        user_handle.map_or_else(Signals::default, |h| signals::current_user_details(&rp_id, &h, &user));
    let value = Login {
        methods: vec![METHOD_PASSKEY_UV],
        amr: amr(credential.backup_eligible).to_vec(),
        user_verified: true,
        authenticated_at: earlier.map_or(attempt.opened.now, |outcome| outcome.finished_at),
        user,
        credential: CredentialAtRp { credential, rp_id },
    };
    Finished { value, signals, repeated: earlier.is_some() }
}
