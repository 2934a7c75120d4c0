//! Overload: past a number of calls in progress, more are refused at once. A queue would only make them late.

use keystead_domain::Reason;
use tokio::sync::Semaphore;

use super::Response;
use crate::status;

/// Runs the handler in a free slot, or answers `RESOURCE_EXHAUSTED`. The slot is free again when the handler ends or is
/// dropped.
pub(super) async fn limited(slots: &Semaphore, handler: impl Future<Output = Response>) -> Response {
    match slots.try_acquire() {
        Ok(_slot) => handler.await,
        Err(_) => status::because(Reason::Overloaded).into_http(),
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use super::*;

    #[tokio::test]
    async fn call_past_the_limit_is_refused_at_once_and_a_dropped_one_makes_room() {
        let slots = Semaphore::new(1);
        let mut first = Box::pin(limited(&slots, pending()));
        assert!(poll_once(&mut first).is_none());
        let second = limited(&slots, async { Response::default() }).await;
        assert_eq!(status::outcome(&second), ("RESOURCE_EXHAUSTED", Some("OVERLOADED".to_owned())));
        drop(first);
        let third = limited(&slots, async { Response::default() }).await;
        assert_eq!(status::outcome(&third).0, "OK");
    }

    /// Polls once.
    fn poll_once<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        match std::pin::Pin::new(future).poll(&mut context) {
            std::task::Poll::Ready(output) => Some(output),
            std::task::Poll::Pending => None,
        }
    }
}
