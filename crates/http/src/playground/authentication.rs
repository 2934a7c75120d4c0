//! Signing in with a passkey: by name, without one, or from the browser's suggestions.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use keystead_domain::{SessionBinding, UserRef};
use keystead_service::{
    Error, assertion,
    ceremony::{FinishAuthentication, Finished, Login, StartAuthentication, Token},
};
use serde::{Deserialize, Serialize};

use super::{
    Asking, Playground,
    answer::{SignalsView, answer},
    external_id, shown,
    view::{Authentication, Options},
    visit::{self, Visit},
};

/// Who signs in, and how.
#[derive(Deserialize)]
pub(super) struct Start {
    /// Absent: whoever owns the passkey that answers.
    name: Option<String>,
    #[serde(default)]
    mediation: Asking,
}

/// What the browser answered.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Finish {
    credential_json: String,
}

/// The completed login.
#[derive(Serialize)]
pub(super) struct SignedIn {
    authentication: Authentication,
    signals: SignalsView,
}

pub(super) async fn start(
    State(playground): State<Playground>,
    visit: Visit,
    Json(start): Json<Start>,
) -> Response {
    let calls = vec![shown::start_authentication(start.name.as_deref(), start.mediation.into())];
    let session = visit.session.clone().unwrap_or_else(|| playground.draw_session());
    match playground.start_authentication(&start, visit, &session).await {
        Ok((token, options)) => (visit::keep(&session, &token), answer(calls, Ok(options))).into_response(),
        Err(error) => answer::<Options>(calls, Err(error)),
    }
}

/// The page does not say again who signs in: the sealed ceremony knows, and the answer tells.
pub(super) async fn finish(
    State(playground): State<Playground>,
    visit: Visit,
    Json(finish): Json<Finish>,
) -> Response {
    let calls = vec![shown::finish_authentication()];
    let outcome = playground.finish_authentication(&finish, visit).await;
    let signed_in = outcome.map(|Finished { value, signals, .. }| SignedIn {
        authentication: value.into(),
        signals: signals.into(),
    });
    (visit::forget(), answer(calls, signed_in)).into_response()
}

impl Playground {
    async fn start_authentication(
        &self,
        start: &Start,
        visit: Visit,
        session: &SessionBinding,
    ) -> Result<(Token, Options), Error> {
        let user = start.name.as_deref().map(external_id).transpose()?;
        let command = StartAuthentication {
            user: user.map(UserRef::External),
            rp_id: None,
            user_verification: None,
            mediation: start.mediation.into(),
            hints: Vec::new(),
            session_binding: session.clone(),
        };
        let started = self.service.start_authentication(&self.call(visit.client), command).await?;
        Ok((started.token, Options::new(started.ceremony_id, started.options.to_json())))
    }

    async fn finish_authentication(&self, finish: &Finish, visit: Visit) -> Result<Finished<Login>, Error> {
        let (token, session_binding, client) = visit.into_claim();
        let command = FinishAuthentication {
            user: None,
            token,
            response: assertion::Response::from_json(&finish.credential_json)
                .map_err(|shape| Error::invalid(shape.field, shape.problem))?,
            session_binding,
        };
        self.service.finish_authentication(&self.call_once(client), command).await
    }
}
