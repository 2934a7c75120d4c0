//! Who calls, and what came with the call.

use std::sync::Arc;

use keystead_domain::{
    Caller, CallerId, CallerState, ClientContext, Event, EventId, EventKind, EventOutcome, Grant, Name,
    RequestId, TenantId, Timestamp,
};

use crate::Error;

/// The id of the operator: no caller has it.
const OPERATOR: CallerId = CallerId::from_bytes([0; 16]);

/// One call of an authenticated caller.
#[derive(Clone, Debug)]
pub struct Call {
    /// The caller, as the directory knows him now.
    pub caller: Arc<Caller>,
    /// The call's `request_id`; `None` where it gave none.
    pub request_id: Option<RequestId>,
    /// The W3C trace id of the call.
    pub trace_id: Option<[u8; 16]>,
    /// What the caller says about the end user's client.
    pub client: ClientContext,
}

impl Call {
    /// A call of someone at the command line of the database's host: an instance-level admin without a row, whose events
    /// name no caller.
    #[must_use]
    pub fn operator(now: Timestamp) -> Self {
        let caller = Caller {
            id: OPERATOR,
            tenant_id: None,
            name: Name::operator(),
            grants: [Grant::Admin].into_iter().collect(),
            may_be_finished_by: Vec::new(),
            state: CallerState::Active,
            created_at: now,
        };
        Self { caller: Arc::new(caller), request_id: None, trace_id: None, client: ClientContext::default() }
    }

    /// The tenant the caller acts in.
    ///
    /// # Errors
    /// [`Reason::CallerNotAllowed`](keystead_domain::Reason::CallerNotAllowed) for an instance-level caller.
    pub fn tenant(&self) -> Result<TenantId, Error> {
        self.caller.tenant_id.ok_or(Error::Rejected(keystead_domain::Reason::CallerNotAllowed))
    }

    /// An event of this call, about nobody in particular yet.
    pub(crate) fn event(&self, id: EventId, at: Timestamp, kind: EventKind, outcome: EventOutcome) -> Event {
        Event {
            id,
            tenant_id: self.caller.tenant_id,
            at,
            kind,
            outcome,
            reasons: Vec::new(),
            user_id: None,
            credential_id: None,
            ceremony_id: None,
            caller_id: (self.caller.id != OPERATOR).then_some(self.caller.id),
            request_id: self.request_id.as_ref().map(|id| id.as_str().to_owned()),
            trace_id: self.trace_id,
            acting_user: None,
            client: self.client.clone(),
        }
    }
}
