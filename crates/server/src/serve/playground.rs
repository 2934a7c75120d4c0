//! The HTTP listener of `serve --dev`: the playground.

use std::sync::Arc;

use keystead_domain::Caller;
use keystead_service::{Environment, Service};
use tokio::net::TcpListener;
use tonic::{
    service::Routes,
    transport::server::{Server, TcpIncoming},
};

/// Serves the playground, acting as `caller`, until `stop` is over. tonic's server does it: it speaks HTTP/1 as well, and
/// drains like the other one.
pub(super) async fn serve(
    listener: TcpListener,
    service: Service,
    environment: Environment,
    caller: Arc<Caller>,
    stop: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    let page = keystead_http::playground(service, caller, environment);
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    Server::builder()
        .accept_http1(true)
        .add_routes(Routes::from(page))
        .serve_with_incoming_shutdown(incoming, stop)
        .await?;
    Ok(())
}
