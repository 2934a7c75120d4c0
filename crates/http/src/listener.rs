//! HTTP/1.1 on a socket that anybody may reach: nobody can keep it busy by being slow.

use std::{io, time::Duration};

use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto::Builder, graceful::GracefulShutdown},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

use crate::Door;

/// How long the headers of a request may take, from when one is waited for; so long is an idle connection kept, too.
const LONGEST_HEADERS: Duration = Duration::from_secs(5);

/// The longest headers of a request, in bytes; what is longer is answered 431.
const MOST_HEADER_BYTES: usize = 16 * 1024;

/// Further ones wait until one is closed.
const MOST_CONNECTIONS: usize = 256;

/// Serves what is behind `door` until `stop` is over, and then until the requests in flight are answered.
///
/// HTTP/1.1 without TLS: a reverse proxy in front speaks whatever else browsers speak.
pub async fn serve(listener: TcpListener, door: Door, stop: impl Future<Output = ()>) {
    let (mut connections, ends) = (JoinSet::new(), GracefulShutdown::new());
    tokio::pin!(stop);
    loop {
        tokio::select! {
            biased;
            () = &mut stop => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept(), if connections.len() < MOST_CONNECTIONS => match accepted {
                Ok((stream, _)) => { connections.spawn(connection(stream, &door, &ends)); }
                Err(error) => after(&error).await,
            }
        }
    }
    drop(listener);
    ends.shutdown().await;
}

/// One connection. How it ends is its client's affair.
fn connection(stream: TcpStream, door: &Door, ends: &GracefulShutdown) -> impl Future<Output = ()> + use<> {
    // A socket that takes no options has nothing to be served on either, and its first read says so.
    let _ = stream.set_nodelay(true);
    let mut builder = Builder::new(TokioExecutor::new()).http1_only();
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(LONGEST_HEADERS)
        .max_buf_size(MOST_HEADER_BYTES);
    let routes = TowerToHyperService::new(door.router());
    let connection = builder.serve_connection(TokioIo::new(stream), routes).into_owned();
    let watched = ends.watch(connection);
    async { drop(watched.await) }
}

/// A client that is gone already is none; without a file descriptor to spare there is one as soon as a connection ends.
async fn after(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        tracing::warn!(%error, "cannot accept an HTTP connection; trying again");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[cfg(test)]
mod tests;
