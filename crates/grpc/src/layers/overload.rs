//! Overload: past a number of calls in progress, more are refused at once. A queue would only make them late.

use keystead_domain::Reason;
use tokio::sync::Semaphore;

use super::ending::Ending;
use crate::status;

/// Does the work in a free slot, or answers `RESOURCE_EXHAUSTED`. The slot is free again when the work ends or is dropped:
/// a stream has its slot for as long as it lives.
pub(super) async fn limited<E: Ending>(slots: &Semaphore, work: impl Future<Output = E>) -> E {
    match slots.try_acquire() {
        Ok(_slot) => work.await,
        Err(_) => E::of(status::because(Reason::Overloaded)),
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use super::{super::Response, *};

    #[tokio::test]
    async fn call_past_the_limit_is_refused_at_once_and_a_dropped_one_makes_room() {
        let slots = Semaphore::new(1);
        let mut first = Box::pin(limited(&slots, pending::<Response>()));
        assert!(poll_once(&mut first).is_none());
        let second = limited(&slots, async { Response::default() }).await;
        assert_eq!(second.outcome(), ("RESOURCE_EXHAUSTED", Some("OVERLOADED".to_owned())));
        drop(first);
        let third = limited(&slots, async { Response::default() }).await;
        assert_eq!(third.outcome().0, "OK");
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
