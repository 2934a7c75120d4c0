//! How a call ends: a unary one with its response, a stream with the status after its last message.

use tonic::Status;

use super::Response;
use crate::status;

/// What the layers need of an end.
pub(super) trait Ending {
    /// The end of a call that goes no further.
    fn of(status: Status) -> Self;

    /// The code's name and, where it is not OK, the reason.
    fn outcome(&self) -> (&'static str, Option<String>);
}

impl Ending for Response {
    fn of(status: Status) -> Self {
        status.into_http()
    }

    fn outcome(&self) -> (&'static str, Option<String>) {
        status::outcome(status::left_in(self))
    }
}

impl Ending for Status {
    fn of(status: Status) -> Self {
        status
    }

    fn outcome(&self) -> (&'static str, Option<String>) {
        status::outcome(Some(self))
    }
}
