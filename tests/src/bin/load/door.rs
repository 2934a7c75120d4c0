//! How a client logs a person in, at each of the servers; and how he registers.

use keystead_client::{
    Client,
    v1::{
        self, FinishAuthenticationRequest, FinishRegistrationRequest, StartAuthenticationRequest,
        StartRegistrationRequest, UpsertUserRequest, finish_authentication_request::Response as Answer,
        finish_registration_request, user_ref::Ref,
    },
};

use crate::{
    floor,
    peer::{self, http},
    people::{PAGE, Person},
};

/// A client's way into a server.
pub(crate) enum Door {
    /// The product.
    Keystead(Client),
    /// What it is compared with.
    Floor(Client),
    /// Somebody else's product.
    Peer(http::Connection),
}

/// Whether a login names its user; only Keystead tells them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    /// The passkey says who it is.
    No,
    /// The user types his name first.
    Yes,
}

impl Door {
    /// Logs a person in, from start to finish.
    pub(crate) async fn log_in(&mut self, person: &mut Person, how: Named) {
        match self {
            Self::Keystead(client) => at_keystead(client, person, how).await,
            Self::Floor(client) => at_floor(client, person).await,
            Self::Peer(connection) => peer::log_in(connection, person).await,
        }
    }
}

async fn at_keystead(client: &Client, person: &mut Person, how: Named) {
    let user = (how == Named::Yes).then(|| named(&person.name));
    let start = StartAuthenticationRequest { user, ..Default::default() };
    let started = client.ceremonies().start_authentication(start).await.expect("started");
    let answer = person.device.get(&started.options_json, PAGE).expect("an answer");
    finish(client, started.ceremony_token, Answer::CredentialJson(answer)).await;
}

async fn at_floor(client: &Client, person: &mut Person) {
    let start = StartAuthenticationRequest::default();
    let started = client.ceremonies().start_authentication(start).await.expect("started");
    let options = floor::options(&started.request_options.expect("options").challenge);
    let answer = person.device.get(&options, PAGE).expect("an answer");
    finish(client, started.ceremony_token, Answer::Assertion(floor::assertion(&answer))).await;
}

async fn finish(client: &Client, ceremony_token: String, answer: Answer) {
    let finish = FinishAuthenticationRequest { ceremony_token, response: Some(answer), ..Default::default() };
    client.ceremonies().finish_authentication(finish).await.expect("logged in");
}

/// Registers a person: over the API, as a page would.
pub(crate) async fn register(client: &Client, person: &mut Person) {
    let user = named(&person.name);
    let upsert = UpsertUserRequest { external_id: person.name.clone(), ..Default::default() };
    client.users().upsert_user(upsert).await.expect("the user is made");
    let start = StartRegistrationRequest { user: Some(user.clone()), ..Default::default() };
    let started = client.ceremonies().start_registration(start).await.expect("started");
    let response = person.device.create(&started.options_json, PAGE).expect("a key");
    let finish = FinishRegistrationRequest {
        user: Some(user),
        ceremony_token: started.ceremony_token,
        response: Some(finish_registration_request::Response::CredentialJson(response)),
        ..Default::default()
    };
    client.ceremonies().finish_registration(finish).await.expect("registered");
}

fn named(name: &str) -> v1::UserRef {
    v1::UserRef { r#ref: Some(Ref::ExternalId(name.to_owned())) }
}
