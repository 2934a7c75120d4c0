//! What both finishes share: the outcome whose unique insert is the single use, and the answer to a repeat.

use std::time::Duration;

use keystead_domain::{
    AttemptId, CeremonyId, CeremonyKind, CeremonyOutcome, Challenge, CredentialId, Epoch, Event, EventId,
    EventKind, EventOutcome, Reason, Timestamp, UserId, Verdict,
};
use keystead_keyring::digest;
use keystead_store::{Finish, Insert, LoginRow, Tx};

use super::{
    Token,
    open::{Claim, Opened, TurnedAway},
};
use crate::{Call, Error, Fault, Service, Signals};

/// An outcome is kept at least this long past its ceremony's expiry, whatever the retention setting.
const SHORTEST_RETENTION: Duration = Duration::from_hours(1);

/// The value of a finished ceremony.
#[derive(Debug)]
pub struct Finished<T> {
    /// What was achieved.
    pub value: T,
    /// What the page should tell the browser about its passkeys.
    pub signals: Signals,
    /// Whether this is the answer of an earlier call with the same `request_id`.
    pub repeated: bool,
}

/// The facts of one Finish that its outcome keeps, drawn once.
pub(super) struct Attempt {
    pub(super) call: Call,
    pub(super) opened: Opened,
    request_id_hash: Option<[u8; 32]>,
    payload_hash: [u8; 32],
    id: AttemptId,
    /// One for the verdict; a counter and a backup flag may be noted beside it.
    event_ids: [EventId; 3],
    expires_at: Timestamp,
}

/// Whom an outcome is about, as far as known.
#[derive(Clone, Copy, Default)]
pub(super) struct About {
    pub(super) user: Option<(UserId, Epoch)>,
    pub(super) credential: Option<CredentialId>,
}

/// How the finishing transaction ended.
pub(super) enum Ended {
    /// The outcome is ours, and committed.
    Judged(Verdict),
    /// The ceremony was finished before.
    Before(Box<CeremonyOutcome>),
}

impl Service {
    /// Opens the token and checks that the response answers its challenge.
    pub(super) async fn open_answered(
        &self,
        call: &Call,
        claim: &Claim<'_>,
        answers: impl FnOnce(&Challenge) -> bool + Send,
    ) -> Result<Opened, Error> {
        let opened = self.open(call, claim).await?;
        if answers(&opened.sealed.challenge) {
            return Ok(opened);
        }
        Err(self.turned_away(call, &opened, Reason::ChallengeMismatch).await)
    }

    /// Draws what the finishing transaction will write.
    pub(super) fn attempt(&self, call: &Call, opened: Opened, payload: [&[u8]; 3]) -> Attempt {
        let retention = self.settings.outcome_retention.max(SHORTEST_RETENTION);
        let now = opened.now;
        Attempt {
            call: call.clone(),
            request_id_hash: call.request_id.as_ref().map(|id| digest::sha256(&[id.as_str().as_bytes()])),
            payload_hash: digest::sha256(&payload),
            id: AttemptId(self.environment.random()),
            event_ids: std::array::from_fn(|_| EventId::new(now, self.environment.random())),
            expires_at: opened.sealed.expires_at.plus(retention),
            opened,
        }
    }

    /// Past expiry only an outcome that exists is answered.
    pub(super) async fn finished_before(&self, attempt: &Attempt) -> Result<Box<CeremonyOutcome>, Error> {
        let Opened { tenant, sealed, .. } = &attempt.opened;
        match self.store.reader().within(*tenant).find_outcome(sealed.ceremony_id).await? {
            Some(outcome) => Ok(Box::new(outcome)),
            None => Err(self.turned_away(&attempt.call, &attempt.opened, Reason::CeremonyExpired).await),
        }
    }

    /// The ceremony was finished before: the verdict of that call where this one repeats it.
    pub(super) async fn repeated_verdict(
        &self,
        attempt: &Attempt,
        outcome: &CeremonyOutcome,
    ) -> Result<Verdict, Error> {
        let caller = attempt.call.caller.id;
        if outcome.is_repeated_by(caller, attempt.request_id_hash, &attempt.payload_hash) {
            return Ok(outcome.verdict);
        }
        Err(self.turned_away(&attempt.call, &attempt.opened, Reason::CeremonyConsumed).await)
    }

    /// The row a stored success rests on, unless the user's epoch or the credential's state moved since.
    pub(super) async fn still_holds(
        &self,
        attempt: &Attempt,
        outcome: &CeremonyOutcome,
    ) -> Result<LoginRow, Error> {
        let id = outcome.credential_id.ok_or(Fault::Inconsistent("an accepted outcome has no credential"))?;
        let session = self.store.reader();
        let row = session.within(attempt.opened.tenant).find_login_row(id).await?;
        let row = row.ok_or(Fault::Inconsistent("the credential of an outcome is gone"))?;
        row.credential.state.may_log_in().map_err(Error::refused)?;
        if outcome.user_epoch == Some(row.user.epoch) {
            Ok(row)
        } else {
            Err(Error::refused(Reason::StateChanged))
        }
    }

