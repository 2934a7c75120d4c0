//! `keystead healthcheck`: for containers whose platform cannot ask gRPC's health itself.

use std::{
    io::Write,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use anyhow::{Context, bail};
use tonic::transport::Endpoint;
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};

use crate::{cli::Flags, config::duration};

/// What `healthcheck` takes.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    flags: Flags,
    /// Whom to ask, such as `http://127.0.0.1:50051`; else the server that these settings would start
    #[arg(long, value_name = "URL")]
    endpoint: Option<String>,
    /// What to ask for: `liveness`, `readiness`, or a service's name; nothing is the same as `readiness`
    #[arg(long, value_name = "NAME", default_value = "")]
    service: String,
    /// How long the answer may take
    #[arg(long, value_name = "DURATION", default_value = "2s", value_parser = duration::parse)]
    timeout: Duration,
}

/// Succeeds where the answer is SERVING.
pub(crate) async fn run(args: &Args, out: &mut dyn Write) -> anyhow::Result<()> {
    let endpoint = match &args.endpoint {
        Some(endpoint) => endpoint.clone(),
        None => format!("http://{}", local(args.flags.load()?.server.listen)),
    };
    let asked = tokio::time::timeout(args.timeout, ask(endpoint.clone(), args.service.clone()));
    let status = asked.await.with_context(|| format!("{endpoint} did not answer in time"))??;
    match status {
        ServingStatus::Serving => writeln!(out, "SERVING")?,
        other => bail!("{endpoint} says {}", other.as_str_name()),
    }
    Ok(())
}

async fn ask(endpoint: String, service: String) -> anyhow::Result<ServingStatus> {
    if !endpoint.starts_with("http://") {
        bail!("{endpoint}: the endpoint must be http://HOST:PORT; TLS is not supported here");
    }
    let channel = Endpoint::from_shared(endpoint.clone())?
        .connect()
        .await
        .with_context(|| format!("cannot connect to {endpoint}"))?;
    let answer = HealthClient::new(channel)
        .check(HealthCheckRequest { service })
        .await
        .map_err(|status| anyhow::anyhow!("{endpoint} refused: {}", status.message()))?;
    Ok(answer.into_inner().status())
}

/// Where a server that listens everywhere is reached from its own machine.
fn local(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_listens_everywhere_is_asked_on_its_own_machine() {
        for (listen, asked) in [
            ("0.0.0.0:50051", "127.0.0.1:50051"),
            ("[::]:50051", "[::1]:50051"),
            ("10.0.0.7:1", "10.0.0.7:1"),
        ] {
            assert_eq!(local(listen.parse().unwrap()), asked.parse().unwrap());
        }
    }
}
