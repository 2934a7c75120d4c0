//! What the gRPC listener answers before and beside the use cases: health, reflection, and the gate in front of the rest.

use tonic::service::Routes;
use tonic_health::pb::health_server::{Health, HealthServer};
use tonic_reflection::server::Builder;

use super::gate::Gate;

/// What health and reflection are asked, in bytes: a name. Anybody may ask, so nobody may make them read more.
const LARGEST_QUESTION: usize = 64 * 1024;

/// All routes of the listener.
pub(super) fn of_listener(
    health: HealthServer<impl Health>,
    reflection: bool,
    gate: Gate,
) -> anyhow::Result<Routes> {
    let mut routes = Routes::new(health.max_decoding_message_size(LARGEST_QUESTION));
    if reflection {
        // Two services: old clients ask for v1alpha only.
        routes = routes
            .add_service(descriptors().build_v1()?.max_decoding_message_size(LARGEST_QUESTION))
            .add_service(descriptors().build_v1alpha()?.max_decoding_message_size(LARGEST_QUESTION));
    }
    Ok(routes.into_axum_router().fallback_service(gate).into())
}

/// Everything that grpcurl may want to describe, the details of errors included.
fn descriptors() -> Builder<'static> {
    Builder::configure()
        .register_encoded_file_descriptor_set(keystead_proto::DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
}
