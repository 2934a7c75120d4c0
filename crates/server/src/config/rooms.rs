//! The settings as the rooms below take them.

use super::{Database, Settings};

impl Settings {
    pub(crate) fn service(&self) -> keystead_service::Settings {
        keystead_service::Settings {
            directory_max_age: self.directory.max_age,
            outcome_retention: self.retention.outcomes,
            event_retention: self.retention.events,
            revoked_retention: self.retention.revoked,
            ..keystead_service::Settings::default()
        }
    }

    pub(crate) fn grpc(&self) -> keystead_grpc::Settings {
        keystead_grpc::Settings {
            default_deadline: self.server.default_deadline,
            longest_deadline: self.server.max_deadline,
            most_concurrent_calls: usize::try_from(self.server.max_concurrent_calls).unwrap_or(usize::MAX),
        }
    }
}

impl Database {
    pub(crate) fn options(&self) -> keystead_store::Options {
        keystead_store::Options {
            url: self.url.expose().to_owned(),
            max_connections: self.max_connections,
            acquire_timeout: self.acquire_timeout,
            most_per_commit: self.most_per_commit,
        }
    }
}
