//! How large a message may be. tonic has one limit for all RPCs of a service; here the few that need more have their own.

use std::task::{Context, Poll};

use tonic::server::NamedService;
use tower::Service;

/// One service twice, with a limit each: which of the two a request meets is decided by its path.
#[derive(Clone)]
pub(super) struct BySize<S> {
    /// The paths of the RPCs with the higher limit.
    pub(super) large: &'static [&'static str],
    pub(super) for_large: S,
    pub(super) for_others: S,
}

impl<S: NamedService> NamedService for BySize<S> {
    const NAME: &'static str = S::NAME;
}

impl<S, B> Service<http::Request<B>> for BySize<S>
where
    S: Service<http::Request<B>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    /// Ready once both are, for the request is not known yet.
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        match self.for_large.poll_ready(cx)? {
            Poll::Ready(()) => self.for_others.poll_ready(cx),
            Poll::Pending => Poll::Pending,
        }
    }

    fn call(&mut self, request: http::Request<B>) -> S::Future {
        let is_large = self.large.contains(&request.uri().path());
        if is_large { self.for_large.call(request) } else { self.for_others.call(request) }
    }
}