    /// Records that an opened ceremony was not finished, and gives the answer.
    pub(super) async fn turned_away(&self, call: &Call, opened: &Opened, reason: Reason) -> Error {
        let turned_away = TurnedAway { reason, sealed: Some(opened.sealed.clone()) };
        self.turn_away(call, opened.sealed.kind(), turned_away, opened.now).await
    }
}

impl Attempt {
    /// The payload of a Finish: what a repeat must bring again.
    pub(super) fn payload<'a>(
        token: &'a Token,
        response: &'a [u8; 32],
        display_name: &'a str,
    ) -> [&'a [u8]; 3] {
        [token.as_str().as_bytes(), response, display_name.as_bytes()]
    }

    pub(super) fn ceremony_id(&self) -> CeremonyId {
        self.opened.sealed.ceremony_id
    }

    /// Inserts the outcome. `Some`: the ceremony is finished already, by this very attempt (a COMMIT whose answer was
    /// lost) or by another.
    pub(super) async fn insert_outcome(
        &self,
        tx: &Tx,
        about: About,
        verdict: Verdict,
    ) -> Result<Option<Ended>, keystead_store::Error> {
        let outcome = self.outcome(about, verdict);
        let within = tx.within(self.opened.tenant);
        if within.insert_outcome(&outcome).await? == Insert::Done {
            return Ok(None);
        }
        let stored = within.find_outcome(self.ceremony_id()).await?.ok_or(keystead_store::Error::Busy)?;
        Ok(Some(if stored.attempt_id == self.id {
            Ended::Judged(stored.verdict)
        } else {
            Ended::Before(Box::new(stored))
        }))
    }

    fn outcome(&self, about: About, verdict: Verdict) -> CeremonyOutcome {
        let Opened { tenant, sealed, relying_party, now, .. } = &self.opened;
        CeremonyOutcome {
            ceremony_id: sealed.ceremony_id,
            kind: sealed.kind(),
            tenant_id: *tenant,
            relying_party_id: relying_party.id,
            caller_id: self.call.caller.id,
            user_id: about.user.map(|(id, _)| id),
            user_epoch: about.user.map(|(_, epoch)| epoch),
            credential_id: about.credential,
            request_id_hash: self.request_id_hash,
            payload_hash: self.payload_hash,
            attempt_id: self.id,
            verdict,
            finished_at: *now,
            expires_at: self.expires_at,
        }
    }

    /// Records a refusal of a response to this challenge. It commits: outcome and event must survive.
    pub(super) async fn record_refusal(
        &self,
        tx: &Tx,
        about: About,
        reason: Reason,
    ) -> Result<Finish<Ended>, keystead_store::Error> {
        let verdict = Verdict::Refused(reason);
        if let Some(ended) = self.insert_outcome(tx, about, verdict).await? {
            return Ok(Finish::RollBack(ended));
        }
        let event = self.event(EventOutcome::Refused, self.kind(), about, self.event_ids[0]);
        tx.insert_event(&Event { reasons: vec![reason], ..event }).await?;
        Ok(Finish::Commit(Ended::Judged(verdict)))
    }

    /// Appends the event of a success, and of what was seen beside it.
    pub(super) async fn record_success(
        &self,
        tx: &Tx,
        about: About,
        noted: &[EventKind],
    ) -> Result<Finish<Ended>, keystead_store::Error> {
        let [verdict, beside @ ..] = &self.event_ids;
        tx.insert_event(&self.event(EventOutcome::Success, self.kind(), about, *verdict)).await?;
        for (kind, id) in noted.iter().zip(beside) {
            tx.insert_event(&self.event(EventOutcome::Noted, *kind, about, *id)).await?;
        }
        Ok(Finish::Commit(Ended::Judged(Verdict::Accepted)))
    }

    const fn kind(&self) -> EventKind {
        match self.opened.sealed.kind() {
            CeremonyKind::Registration => EventKind::RegistrationFinished,
            CeremonyKind::Authentication => EventKind::AuthenticationFinished,
        }
    }

    fn event(&self, outcome: EventOutcome, kind: EventKind, about: About, id: EventId) -> Event {
        Event {
            user_id: about.user.map(|(id, _)| id),
            credential_id: about.credential,
            ceremony_id: Some(self.ceremony_id()),
            ..self.call.event(id, self.opened.now, kind, outcome)
        }
    }
}
