//! Keeps calls out until the use cases can be built: the listener is open from the first moment, so that health can be
//! asked while the server waits for its database.

use std::{
    convert::Infallible,
    future::Future,
    pin::Pin,
    sync::{Arc, OnceLock},
    task::{Context, Poll},
};

use http::{Request, Response};
use tonic::{body::Body, service::Routes};
use tower::{Service, ServiceExt};

/// The routes behind the gate, once there are any.
#[derive(Clone, Default)]
pub(super) struct Gate {
    routes: Arc<OnceLock<Routes>>,
}

impl Gate {
    /// Lets calls through to these routes from now on. A gate opens once.
    pub(super) fn open(&self, routes: Routes) {
        let _ = self.routes.set(routes);
    }
}

impl<B> Service<Request<B>> for Gate
where
    Request<B>: Send,
    B: Send + 'static,
    Routes: Service<Request<B>, Response = Response<Body>, Error = Infallible, Future: Send>,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        match self.routes.get() {
            Some(routes) => Box::pin(routes.clone().oneshot(request)),
            None => Box::pin(async { Ok(keystead_grpc::starting().into_http()) }),
        }
    }
}
