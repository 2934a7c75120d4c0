//! Health, as `grpc.health.v1.Health` tells it.

use keystead_proto::v1::{
    admin_service_server, ceremony_service_server, credential_service_server, event_service_server,
    user_service_server,
};
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

/// Where health is told.
#[derive(Clone)]
pub(super) struct Board(HealthReporter);

impl Board {
    /// A board that says `NOT_SERVING`, and the service that answers from it.
    pub(super) async fn new() -> (Self, HealthServer<impl Health>) {
        let (reporter, server) = health_reporter();
        let board = Self(reporter);
        board.0.set_service_status(LIVENESS, ServingStatus::Serving).await;
        board.tell(false).await;
        (board, server)
    }

    /// Tells whether the server can serve. Watchers hear of it each time: tell changes only.
    pub(super) async fn tell(&self, serving: bool) {
        let status = if serving { ServingStatus::Serving } else { ServingStatus::NotServing };
        for name in READY_NAMES {
            self.0.set_service_status(name, status).await;
        }
    }

    /// Ends every watch. Health cannot be asked any more.
    pub(super) async fn end_watches(&self) {
        let mut reporter = self.0.clone();
        for name in READY_NAMES.into_iter().chain([LIVENESS]) {
            reporter.clear_service_status(name).await;
        }
    }
}
