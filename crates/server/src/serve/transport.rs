//! gRPC on a socket.

use tokio::net::TcpListener;
use tonic::{
    service::Routes,
    transport::server::{Server, TcpIncoming},
};

use crate::config;

/// Serves until `stop` is over and all calls have ended.
///
/// `max_connection_age` has no grace on purpose: with one, tonic closes the connection without a GOAWAY and cuts the calls
/// in flight.
pub(super) async fn serve(
    listener: TcpListener,
    routes: Routes,
    settings: config::Server,
    stop: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    // Said here, because tonic sets no option of sockets that it did not bind.
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    Server::builder()
        .max_concurrent_streams(settings.max_concurrent_streams)
        .http2_max_header_list_size(settings.max_header_bytes)
        .http2_keepalive_interval(Some(settings.keepalive_interval))
        .http2_keepalive_timeout(Some(settings.keepalive_timeout))
        .max_connection_age(settings.max_connection_age)
        .add_routes(routes)
        .serve_with_incoming_shutdown(incoming, stop)
        .await?;
    Ok(())
}
