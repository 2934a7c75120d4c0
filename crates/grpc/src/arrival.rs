//! What admission knows about a call when its handler begins.

use std::sync::Arc;

use keystead_domain::{Caller, ClientContext, RequestId};
use keystead_service::{Call, Fault};
use tonic::{Request, Status};

use crate::status;

/// An admitted call. Admission puts it into the request's extensions.
#[derive(Clone, Debug)]
pub(crate) struct Arrival {
    pub(crate) caller: Arc<Caller>,
    pub(crate) trace_id: Option<[u8; 16]>,
}

impl Arrival {
    /// The call, with what its message says about it.
    pub(crate) fn call(self, request_id: Option<RequestId>, client: ClientContext) -> Call {
        Call { caller: self.caller, request_id, trace_id: self.trace_id, client }
    }

    /// A call whose message says nothing about it.
    pub(crate) fn plain(self) -> Call {
        self.call(None, ClientContext::default())
    }

    /// A call that may be repeated.
    pub(crate) fn repeatable(self, request_id: Option<RequestId>) -> Call {
        self.call(request_id, ClientContext::default())
    }
}

/// Takes a request apart. A handler that admission did not stand before answers INTERNAL: it must never run for nobody.
pub(crate) fn of<M>(request: Request<M>) -> Result<(Arrival, M), Status> {
    let (_, mut extensions, message) = request.into_parts();
    match extensions.remove::<Arrival>() {
        Some(arrival) => Ok((arrival, message)),
        None => Err(status::of(Fault::Inconsistent("a handler was called without admission").into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handler_without_admission_answers_internal() {
        let refused = of(Request::new(())).expect_err("nobody was admitted");
        assert_eq!(status::reason_of(&refused).as_deref(), Some("INTERNAL"));
    }
}
