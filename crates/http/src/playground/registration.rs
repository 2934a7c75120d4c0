//! Creating a passkey.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use keystead_domain::{DisplayName, Name, RegistrationOverrides, SessionBinding, UserRef};
use keystead_service::{
    Error, UpsertUser,
    ceremony::{FinishRegistration, Finished, Registration, StartRegistration, Token},
    registration,
};
use serde::{Deserialize, Serialize};

use super::{
    Asking, Playground,
    answer::{SignalsView, answer},
    external_id, shown,
    view::{CredentialView, Options},
    visit::{self, Visit},
};

/// Who creates a passkey, and how.
#[derive(Deserialize)]
pub(super) struct Start {
    name: String,
    /// The registration profile; absent: `default`.
    profile: Option<String>,
    #[serde(default)]
    mediation: Asking,
}

/// What the browser answered.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Finish {
    name: String,
    credential_json: String,
}

/// The new passkey.
#[derive(Serialize)]
pub(super) struct Registered {
    credential: CredentialView,
    signals: SignalsView,
}

pub(super) async fn start(
    State(playground): State<Playground>,
    visit: Visit,
    Json(start): Json<Start>,
) -> Response {
    let calls = vec![
        shown::upsert_user(&start.name),
        shown::start_registration(&start.name, start.profile.as_deref(), start.mediation.into()),
    ];
    let session = visit.session.clone().unwrap_or_else(|| playground.draw_session());
    let device = visit.client.device_handle.clone().unwrap_or_else(|| playground.draw::<16>());
    match playground.start_registration(&start, visit, &session).await {
        Ok((token, options)) => {
            let cookies = (visit::keep(&session, &token), visit::know_device(&device));
            (cookies, answer(calls, Ok(options))).into_response()
        }
        Err(error) => answer::<Options>(calls, Err(error)),
    }
}

pub(super) async fn finish(
    State(playground): State<Playground>,
    visit: Visit,
    Json(finish): Json<Finish>,
) -> Response {
    let calls = vec![shown::finish_registration(&finish.name)];
    let outcome = playground.finish_registration(&finish, visit).await;
    let registered = outcome.map(|Finished { value, signals, .. }| Registered {
        credential: value.credential.into(),
        signals: signals.into(),
    });
    (visit::forget(), answer(calls, registered)).into_response()
}

impl Playground {
    /// A registration needs a user: he is made where he is new.
    async fn start_registration(
        &self,
        start: &Start,
        visit: Visit,
        session: &SessionBinding,
    ) -> Result<(Token, Options), Error> {
        let profile = start.profile.as_deref().map(Name::new).transpose();
        let profile = profile.map_err(|problem| Error::invalid("profile", problem))?;
        let call = self.call(visit.client);
        let user = UpsertUser { external_id: external_id(&start.name)?, display_name: None, lifecycle: None };
        let user = self.service.upsert_user(&call, user).await?;
        let command = StartRegistration {
            user: UserRef::Id(user.id),
            rp_id: None,
            profile,
            overrides: RegistrationOverrides::default(),
            mediation: start.mediation.into(),
            session_binding: session.clone(),
        };
        let started = self.service.start_registration(&call, command).await?;
        Ok((started.token, Options::new(started.ceremony_id, started.options.to_json())))
    }

    async fn finish_registration(
        &self,
        finish: &Finish,
        visit: Visit,
    ) -> Result<Finished<Registration>, Error> {
        let (token, session_binding, client) = visit.into_claim();
        let command = FinishRegistration {
            user: UserRef::External(external_id(&finish.name)?),
            token,
            response: registration::Response::from_json(&finish.credential_json)
                .map_err(|shape| Error::invalid(shape.field, shape.problem))?,
            display_name: DisplayName::default(),
            session_binding,
        };
        self.service.finish_registration(&self.call_once(client), command).await
    }
}
