//! The real binary, `serve --dev`, on a database of any engine; and the real client.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use keystead_authenticator::Authenticator;
use keystead_client::{
    Client, Config, Error, RequestId, Retry,
    v1::{
        self, FinishAuthenticationRequest, FinishAuthenticationResponse, FinishRegistrationRequest,
        StartAuthenticationRequest, StartRegistrationRequest, UpsertUserRequest,
        finish_authentication_request, finish_registration_request, user_ref::Ref,
    },
};
use keystead_tests::{Database, Process, binary};
use tempfile::TempDir;

/// The origin of the page of `serve --dev`.
pub(crate) const PAGE: &str = "http://localhost:8080";

/// A running server.
pub(crate) struct Served {
    pub(crate) process: Process,
    pub(crate) client: Client,
    pub(crate) endpoint: String,
    pub(crate) api_key: String,
    directory: PathBuf,
    _home: Option<TempDir>,
}

impl Served {
    /// Starts `serve --dev` on this database, in a directory of its own.
    pub(crate) async fn start(database: &Database) -> Self {
        Self::start_with(database, &[]).await
    }

    /// As [`Self::start`], with these variables in its environment.
    pub(crate) async fn start_with(database: &Database, variables: &[(&str, &str)]) -> Self {
        let home = tempfile::tempdir().expect("a temporary directory");
        let served = Self::start_in(home.path(), database, variables).await;
        Self { _home: Some(home), ..served }
    }

    /// Another process on the same database, with the same keys and the same API key.
    pub(crate) async fn replica(&self, database: &Database) -> Self {
        Self::start_in(&self.directory, database, &[]).await
    }

    async fn start_in(directory: &Path, database: &Database, variables: &[(&str, &str)]) -> Self {
        let process = Process::start(
            Command::new(binary::keystead())
                .args(["serve", "--dev", "--listen", "127.0.0.1:0", "--http-listen", "127.0.0.1:0"])
                .args(["--database-url", database.url()])
                .arg("--data-dir")
                .arg(directory.join(".keystead"))
                .envs(variables.iter().copied())
                .current_dir(directory),
        );
        let endpoint =
            process.find(|line| line.trim().strip_prefix("gRPC ").map(|rest| rest.trim().to_owned())).await;
        process.find(|line| line.contains("serving").then_some(())).await;
        // The last line of the announcement, on the other stream.
        process.find(|line| line.contains("grpcurl -plaintext").then_some(())).await;
        let env = fs::read_to_string(directory.join(".keystead/dev.env")).expect("dev.env is written");
        let api_key =
            env.lines().find_map(|line| line.strip_prefix("KEYSTEAD_API_KEY=")).expect("a key").to_owned();
        let client = client(&endpoint, &api_key);
        Self { process, client, endpoint, api_key, directory: directory.to_owned(), _home: None }
    }

    /// Where the server keeps its keys.
    pub(crate) fn data_directory(&self) -> PathBuf {
        self.directory.join(".keystead")
    }

    /// A client with another API key.
    pub(crate) fn as_caller(&self, api_key: &str) -> Client {
        client(&self.endpoint, api_key)
    }

    /// Makes a user known and registers a passkey for him.
    pub(crate) async fn register(&self, name: &str, device: &mut Authenticator) -> v1::Credential {
        let upsert = UpsertUserRequest { external_id: name.to_owned(), ..Default::default() };
        self.client.users().upsert_user(upsert).await.expect("the user is made");
        let start = StartRegistrationRequest { user: Some(named(name)), ..Default::default() };
        let started = self.client.ceremonies().start_registration(start).await.expect("started");
        let response = device.create(&started.options_json, &self.origin()).expect("a key");
        let finish = FinishRegistrationRequest {
            user: Some(named(name)),
            ceremony_token: started.ceremony_token,
            response: Some(finish_registration_request::Response::CredentialJson(response)),
            display_name: format!("{name}'s phone"),
            ..Default::default()
        };
        let finished = self.client.ceremonies().finish_registration(finish).await.expect("registered");
        finished.credential.expect("a credential")
    }

    /// Starts a login and has the device answer.
    pub(crate) async fn answered(
        &self,
        name: Option<&str>,
        device: &mut Authenticator,
    ) -> FinishAuthenticationRequest {
        let start = StartAuthenticationRequest { user: name.map(named), ..Default::default() };
        let started = self.client.ceremonies().start_authentication(start).await.expect("started");
        let response = device.get(&started.options_json, &self.origin()).expect("an answer");
        FinishAuthenticationRequest {
            ceremony_token: started.ceremony_token,
            response: Some(finish_authentication_request::Response::CredentialJson(response)),
            ..Default::default()
        }
    }

    /// Logs in, from start to finish.
    pub(crate) async fn log_in(
        &self,
        name: Option<&str>,
        device: &mut Authenticator,
    ) -> Result<FinishAuthenticationResponse, Error> {
        let finish = self.answered(name, device).await;
        self.client.ceremonies().finish_authentication(finish).await
    }

    /// The origin that the relying party accepts: the playground's, wherever it listens.
    pub(crate) fn origin(&self) -> String {
        let page =
            self.process.lines().iter().find_map(|line| line.trim().strip_prefix("open ").map(str::to_owned));
        page.unwrap_or_else(|| PAGE.to_owned())
    }
}

/// A client that tells faults as they are: it repeats nothing.
pub(crate) fn client(endpoint: &str, api_key: &str) -> Client {
    let config =
        Config { retry: Retry::never(), timeout: Duration::from_secs(25), ..Config::new(endpoint, api_key) };
    Client::connect(config).expect("an endpoint and a key")
}

/// A user by the calling service's own id.
pub(crate) fn named(name: &str) -> v1::UserRef {
    v1::UserRef { r#ref: Some(Ref::ExternalId(name.to_owned())) }
}

/// A `request_id` like no other.
pub(crate) fn request_id(n: u8) -> String {
    RequestId::from_random([n; 16]).into()
}
