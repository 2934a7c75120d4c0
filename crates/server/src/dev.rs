//! What `serve --dev` sets up to try things with: a tenant, a relying party, a caller and its API key. All of it is found
//! again on the next start.

mod announcement;
mod env_file;
mod set_up;

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

pub use announcement::Announcement;
use keystead_domain::{Caller, RelyingParty, Tenant};
use keystead_keyring::api_key::ApiKeySecret;
pub(crate) use set_up::SetUp;

/// What is set up in development.
#[derive(Debug)]
pub struct Development {
    /// Where gRPC listens.
    pub grpc_addr: SocketAddr,
    /// Where the playground is.
    pub http_addr: SocketAddr,
    /// The tenant `development`.
    pub tenant: Tenant,
    /// The relying party `localhost`.
    pub relying_party: RelyingParty,
    /// The caller `dev`, with all grants.
    pub caller: Arc<Caller>,
    /// Its API key, where this start made one; else it is in the file.
    pub new_api_key: Option<ApiKeySecret>,
    /// The file with endpoint and API key, to be read by a shell.
    pub env_file: PathBuf,
}
