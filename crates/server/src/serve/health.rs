//! Health, as `grpc.health.v1.Health` tells it.

use std::{mem, sync::Arc};

use keystead_proto::v1::{
    admin_service_server, ceremony_service_server, credential_service_server, event_service_server,
    user_service_server,
};
use tokio::sync::Mutex;
use tonic_health::{
    ServingStatus,
    pb::health_server::{Health, HealthServer},
    server::{HealthReporter, health_reporter},
};

/// Whether the process lives: serving from the first moment to the last.
pub const LIVENESS: &str = "liveness";
/// Whether it can serve: the same as the empty name and every service's.
pub const READINESS: &str = "readiness";

/// Everything whose health is that of the whole server.
const READY_NAMES: [&str; 7] = [
    "",
    READINESS,
    admin_service_server::SERVICE_NAME,
    ceremony_service_server::SERVICE_NAME,
    credential_service_server::SERVICE_NAME,
    event_service_server::SERVICE_NAME,
    user_service_server::SERVICE_NAME,
];

/// Where health is told. Clones tell on the same board.
#[derive(Clone)]
pub(super) struct Board {
    reporter: HealthReporter,
    told: Arc<Mutex<Told>>,
}

/// What was told last.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Told {
    #[default]
    NotServing,
    Serving,
    Draining,
}

impl Board {
    /// A board that says `NOT_SERVING`, and the service that answers from it.
    pub(super) async fn new() -> (Self, HealthServer<impl Health>) {
        let (reporter, server) = health_reporter();
        reporter.set_service_status(LIVENESS, ServingStatus::Serving).await;
        let board = Self { reporter, told: Arc::default() };
        board.write(ServingStatus::NotServing).await;
        (board, server)
    }

    /// Tells whether the server can serve; once it drains, nothing more. Watchers hear of it each time: tell changes only.
    pub(super) async fn tell(&self, serving: bool) {
        let mut told = self.told.lock().await;
        let (now, status) = match (*told, serving) {
            (Told::Draining, _) => return,
            (_, true) => (Told::Serving, ServingStatus::Serving),
            (_, false) => (Told::NotServing, ServingStatus::NotServing),
        };
        *told = now;
        self.write(status).await;
    }

    /// Tells that the server drains. Answers whether it told before that it serves.
    pub(super) async fn drain(&self) -> bool {
        let mut told = self.told.lock().await;
        let before = mem::replace(&mut *told, Told::Draining);
        self.write(ServingStatus::NotServing).await;
        before == Told::Serving
    }

    /// Ends every watch, which would keep its connection open for ever. Health cannot be asked any more.
    pub(super) async fn end_watches(&self) {
        let mut reporter = self.reporter.clone();
        for name in READY_NAMES.into_iter().chain([LIVENESS]) {
            reporter.clear_service_status(name).await;
        }
    }

    async fn write(&self, status: ServingStatus) {
        for name in READY_NAMES {
            self.reporter.set_service_status(name, status).await;
        }
    }
}
