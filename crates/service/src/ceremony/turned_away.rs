//! Finish calls that are turned away without a verdict: an event each, capped, and nothing burnt.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use keystead_ceremony::{Sealed, Subject};
use keystead_domain::{CallerId, CeremonyKind, Event, EventId, EventKind, EventOutcome, Reason, Timestamp};
use keystead_store::Finish;

use super::open::TurnedAway;
use crate::{Call, Error, Service};

const MINUTE: i64 = 60_000_000;

/// Counts events of refusals without a verdict: anybody can cause them, so nobody may fill the table with them. Decides
/// nothing else; each replica counts for itself.
pub(crate) struct EventCap {
    most: u32,
    seen: Mutex<(i64, HashMap<CallerId, u32>)>,
}

impl EventCap {
    /// At most this many per caller and minute.
    pub(crate) fn new(most: u32) -> Self {
        Self { most, seen: Mutex::default() }
    }

    fn is_recorded(&self, caller: CallerId, now: Timestamp) -> bool {
        let minute = now.micros() / MINUTE;
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.0 != minute {
            *seen = (minute, HashMap::new());
        }
        let count = seen.1.entry(caller).or_default();
        *count = count.saturating_add(1);
        *count <= self.most
    }
}

impl Service {
    /// Records that a Finish was turned away and gives the answer. The answer does not wait on the record's success:
    /// nothing rests on it.
    pub(super) async fn turn_away(
        &self,
        call: &Call,
        kind: CeremonyKind,
        turned_away: TurnedAway,
        now: Timestamp,
    ) -> Error {
        let TurnedAway { reason, sealed } = turned_away;
        tracing::info!(monotonic_counter.keystead_ceremonies_turned_away = 1_u64, reason = reason.as_str());
        if self.event_cap.is_recorded(call.caller.id, now) {
            let event = self.turned_away_event(call, kind, reason, sealed.as_ref(), now);
            let recorded = self
                .store
                .transact(async |tx| {
                    tx.insert_event(&event).await?;
                    Ok(Finish::Commit(()))
                })
                .await;
            if let Err(error) = recorded {
                tracing::warn!(%error, "a refusal without a verdict left no event");
            }
        }
        if reason == Reason::CeremonyTokenInvalid { Error::Rejected(reason) } else { Error::refused(reason) }
    }

    fn turned_away_event(
        &self,
        call: &Call,
        kind: CeremonyKind,
        reason: Reason,
        sealed: Option<&Sealed>,
        now: Timestamp,
    ) -> Event {
        let kind = match kind {
            CeremonyKind::Registration => EventKind::RegistrationTurnedAway,
            CeremonyKind::Authentication => EventKind::AuthenticationTurnedAway,
        };
        let user_id = sealed.and_then(|sealed| match sealed.subject {
            Subject::User { id, .. } => Some(id),
            Subject::Anyone | Subject::Unknown => None,
        });
        Event {
            reasons: vec![reason],
            user_id,
            ceremony_id: sealed.map(|sealed| sealed.ceremony_id),
            ..call.event(EventId::new(now, self.environment.random()), now, kind, EventOutcome::Refused)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_of_turned_away_calls_are_capped_per_caller_and_minute() {
        let cap = EventCap::new(2);
        let (anna, bert) = (CallerId::from_bytes([1; 16]), CallerId::from_bytes([2; 16]));
        let at = Timestamp::from_micros;
        assert!(cap.is_recorded(anna, at(0)) && cap.is_recorded(anna, at(1)));
        assert!(!cap.is_recorded(anna, at(2)));
        assert!(cap.is_recorded(bert, at(3)));
        assert!(cap.is_recorded(anna, at(MINUTE)));
    }
}
