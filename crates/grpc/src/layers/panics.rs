//! Panics: a fault of ours in one call is that call's INTERNAL, and nobody else's.

use std::{
    future::poll_fn,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    task::Poll,
};

use keystead_domain::Reason;

use super::Response;
use crate::status;

/// Runs the handler; where it panics, answers INTERNAL. It is not polled again, so nothing sees what it left half done.
pub(super) async fn caught(handler: impl Future<Output = Response>) -> Response {
    let mut handler = pin!(handler);
    poll_fn(|cx| {
        catch_unwind(AssertUnwindSafe(|| handler.as_mut().poll(cx))).unwrap_or_else(|_| {
            // The place is in the line of the panic hook, the message in none: it may quote what was handled.
            tracing::error!("a handler panicked");
            Poll::Ready(status::because(Reason::Internal).into_http())
        })
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn panic_in_a_handler_is_answered_internal() {
        let response = caught(async {
            tokio::task::yield_now().await;
            panic!("after the first await");
        })
        .await;
        assert_eq!(status::outcome(&response), ("INTERNAL", Some("INTERNAL".to_owned())));
    }
}
