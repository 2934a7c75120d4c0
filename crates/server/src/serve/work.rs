//! What a server does behind its listeners: it prepares, lets calls in, and keeps its jobs going until it drains.

use std::{
    net::SocketAddr,
    sync::{Arc, OnceLock},
};

use anyhow::Context;
use keystead_http::Door;
use keystead_keyring::Keyring;
use keystead_service::Service;
use keystead_store::Store;
use tokio::sync::watch;

use super::{
    Serve,
    gate::Gate,
    health::Board,
    phase::{Phase, Phases},
    prepare, purge,
    readiness::Readiness,
    running::Prepared,
};
use crate::{
    config::{Mode, Settings},
    dev::{Development, SetUp},
    private,
};

pub(super) struct Work {
    pub(super) serve: Serve,
    pub(super) keyring: Keyring,
    /// Set once connected, for whoever stops the server.
    pub(super) store: Arc<OnceLock<Store>>,
    pub(super) board: Board,
    pub(super) gate: Gate,
    pub(super) phases: Phases,
    pub(super) grpc_addr: SocketAddr,
    pub(super) http_addr: Option<SocketAddr>,
    pub(super) door: Door,
}

impl Work {
    /// Works until the server closes.
    pub(super) async fn run(self, tell: watch::Sender<Option<Prepared>>) -> anyhow::Result<()> {
        let prepare = Box::pin(self.prepare());
        let Some(prepared) = self.phases.until(Phase::Draining, prepare).await else { return Ok(()) };
        let (service, development) = prepared?;
        let mut readiness = Readiness::new(&service, &self.board);
        readiness.ask().await;
        tell.send_replace(Some(development));
        self.jobs(&service, readiness).await;
        Ok(())
    }

    /// From a database somewhere to calls let in.
    async fn prepare(&self) -> anyhow::Result<(Service, Prepared)> {
        let Serve { settings, environment, .. } = &self.serve;
        prepare::make_data_dir(settings)?;
        let store = prepare::connect(settings).await?;
        let _ = self.store.set(store.clone());
        prepare::migrated(&store, &self.serve).await?;
        let service =
            Service::new(store.clone(), self.keyring.clone(), environment.clone(), settings.service());
        let development = match (self.serve.mode, self.http_addr) {
            (Mode::Development, Some(http)) => Some(Arc::new(self.set_up(&store, &service, http).await?)),
            _ => None,
        };
        self.gate.open(keystead_grpc::routes(service.clone(), settings.grpc()));
        let public = keystead_http::public(service.clone());
        self.door.open(match &development {
            None => public,
            Some(development) => {
                let caller = development.caller.clone();
                public.merge(keystead_http::playground(service.clone(), caller, environment.clone()))
            }
        });
        Ok((service, development))
    }

    async fn set_up(
        &self,
        store: &Store,
        service: &Service,
        http_addr: SocketAddr,
    ) -> anyhow::Result<Development> {
        let dir = &self.serve.settings.data.dir;
        private::make_dir(dir).with_context(|| format!("cannot make the directory {}", dir.display()))?;
        SetUp { store, service, dir, grpc_addr: self.grpc_addr, http_addr }.run().await
    }

    /// Keeps jobs going until the server drains.
    async fn jobs(&self, service: &Service, readiness: Readiness<'_>) {
        let Settings { server, retention, .. } = &self.serve.settings;
        let purge = purge::repeat(service, &self.serve.environment, retention.purge_interval);
        let jobs = async { tokio::join!(readiness.watch(server.readiness_interval), purge) };
        self.phases.until(Phase::Draining, jobs).await;
    }
}
