//! The services, each behind the layers.

mod sizes;

use std::sync::Arc;

use keystead_proto::v1::{
    admin_service_server::AdminServiceServer, ceremony_service_server::CeremonyServiceServer,
    credential_service_server::CredentialServiceServer, event_service_server::EventServiceServer,
    user_service_server::UserServiceServer,
};
use keystead_service::Service;
use tonic::service::{LayerExt as _, Routes};

use self::sizes::BySize;
use crate::{
    Settings,
    layers::{Layers, Pace},
};

/// Most bytes of a request: more than the largest one needs, a registration profile with 40 KiB of roots and all its AAGUIDs.
const MOST_REQUEST: usize = 64 * 1024;
/// Most bytes of a message of an import, which has 500 rows at most: 2 KiB each.
const MOST_IMPORT: usize = 1024 * 1024;

/// Implements every service of `keystead.v1`, one file each.
pub(crate) struct Api {
    pub(crate) service: Service,
    pub(crate) settings: Settings,
}

/// The services of `keystead.v1` on these use cases, ready for `tonic::transport::Server::add_routes`. Services added to
/// the routes later (health, reflection) are outside the layers: nobody needs a key for them, and no limit counts them.
#[must_use]
pub fn routes(service: Service, settings: Settings) -> Routes {
    let layers = Layers::new(service.clone(), settings.clone(), Pace::default());
    let api = Arc::new(Api { service, settings });
    macro_rules! sized {
        ($server:ident, $most:expr) => {
            $server::from_arc(Arc::clone(&api)).max_decoding_message_size($most)
        };
    }
    macro_rules! behind_layers {
        ($server:ident) => {
            layers.named_layer(sized!($server, MOST_REQUEST))
        };
    }
    let credentials = BySize {
        large: &["/keystead.v1.CredentialService/ImportCredentials"],
        for_large: sized!(CredentialServiceServer, MOST_IMPORT),
        for_others: sized!(CredentialServiceServer, MOST_REQUEST),
    };
    Routes::new(behind_layers!(CeremonyServiceServer))
        .add_service(behind_layers!(UserServiceServer))
        .add_service(layers.named_layer(credentials))
        .add_service(behind_layers!(EventServiceServer))
        .add_service(behind_layers!(AdminServiceServer))
}
