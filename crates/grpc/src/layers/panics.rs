//! Panics: a fault of ours in one call is that call's INTERNAL, and nobody else's.

use std::{
    future::poll_fn,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    task::Poll,
};

use keystead_domain::Reason;

use super::ending::Ending;
use crate::status;

/// Does the work; where it panics, answers INTERNAL. It is not polled again, so nothing sees what it left half done.
pub(super) async fn caught<E: Ending>(work: impl Future<Output = E>) -> E {
    let mut work = pin!(work);
    poll_fn(|cx| {
        catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(cx))).unwrap_or_else(|_| {
            // The place is in the line of the panic hook, the message in none: it may quote what was handled.
            tracing::error!("a handler panicked");
            Poll::Ready(E::of(status::because(Reason::Internal)))
        })
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::{super::Response, *};

    #[tokio::test]
    async fn panic_in_a_handler_is_answered_internal() {
        let response: Response = caught(async {
            tokio::task::yield_now().await;
            panic!("after the first await");
        })
        .await;
        assert_eq!(response.outcome(), ("INTERNAL", Some("INTERNAL".to_owned())));
    }
}
