//! Mutations that may come again: the same caller, RPC and `request_id` act once, and a COMMIT whose answer was lost is
//! recognised.

use std::time::Duration;

use keystead_domain::{Event, Reason};
use keystead_keyring::digest;
use keystead_store::{Finish, Insert, Request, Steps, Tx};

use crate::{Call, Error, Fault, Service};

/// How long a `request_id` is remembered.
const REMEMBERED: Duration = Duration::from_hours(24);

/// A mutation that may come again.
pub(crate) struct Repeatable {
    subject: [u8; 16],
    request: Option<Request>,
}

/// What became of a mutation.
pub(crate) enum Changed<T> {
    /// It was carried out now.
    Now(T),
    /// It was carried out before: by the call this one repeats, or by this one's own COMMIT whose answer was lost.
    Before,
}

impl Service {
    /// The mutation `method` with this payload, about `subject`: what an earlier call made has the earlier subject.
    pub(crate) fn repeatable(
        &self,
        call: &Call,
        method: &'static str,
        payload: &[&[u8]],
        subject: [u8; 16],
    ) -> Repeatable {
        let now = self.environment.now();
        let request = call.request_id.as_ref().map(|id| Request {
            caller_id: call.caller.id,
            method: method.to_owned(),
            request_id_hash: digest::sha256(&[id.as_str().as_bytes()]),
            request_hash: digest::sha256(payload),
            subject: Some(subject),
            at: now,
            expires_at: now.plus(REMEMBERED),
        });
        Repeatable { subject, request }
    }

    /// Carries a mutation out, once: remembers the request and appends the event, then changes.
    pub(crate) async fn mutate<T: Send>(
        &self,
        repeatable: &Repeatable,
        event: &Event,
        change: impl Steps<Finish<T>>,
    ) -> Result<Changed<T>, Error> {
        let changed = self
            .store
            .transact(async |tx| {
                // The event's id was drawn for this mutation: a duplicate is the trace of its own lost COMMIT.
                if !repeatable.is_first(tx).await? || tx.insert_event_once(event).await? == Insert::Duplicate
                {
                    return Ok(Finish::RollBack(Changed::Before));
                }
                Ok(change.run(tx).await?.map(Changed::Now))
            })
            .await?;
        Ok(changed)
    }

    /// The subject of the call that carried the mutation out before.
    pub(crate) async fn subject_before(&self, repeatable: &Repeatable) -> Result<[u8; 16], Error> {
        let Some(request) = &repeatable.request else { return Ok(repeatable.subject) };
        let stored = self
            .store
            .reader()
            .find_request(request.caller_id, &request.method, &request.request_id_hash)
            .await?
            .ok_or(Fault::Inconsistent("a repeated request is gone"))?;
        if stored.request_hash != request.request_hash {
            return Err(Error::Rejected(Reason::RequestIdReused));
        }
        stored.subject.ok_or(Fault::Inconsistent("a remembered request has no subject").into())
    }
}

impl Repeatable {
    /// Whether the mutation comes for the first time: the first statement of its transaction.
    pub(crate) async fn is_first(&self, tx: &Tx) -> Result<bool, keystead_store::Error> {
        match &self.request {
            Some(request) => Ok(tx.insert_request(request).await? == Insert::Done),
            None => Ok(true),
        }
    }
}
