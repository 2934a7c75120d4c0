//! Listening sockets.

use std::net::SocketAddr;

use anyhow::{Context, ensure};
use tokio::net::TcpListener;

use crate::config::{Http, Mode, Settings};

/// The sockets of a server.
pub(super) struct Listeners {
    pub(super) grpc: TcpListener,
    /// Where it is configured, and always in development.
    pub(super) http: Option<TcpListener>,
}

impl Listeners {
    /// Listens.
    pub(super) async fn bind(mode: Mode, settings: &Settings) -> anyhow::Result<Self> {
        let (grpc, mut http) = (settings.server.listen, settings.http.listen);
        if mode == Mode::Development {
            let page = *http.get_or_insert(Http::DEVELOPMENT);
            // The development tenant's key may do everything: it must not be served to others.
            for (address, flag) in [(grpc, "--listen"), (page, "--http-listen")] {
                ensure!(
                    address.ip().is_loopback(),
                    "`--dev` serves this machine only, and {address} is reached from others: \
                     choose an address such as `{flag} 127.0.0.1:{}`",
                    address.port()
                );
            }
        }
        let grpc = bind(grpc, "--listen").await?;
        let http = match http {
            Some(address) => Some(bind(address, "--http-listen").await?),
            None => None,
        };
        Ok(Self { grpc, http })
    }

    /// Where they listen.
    pub(super) fn addresses(&self) -> anyhow::Result<(SocketAddr, Option<SocketAddr>)> {
        Ok((self.grpc.local_addr()?, self.http.as_ref().map(TcpListener::local_addr).transpose()?))
    }
}

async fn bind(address: SocketAddr, flag: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address}; another address can be chosen with `{flag}`"))
}
