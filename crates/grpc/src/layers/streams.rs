//! Streams: calls that go on after their response has begun. Import and export are the first of them.
//!
//! The whole of a stream, from admission to its last message, is one future that passes through the same layers as a unary
//! call does, and hands on what the handler answers. It runs as a task of its own, because a body is not polled while its
//! reader takes nothing: no timer in it would fire. What bounds a stream:
//!
//! - Its `grpc-timeout`, where the caller gives one: `DEADLINE_EXCEEDED`. It has no default and no longest, for a stream of a
//!   million rows is no fault.
//! - Admission, and then the work on each message, which the handler sees to: none takes longer than the default deadline of
//!   a call, or it is `DEADLINE_EXCEEDED`.
//! - Quiet: a stream that passes nothing on for a minute, because nothing comes in or nobody takes what goes out, ends:
//!   `DEADLINE_EXCEEDED`.
//! - Its caller, who is looked at again every 5 s: `UNAUTHENTICATED` or `PERMISSION_DENIED` once he would not be admitted.
//! - The number of calls in progress: it counts as one for as long as it lives, quiet or not.
//! - Its reader: what is ready and not taken is two pieces, of 32 KiB or a message each. When he goes away, the work is
//!   dropped where it stands and its transaction rolled back.
//!
//! A panic between two messages is this stream's `INTERNAL`. The log line comes when the stream ends, with the statements and
//! commits of all its messages.

use std::{
    convert::Infallible,
    future::poll_fn,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, response::Parts};
use http_body::{Body as _, Frame};
use keystead_domain::Reason;
use tokio::{
    select,
    sync::{mpsc, oneshot},
    task::JoinHandle,
    time::timeout,
};
use tonic::{Status, body::Body};
use tower::Service;
use tracing::Instrument as _;

use super::{
    Gate, Request, Response,
    admission::{self, Presented},
    deadline, overload, panics,
    summary::{self, Facts},
};
use crate::{grants::Rpc, status};

/// How long streams are left alone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    /// How long one may pass nothing on: a minute.
    pub(crate) quiet: Duration,
    /// How often its caller is looked at again: every 5 s. The directory is as old as that at most, so that a key or a grant
    /// that was taken away ends a stream within twice the time.
    pub(crate) look_again: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self { quiet: Duration::from_mins(1), look_again: Duration::from_secs(5) }
    }
}

/// Begins a stream: answers with the head of its response once the handler gives one, or with the status that it ended
/// with before.
pub(super) async fn begun<S>(gate: Arc<Gate>, rpc: &'static Rpc, request: Request, handler: S) -> Response
where
    S: Service<Request, Response = Response, Error = Infallible, Future: Send> + Send + 'static,
{
    let (head, begun) = oneshot::channel();
    let (frames, passed_on) = mpsc::channel(1);
    let whole = whole(gate, rpc, request, handler, Outlet { head, frames });
    let work = Work(tokio::spawn(whole.in_current_span()));
    match begun.await {
        Ok(parts) => Response::from_parts(parts, Body::new(Answers { frames: passed_on, work: Some(work) })),
        Err(_) => work.await.into_http(),
    }
}

/// The layers in their order; see [`Gate::pass`].
async fn whole<S>(gate: Arc<Gate>, rpc: &'static Rpc, request: Request, handler: S, outlet: Outlet) -> Status
where
    S: Service<Request, Response = Response, Error = Infallible>,
{
    let facts = Facts::of(Some(rpc), request.headers());
    let limit = deadline::asked(request.headers());
    let answered = Box::pin(gate.streamed(rpc, &facts, request, handler, outlet));
    summary::recorded(&facts, panics::caught(deadline::within(limit, answered))).await
}

impl Gate {
    async fn streamed<S>(
        &self,
        rpc: &Rpc,
        facts: &Facts,
        mut request: Request,
        mut handler: S,
        outlet: Outlet,
    ) -> Status
    where
        S: Service<Request, Response = Response, Error = Infallible>,
    {
        let presented = Presented::take(request.headers_mut());
        let limit = self.settings.default_deadline;
        let admitting = self.admit(rpc, facts, &presented, request.extensions_mut());
        if let Err(refused) = status::within(limit, admitting).await {
            return refused;
        }
        let calling = handler.call(request);
        let Pace { quiet, look_again } = self.pace;
        let watched = async {
            select! {
                biased;
                ended = outlet.pass_on(calling, quiet) => ended,
                refused = admission::until_refused(&self.use_cases, rpc, &presented, look_again, limit) => refused,
            }
        };
        overload::limited(&self.slots, watched).await
    }
}

/// Where the answers of a stream go out.
struct Outlet {
    head: oneshot::Sender<Parts>,
    frames: mpsc::Sender<Bytes>,
}

impl Outlet {
    /// Passes on what the handler answers, up to the status that it ends with.
    async fn pass_on(
        self,
        calling: impl Future<Output = Result<Response, Infallible>>,
        quiet: Duration,
    ) -> Status {
        // What a handler reads before it answers may not come either.
        let Ok(Ok(response)) = timeout(quiet, calling).await else {
            return status::because(Reason::Deadline);
        };
        if let Some(refused) = status::left_in(&response) {
            return refused.clone();
        }
        let (parts, body) = response.into_parts();
        // Who does not wait for the head does not wait for the frames either: the first of them tells.
        let _ = self.head.send(parts);
        match pass_frames_on(body, &self.frames, quiet).await {
            Ok(ended) | Err(ended) => ended,
        }
    }
}

async fn pass_frames_on(body: Body, frames: &mpsc::Sender<Bytes>, quiet: Duration) -> Result<Status, Status> {
    let mut body = pin!(body);
    let too_quiet = |_| status::because(Reason::Deadline);
    loop {
        let frame = poll_fn(|cx| body.as_mut().poll_frame(cx));
        let Some(frame) = timeout(quiet, frame).await.map_err(too_quiet)? else {
            return Ok(status::ended_well());
        };
        match frame?.into_data() {
            Ok(data) => {
                let taken = timeout(quiet, frames.send(data)).await.map_err(too_quiet)?;
                taken.map_err(|_| status::taken_back())?;
            }
            Err(last) => return Ok(ended_with(last)),
        }
    }
}

/// The status in the trailers, which tonic makes of what a handler's stream ended with.
fn ended_with(last: Frame<Bytes>) -> Status {
    let trailers = last.into_trailers().unwrap_or_default();
    Status::from_header_map(&trailers).unwrap_or_else(|| status::because(Reason::Internal))
}

/// The task that does the work of a stream, and the status that it ends with. Dropped, it ends where it stands.
struct Work(JoinHandle<Status>);

impl Future for Work {
    type Output = Status;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Status> {
        // A panic of the handler is caught inside; one of the layers is a fault of ours all the same.
        Pin::new(&mut self.0)
            .poll(cx)
            .map(|ended| ended.unwrap_or_else(|_| status::because(Reason::Internal)))
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The body of a stream's response: what was passed on, then the status as trailers.
struct Answers {
    frames: mpsc::Receiver<Bytes>,
    /// `None` once the trailers are out.
    work: Option<Work>,
}

impl http_body::Body for Answers {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        if let Some(data) = ready!(self.frames.poll_recv(cx)) {
            return Poll::Ready(Some(Ok(Frame::data(data))));
        }
        let Some(work) = &mut self.work else { return Poll::Ready(None) };
        let ended = ready!(Pin::new(work).poll(cx));
        self.work = None;
        let mut trailers = HeaderMap::new();
        Poll::Ready(Some(ended.add_header(&mut trailers).map(|()| Frame::trailers(trailers))))
    }
}
