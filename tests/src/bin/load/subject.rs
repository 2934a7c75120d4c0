//! The servers under load: Keystead as its binary serves it, and the floor.

use std::{env, fs, path::Path, process::Command, time::Duration};

use keystead_client::{
    Client, Config, Retry,
    v1::{
        self, FinishAuthenticationRequest, FinishRegistrationRequest, StartAuthenticationRequest,
        StartRegistrationRequest, UpsertUserRequest, finish_authentication_request,
        finish_registration_request, user_ref::Ref,
    },
};
use keystead_tests::{Process, binary};
use tempfile::TempDir;

use crate::{machine::Pid, people::Person};

/// The origin that the development tenant always has.
const PAGE: &str = "http://localhost:8080";

/// A running server.
pub(crate) struct Subject {
    process: Process,
    client: Client,
    kind: Kind,
    _home: TempDir,
}

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The product.
    Keystead,
    /// What it is compared with.
    Floor,
}

/// Whether a login names its user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    /// The passkey says who it is.
    No,
    /// The user types his name first.
    Yes,
}

impl Subject {
    /// Starts `keystead serve --dev` on this database, as quiet as production is told to be under load.
    pub(crate) async fn keystead(database: &str) -> Self {
        let home = tempfile::tempdir().expect("a temporary directory");
        let data = home.path().join("data");
        let process = Process::start(
            Command::new(binary::keystead())
                .args(["serve", "--dev", "--listen", "127.0.0.1:0", "--http-listen", "127.0.0.1:0"])
                .args(["--database-url", database])
                .arg("--data-dir")
                .arg(&data)
                .env("KEYSTEAD__LOG__LEVEL", "warn")
                .current_dir(home.path()),
        );
        let endpoint = announced(&process).await;
        process.find(|line| line.contains("grpcurl -plaintext").then_some(())).await;
        let client = client(&endpoint, &api_key(&data));
        Self { process, client, kind: Kind::Keystead, _home: home }
    }

    /// Starts this tool as the floor, on this database.
    pub(crate) async fn floor(database: &str) -> Self {
        let home = tempfile::tempdir().expect("a temporary directory");
        let own = env::current_exe().expect("the path of this program");
        let process = Process::start(Command::new(own).args(["--serve-floor", database]));
        let endpoint = announced(&process).await;
        Self { process, client: client(&endpoint, "ks_none"), kind: Kind::Floor, _home: home }
    }

    pub(crate) fn pid(&self) -> Pid {
        Pid(self.process.id())
    }

    /// A client on this server with connections of its own.
    pub(crate) fn client(&self) -> Client {
        self.client.clone()
    }

    pub(crate) const fn kind(&self) -> Kind {
        self.kind
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

    /// Logs a person in, from start to finish.
    pub(crate) async fn log_in(client: &Client, kind: Kind, person: &mut Person, how: Named) {
        let user = (how == Named::Yes).then(|| named(&person.name));
        let start = StartAuthenticationRequest { user, ..Default::default() };
        let started = client.ceremonies().start_authentication(start).await.expect("started");
        let response = match kind {
            Kind::Keystead => person.device.get(&started.options_json, PAGE).expect("an answer"),
            Kind::Floor => {
                let challenge = started.request_options.expect("options").challenge;
                person.device.get(&crate::floor::options(&challenge), PAGE).expect("an answer")
            }
        };
        let finish = FinishAuthenticationRequest {
            ceremony_token: started.ceremony_token,
            response: Some(match kind {
                Kind::Keystead => finish_authentication_request::Response::CredentialJson(response),
                Kind::Floor => {
                    finish_authentication_request::Response::Assertion(crate::floor::assertion(&response))
                }
            }),
            ..Default::default()
        };
        client.ceremonies().finish_authentication(finish).await.expect("logged in");
    }
}

/// The address that a server prints once it listens.
async fn announced(process: &Process) -> String {
    process.find(|line| line.trim().strip_prefix("gRPC ").map(|rest| rest.trim().to_owned())).await
}

fn api_key(data: &Path) -> String {
    let env = fs::read_to_string(data.join("dev.env")).expect("dev.env is written");
    env.lines().find_map(|line| line.strip_prefix("KEYSTEAD_API_KEY=")).expect("a key").to_owned()
}

fn client(endpoint: &str, api_key: &str) -> Client {
    let timeout = Duration::from_secs(25);
    let config = Config { retry: Retry::never(), timeout, ..Config::new(endpoint, api_key) };
    Client::connect(config).expect("an endpoint and a key")
}

fn named(name: &str) -> v1::UserRef {
    v1::UserRef { r#ref: Some(Ref::ExternalId(name.to_owned())) }
}
