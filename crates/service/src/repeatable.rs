//! Mutations that may be repeated: the same caller, RPC and `request_id` act once.

use std::time::Duration;

use keystead_domain::Reason;
use keystead_keyring::digest;
use keystead_store::{Insert, Request, Tx};

use crate::{Call, Error, Fault, Service};

/// How long a `request_id` is remembered.
const REMEMBERED: Duration = Duration::from_hours(24);

/// A mutation that may come again.
pub(crate) struct Repeatable {
    request: Option<Request>,
}

/// What became of a mutation.
pub(crate) enum Changed<T> {
    /// It was carried out now.
    Now(T),
    /// It was carried out before, by the call this one repeats.
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
        Repeatable { request }
    }

    /// The subject of the earlier call.
    pub(crate) async fn subject_before(&self, repeatable: &Repeatable) -> Result<[u8; 16], Error> {
        let Some(request) = &repeatable.request else {
            return Err(Fault::Inconsistent("a call without request_id repeats none").into());
        };
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
