//! The playground: a page, and the small JSON interface that only this page may use.
//!
//! Handlers read a request, call the one use case it asks for, and write the answer. Beside its value every answer names
//! the calls of the API that a backend would have made in the same place.

mod answer;
mod authentication;
mod credentials;
mod events;
mod explanation;
mod guard;
mod management;
mod page;
mod profiles;
mod registration;
mod shown;
mod signals;
#[cfg(test)]
mod tests;
mod view;
mod visit;

use std::{fmt::Write, sync::Arc};

use axum::{Router, extract::DefaultBodyLimit, middleware, routing::post};
use keystead_domain::{Caller, ClientContext, ExternalId, Mediation, RequestId, SessionBinding};
use keystead_service::{Call, Environment, Error, Service};
use serde::Deserialize;

/// The largest request body: twice what an answer of a browser may have.
const MOST_BODY_BYTES: usize = 64 * 1024;

/// Where the JSON interface lives; the cookies are sent nowhere else.
const API: &str = "/playground/api";

/// The playground of `serve --dev`: the page at `/`, its files and its interface under `/playground`.
///
/// Whoever opens the page acts as `caller`, for every user of its tenant: never mount this where others can reach it.
/// `environment` gives the session bindings and request ids.
pub fn playground(service: Service, caller: Arc<Caller>, environment: Environment) -> Router {
    let api = Router::new()
        .route("/registration/start", post(registration::start))
        .route("/registration/finish", post(registration::finish))
        .route("/authentication/start", post(authentication::start))
        .route("/authentication/finish", post(authentication::finish))
        .route("/credentials/list", post(credentials::list))
        .route("/credentials/rename", post(management::rename))
        .route("/credentials/{action}", post(management::change))
        .route("/signals", post(signals::get))
        .route("/profiles/list", post(profiles::list))
        .route("/events/list", post(events::list))
        .layer(DefaultBodyLimit::max(MOST_BODY_BYTES))
        .layer(middleware::from_fn(guard::only_own_page))
        .with_state(Playground { service, caller, environment });
    page::router().nest(API, api)
}

/// What every handler needs.
#[derive(Clone)]
struct Playground {
    service: Service,
    caller: Arc<Caller>,
    environment: Environment,
}

impl Playground {
    /// A call that may be repeated without harm, or reads.
    fn call(&self, client: ClientContext) -> Call {
        Call { caller: self.caller.clone(), request_id: None, trace_id: None, client }
    }

    /// A call that acts: should its answer be lost, a repeat would be recognised.
    fn call_once(&self, client: ClientContext) -> Call {
        Call { request_id: RequestId::new(self.draw::<16>()).ok(), ..self.call(client) }
    }

    /// A secret for a new browser session.
    fn draw_session(&self) -> SessionBinding {
        // 64 hexadecimal digits: the longest there is.
        SessionBinding::new(self.draw::<32>()).unwrap_or_default()
    }

    /// `N` random bytes in hexadecimal.
    fn draw<const N: usize>(&self) -> String {
        self.environment.random::<N>().iter().fold(String::with_capacity(2 * N), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

/// How the page asks the browser.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Asking {
    /// In a dialog.
    #[default]
    Modal,
    /// Without one: among the suggestions of a field, or by a password manager by itself.
    Conditional,
}

impl From<Asking> for Mediation {
    fn from(asking: Asking) -> Self {
        match asking {
            Asking::Modal => Self::Modal,
            Asking::Conditional => Self::Conditional,
        }
    }
}

/// The name somebody typed, as the external id of a user.
fn external_id(name: &str) -> Result<ExternalId, Error> {
    ExternalId::new(name).map_err(|problem| Error::invalid("user.external_id", problem))
}
