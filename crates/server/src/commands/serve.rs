//! `keystead serve`.

use std::{io::Write, net::SocketAddr};

use anyhow::bail;
use keystead_service::Environment;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::{
    cli::Flags,
    config::{Mode, Sources},
    dev::Announcement,
    logging,
    serve::{Running, Serve},
};

/// What `serve` takes.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    flags: Flags,
    /// Serve this machine only, with everything set up to try things: SQLite, keys, a tenant, a caller, a playground
    #[arg(long)]
    dev: bool,
    /// Migrate the database before serving, instead of waiting until `keystead migrate` has run
    #[arg(long)]
    migrate: bool,
    /// Where gRPC listens [server.listen]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Where HTTP listens for the public; without it, only in --dev [http.listen]
    #[arg(long, value_name = "ADDRESS")]
    http_listen: Option<SocketAddr>,
}

impl Args {
    fn mode(&self) -> Mode {
        if self.dev { Mode::Development } else { Mode::Production }
    }

    pub(crate) fn sources(&self) -> Sources {
        let mut sources = Sources { mode: self.mode(), ..self.flags.sources() };
        for (key, address) in [("server.listen", self.listen), ("http.listen", self.http_listen)] {
            sources.flags.extend(address.map(|address| (key, address.to_string())));
        }
        sources
    }
}

/// Serves until a signal comes. A second one does not wait for the drain.
pub(crate) async fn run(args: Args, environment: Environment, out: &mut dyn Write) -> anyhow::Result<()> {
    let settings = args.sources().load()?;
    logging::start(&settings.log)?;
    let mut stop = StopSignals::new()?;
    let serve = Serve { settings, mode: args.mode(), migrate: args.migrate, environment };
    let mut running = serve.start().await?;
    writeln!(out, "listening on {}", running.grpc_addr())?;
    // In development the announcement says where.
    if let (false, Some(http)) = (args.dev, running.http_addr()) {
        writeln!(out, "listening for HTTP on {http}")?;
    }
    tokio::select! {
        failed = serve_on(&mut running, out) => return Err(failed),
        () = stop.next() => {}
    }
    tokio::select! {
        stopped = running.shutdown() => stopped,
        () = stop.next() => bail!("stopped without waiting for calls in flight: a second signal came"),
    }
}

/// Says what is set up, and serves until something fails.
async fn serve_on(running: &mut Running, out: &mut dyn Write) -> anyhow::Error {
    let announced = match running.prepared().await {
        Ok(None) => Ok(()),
        Ok(Some(development)) => write!(out, "\n{}", Announcement(&development)),
        Err(error) => return error,
    };
    match announced {
        Ok(()) => running.failed().await,
        Err(error) => error.into(),
    }
}

/// SIGTERM and SIGINT.
struct StopSignals {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignals {
    fn new() -> anyhow::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
