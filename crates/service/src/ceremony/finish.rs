//! What both finishes share: the outcome whose unique insert is the single use, and the answer to a repeat.

use std::time::Duration;

use keystead_domain::{AttemptId, CeremonyOutcome, Challenge, EventId, Reason, Verdict};
use keystead_keyring::digest;
use keystead_store::LoginRow;

use super::{
    attempt::Attempt,
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
        let mut event_ids = std::array::from_fn(|_| EventId::new(now, self.environment.random()));
        event_ids.sort_unstable_by(|a, b| b.cmp(a));
        Attempt {
            call: call.clone(),
            request_id_hash: call.request_id.as_ref().map(|id| digest::sha256(&[id.as_str().as_bytes()])),
            payload_hash: digest::sha256(&payload),
            id: AttemptId(self.environment.random()),
            event_ids,
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
