//! `keystead serve`, as a library: listeners, tasks, and how they stop.

mod gate;
mod health;
mod listeners;
mod phase;
mod prepare;
mod purge;
mod readiness;
mod routes;
mod running;
mod transport;
mod work;

use std::sync::Arc;

pub use health::{LIVENESS, READINESS};
use keystead_http::Door;
use keystead_service::Environment;
pub(crate) use prepare::make_data_dir;
pub use running::Running;
use tokio::{sync::watch, task::JoinSet};
use tracing::info;

use self::{
    gate::Gate,
    health::Board,
    listeners::Listeners,
    phase::{Phase, Phases},
    work::Work,
};
use crate::config::{Mode, Settings};

/// A server that is to start.
pub struct Serve {
    /// The settings. Addresses with port 0 take any free port; [`Running`] knows which.
    pub settings: Settings,
    /// In development it makes its key file, migrates, and makes a tenant to try things with.
    pub mode: Mode,
    /// Whether it migrates the database itself; else it waits until somebody else did.
    pub migrate: bool,
    /// The clock and the dice.
    pub environment: Environment,
}

impl Serve {
    /// A server for real that does not migrate, with the machine's clock and dice.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self { settings, mode: Mode::Production, migrate: false, environment: Environment::system() }
    }

    /// Starts the server. Its listeners are open when this answers, and health is told; use cases follow once the database
    /// is there and migrated, see [`Running::prepared`].
    ///
    /// # Errors
    /// The key file is missing or unusable, an address is taken, or, in development, not of this machine alone.
    pub async fn start(self) -> anyhow::Result<Running> {
        let listeners = Listeners::bind(self.mode, &self.settings).await?;
        let keyring = prepare::open_keyring(&self)?;
        let (grpc_addr, http_addr) = listeners.addresses()?;
        info!(grpc = %grpc_addr, http = http_addr.map(tracing::field::display), "listening");

        let (board, health) = Board::new().await;
        let gate = Gate::default();
        let routes = routes::of_listener(health, self.settings.reflection.enabled, gate.clone())?;
        let (phase, phases) = Phases::new();
        let (tell, prepared) = watch::channel(None);
        let store = Arc::default();
        let mut running = Running {
            grpc_addr,
            http_addr,
            drain_delay: self.settings.server.drain_delay,
            drain_timeout: self.settings.server.drain_timeout,
            board: board.clone(),
            phase,
            prepared,
            store: Arc::clone(&store),
            tasks: JoinSet::new(),
        };
        let closing = phases.clone().reached(Phase::Closing);
        running.tasks.spawn(transport::serve(listeners.grpc, routes, self.settings.server.clone(), closing));
        let door = Door::default();
        if let Some(http) = listeners.http {
            let serving = keystead_http::serve(http, door.clone(), phases.clone().reached(Phase::Closing));
            running.tasks.spawn(async {
                serving.await;
                Ok(())
            });
        }
        let work = Work { serve: self, keyring, store, board, gate, phases, grpc_addr, http_addr, door };
        running.tasks.spawn(work.run(tell));
        Ok(running)
    }
}
