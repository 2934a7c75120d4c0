//! What every call meets before its handler, and its answer after it.
//!
//! The layers are functions around the handler's future, not services around services: their order can be read in one
//! place, [`Gate::pass`]. A stream goes on after its response has begun; [`streams`] has the whole of it pass through the
//! same functions in the same order.

mod admission;
mod deadline;
mod ending;
mod overload;
mod panics;
mod streams;
mod summary;
mod trace_context;

use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use keystead_service::Service as UseCases;
use tokio::sync::Semaphore;
use tonic::{Status, body::Body};
use tower::{Layer, Service};

pub(crate) use self::streams::Pace;
use self::{admission::Presented, summary::Facts};
use crate::{Settings, arrival::Arrival, grants, status};

type Request = http::Request<Body>;
type Response = http::Response<Body>;

/// The layers, shared by all services: one limit, one door.
#[derive(Clone)]
pub(crate) struct Layers(Arc<Gate>);

struct Gate {
    use_cases: UseCases,
    settings: Settings,
    pace: Pace,
    slots: Semaphore,
}

impl Layers {
    pub(crate) fn new(use_cases: UseCases, settings: Settings, pace: Pace) -> Self {
        let slots = Semaphore::new(settings.most_concurrent_calls.min(Semaphore::MAX_PERMITS));
        Self(Arc::new(Gate { use_cases, settings, pace, slots }))
    }
}

impl<S> Layer<S> for Layers {
    type Service = Layered<S>;

    fn layer(&self, handler: S) -> Layered<S> {
        Layered { gate: Arc::clone(&self.0), handler }
    }
}

/// A service behind the layers.
#[derive(Clone)]
pub(crate) struct Layered<S> {
    gate: Arc<Gate>,
    handler: S,
}

impl<S> Service<Request> for Layered<S>
where
    S: Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone + Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.handler.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        // The service that was polled ready is the one to call; its clone takes its place.
        let fresh = self.handler.clone();
        let handler = std::mem::replace(&mut self.handler, fresh);
        let gate = Arc::clone(&self.gate);
        let rpc = grants::find(request.uri().path());
        match rpc {
            Some(rpc) if rpc.is_stream => {
                Box::pin(async move { Ok(streams::begun(gate, rpc, request, handler).await) })
            }
            _ => Box::pin(async move { Ok(gate.pass(rpc, request, handler).await) }),
        }
    }
}

impl Gate {
    /// The log line sees everything; the deadline covers admission too; only admitted calls have their body read.
    ///
    /// A slot is taken after admission, so that nobody without a key can take one: made-up keys would fill them all and shut
    /// the callers out. What stands before the slots costs little: the key of a known caller is at hand, and how many others
    /// are looked for, and how long they wait for that, is bounded in `Service::authenticate`.
    async fn pass<S>(&self, rpc: Option<&'static grants::Rpc>, request: Request, handler: S) -> Response
    where
        S: Service<Request, Response = Response, Error = Infallible>,
    {
        let facts = Facts::of(rpc, request.headers());
        let limit = deadline::of(request.headers(), &self.settings);
        // Boxed, because a future given to an async fn is stored in it twice: the layers would double it each.
        let answered = Box::pin(self.answered(rpc, &facts, request, handler));
        summary::recorded(&facts, panics::caught(deadline::within(Some(limit), answered))).await
    }

    async fn answered<S>(
        &self,
        rpc: Option<&grants::Rpc>,
        facts: &Facts,
        mut request: Request,
        mut handler: S,
    ) -> Response
    where
        S: Service<Request, Response = Response, Error = Infallible>,
    {
        let Some(rpc) = rpc else { return status::unknown_rpc().into_http() };
        let presented = Presented::take(request.headers_mut());
        if let Err(refused) = self.admit(rpc, facts, &presented, request.extensions_mut()).await {
            return refused.into_http();
        }
        let calling = handler.call(request);
        let answered = async {
            let Ok(response) = calling.await;
            response
        };
        overload::limited(&self.slots, answered).await
    }

    /// Puts what the handler has to know of an admitted call into its request.
    async fn admit(
        &self,
        rpc: &grants::Rpc,
        facts: &Facts,
        presented: &Presented,
        extensions: &mut http::Extensions,
    ) -> Result<(), Status> {
        let caller = presented.caller(&self.use_cases).await?;
        facts.found(caller.id);
        admission::may_use(&caller, rpc)?;
        extensions.insert(Arrival { caller, trace_id: facts.trace_id() });
        Ok(())
    }
}
