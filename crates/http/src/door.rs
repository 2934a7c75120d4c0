//! The listener is open from the first moment: until there is something behind it, whoever asks is told so, and a request
//! that goes on for too long is ended.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use axum::{
    Router,
    extract::{Request, State},
    http::{
        StatusCode,
        header::{CACHE_CONTROL, RETRY_AFTER},
    },
    response::{IntoResponse, Response},
};
use tower::ServiceExt;

/// How long one request may take, its body included: longer than a wait for a connection to the database.
const LONGEST_REQUEST: Duration = Duration::from_secs(15);

/// Stands in front of routes that come later. Clones are the same door.
#[derive(Clone, Default)]
pub struct Door {
    routes: Arc<OnceLock<Router>>,
}

impl Door {
    /// Lets requests through to these routes from now on. A door opens once.
    pub fn open(&self, routes: Router) {
        let _ = self.routes.set(routes);
    }

    /// What a listener serves: 503 until the door is open.
    pub fn router(&self) -> Router {
        Router::new().fallback(through).with_state(self.clone())
    }
}

async fn through(State(door): State<Door>, request: Request) -> Response {
    let Some(routes) = door.routes.get() else {
        return refusal(StatusCode::SERVICE_UNAVAILABLE);
    };
    match tokio::time::timeout(LONGEST_REQUEST, routes.clone().oneshot(request)).await {
        Ok(Ok(response)) => response,
        Err(_) => refusal(StatusCode::REQUEST_TIMEOUT),
    }
}

fn refusal(status: StatusCode) -> Response {
    (status, [(RETRY_AFTER, "2"), (CACHE_CONTROL, "no-store")]).into_response()
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use axum::{
        body::{Body, Bytes},
        routing::{get, post},
    };

    use super::*;

    async fn status(router: &Router, request: axum::http::request::Builder, body: Body) -> StatusCode {
        router.clone().oneshot(request.body(body).unwrap()).await.unwrap().status()
    }

    #[tokio::test]
    async fn nobody_comes_through_before_the_door_is_open() {
        let door = Door::default();
        let router = door.router();
        assert_eq!(status(&router, Request::get("/"), Body::empty()).await, StatusCode::SERVICE_UNAVAILABLE);
        door.open(Router::new().route("/", get(|| async {})));
        assert_eq!(status(&router, Request::get("/"), Body::empty()).await, StatusCode::OK);
        assert_eq!(status(&router, Request::get("/other"), Body::empty()).await, StatusCode::NOT_FOUND);
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_never_ends_ends_the_request() {
        let door = Door::default();
        door.open(Router::new().route("/", post(|_: Bytes| async {})));
        let never = Body::from_stream(tokio_stream::pending::<Result<Bytes, Infallible>>());
        assert_eq!(status(&door.router(), Request::post("/"), never).await, StatusCode::REQUEST_TIMEOUT);
    }
}
