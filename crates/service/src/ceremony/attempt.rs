//! What the transaction of a Finish writes: its outcome and its events, drawn before it.

use keystead_domain::{
    AttemptId, CeremonyId, CeremonyKind, CeremonyOutcome, CredentialId, Epoch, Event, EventId, EventKind,
    EventOutcome, Reason, Timestamp, User, UserHandle, UserId, Verdict, WebauthnId,
};
use keystead_store::{Finish, Insert, Tx};

use super::{Token, open::Opened};
use crate::{Call, Signals, signals};

/// Most events of one Finish: the verdict; beside it a counter, a backup flag, a user who is back, and superseded credentials.
pub(super) const MOST_EVENTS: usize = 7;

/// The facts of one Finish that its outcome keeps, drawn once.
pub(super) struct Attempt {
    pub(super) call: Call,
    pub(super) opened: Opened,
    pub(super) request_id_hash: Option<[u8; 32]>,
    pub(super) payload_hash: [u8; 32],
    pub(super) id: AttemptId,
    /// The highest first: that of the verdict, which lists therefore show before what was seen beside it.
    pub(super) event_ids: [EventId; MOST_EVENTS],
    pub(super) expires_at: Timestamp,
}

/// Whom an outcome is about, as far as known.
#[derive(Clone, Copy, Default)]
pub(super) struct About {
    pub(super) user: Option<(UserId, Epoch)>,
    pub(super) credential: Option<CredentialId>,
}

/// A refusal, and what its events say beside the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Denied {
    pub(super) reason: Reason,
    /// What the reason rests on, where that says more.
    pub(super) cause: Option<Reason>,
    /// What was seen beside it.
    pub(super) noted: Option<EventKind>,
}

impl From<Reason> for Denied {
    fn from(reason: Reason) -> Self {
        Self { reason, cause: None, noted: None }
    }
}

/// What was seen or done beside a success; about the same credential unless it says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Beside {
    pub(super) kind: EventKind,
    pub(super) credential: Option<CredentialId>,
}

impl From<EventKind> for Beside {
    fn from(kind: EventKind) -> Self {
        Self { kind, credential: None }
    }
}

/// How the finishing transaction ended.
pub(super) enum Ended {
    /// The outcome is ours, and committed.
    Judged(Verdict),
    /// The ceremony was finished before.
    Before(Box<CeremonyOutcome>),
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

    /// What the browser of the user who is signed in is told. Nothing where he has no handle at the relying party.
    pub(super) fn signals(
        &self,
        handle: Option<&UserHandle>,
        user: &User,
        accepted: &[WebauthnId],
    ) -> Signals {
        let rp_id = &self.opened.relying_party.rp_id;
        handle.map_or_else(Signals::default, |handle| signals::of_user(rp_id, handle, user, accepted))
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
        denied: Denied,
    ) -> Result<Finish<Ended>, keystead_store::Error> {
        let verdict = Verdict::Refused(denied.reason);
        if let Some(ended) = self.insert_outcome(tx, about, verdict).await? {
            return Ok(Finish::RollBack(ended));
        }
        let [id, beside, ..] = self.event_ids;
        let event = self.event(EventOutcome::Refused, self.kind(), about, id);
        let reasons = denied.cause.into_iter().chain([denied.reason]).collect();
        tx.insert_event(&Event { reasons, ..event }).await?;
        if let Some(kind) = denied.noted {
            tx.insert_event(&self.event(EventOutcome::Noted, kind, about, beside)).await?;
        }
        Ok(Finish::Commit(Ended::Judged(verdict)))
    }

    /// Appends the event of a success, and as many of what is beside it as ids were drawn for.
    pub(super) async fn record_success(
        &self,
        tx: &Tx,
        about: About,
        beside: &[Beside],
    ) -> Result<Finish<Ended>, keystead_store::Error> {
        let [verdict, others @ ..] = &self.event_ids;
        tx.insert_event(&self.event(EventOutcome::Success, self.kind(), about, *verdict)).await?;
        for (Beside { kind, credential }, id) in beside.iter().zip(others) {
            let about = About { credential: credential.or(about.credential), ..about };
            tx.insert_event(&self.event(outcome_beside(*kind), *kind, about, *id)).await?;
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

/// What happened because of the login was done; all else was only seen.
const fn outcome_beside(kind: EventKind) -> EventOutcome {
    match kind {
        EventKind::UserLifecycleChanged | EventKind::CredentialSuperseded => EventOutcome::Success,
        _ => EventOutcome::Noted,
    }
}
