//! A place for one server: its directory, its settings, and clients that call it.

use std::{path::Path, time::Duration};

use keystead_keyring::key_file::KeyFile;
use keystead_server::{
    config::Settings,
    serve::{Running, Serve},
};
use keystead_service::Environment;
use keystead_store::{Options, Store};
use tempfile::TempDir;
use tokio_stream::StreamExt;
use tonic::{
    Status, Streaming,
    metadata::MetadataValue,
    service::{Interceptor, interceptor::InterceptedService},
    transport::{Channel, Endpoint},
};
use tonic_health::pb::{
    HealthCheckRequest, HealthCheckResponse, health_check_response::ServingStatus,
    health_client::HealthClient,
};

/// A directory that goes with the test, and whatever a server keeps in it.
pub(crate) struct Place {
    dir: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    /// One with a key file.
    pub(crate) fn with_keys() -> Self {
        let place = Self::new();
        let environment = Environment::system();
        let file = KeyFile::generate(environment.now(), environment.random());
        file.write_new(&place.settings().keys.file).unwrap();
        place
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Settings of a server in this place: any free ports, and nothing to wait for.
    pub(crate) fn settings(&self) -> Settings {
        let mut settings = Settings::in_dir(self.dir.path());
        settings.server.listen.set_port(0);
        settings.http.listen = Some("127.0.0.1:0".parse().unwrap());
        settings.server.readiness_interval = Duration::from_millis(10);
        settings.server.drain_delay = Duration::ZERO;
        settings.directory.max_age = Duration::ZERO;
        settings
    }

    pub(crate) async fn start(&self) -> Running {
        Serve::new(self.settings()).start().await.unwrap()
    }

    /// The database, as another process sees it.
    pub(crate) async fn store(&self) -> Store {
        Store::connect(&Options::new(self.settings().database.url.expose())).await.unwrap()
    }

    pub(crate) async fn migrate(&self) {
        self.store().await.migrate().await.unwrap();
    }
}

pub(crate) async fn connect(running: &Running) -> Channel {
    Endpoint::from_shared(format!("http://{}", running.grpc_addr())).unwrap().connect().await.unwrap()
}

/// The channel, with an API key at every call.
pub(crate) fn with_key(channel: Channel, api_key: &str) -> InterceptedService<Channel, ApiKey> {
    InterceptedService::new(channel, ApiKey(format!("Bearer {api_key}").parse().unwrap()))
}

#[derive(Clone)]
pub(crate) struct ApiKey(MetadataValue<tonic::metadata::Ascii>);

impl Interceptor for ApiKey {
    fn call(&mut self, mut request: tonic::Request<()>) -> Result<tonic::Request<()>, Status> {
        request.metadata_mut().insert("authorization", self.0.clone());
        Ok(request)
    }
}

pub(crate) async fn check(channel: Channel, service: &str) -> Result<ServingStatus, Status> {
    let request = HealthCheckRequest { service: service.to_owned() };
    HealthClient::new(channel).check(request).await.map(|answer| answer.into_inner().status())
}

pub(crate) async fn watch(channel: Channel) -> Watch {
    let request = HealthCheckRequest { service: String::new() };
    Watch(HealthClient::new(channel).watch(request).await.unwrap().into_inner())
}

/// Health as it changes.
pub(crate) struct Watch(Streaming<HealthCheckResponse>);

impl Watch {
    /// What is told next; `None`: nothing any more.
    pub(crate) async fn next(&mut self) -> Option<ServingStatus> {
        self.0.next().await.and_then(Result::ok).map(|told| told.status())
    }
}
