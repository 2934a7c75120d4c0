//! What a server does behind its listeners: it prepares, lets calls in, and keeps its jobs going until it drains.

use std::{
    net::SocketAddr,
    sync::{Arc, OnceLock},
};

use anyhow::Context;
use keystead_keyring::Keyring;
use keystead_service::Service;
use keystead_store::Store;
use tokio::{net::TcpListener, sync::watch};

use super::{
    Serve,
    gate::Gate,
    health::Board,
    phase::{Phase, Phases},
    playground, prepare, purge,
    readiness::Readiness,
    running::Prepared,
};
use crate::{
    config::Settings,
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
    pub(super) http: Option<TcpListener>,
}

impl Work {
    /// Works until the server closes.
    pub(super) async fn run(mut self, tell: watch::Sender<Option<Prepared>>) -> anyhow::Result<()> {
        let http = self.http.take();
        let prepare = Box::pin(self.prepare(http.as_ref()));
        let Some(prepared) = self.phases.until(Phase::Draining, prepare).await else { return Ok(()) };
        let (service, development) = prepared?;
        let development = development.map(Arc::new);
        let mut readiness = Readiness::new(&service, &self.board);
        readiness.ask().await;
        tell.send_replace(Some(development.clone()));
        tokio::try_join!(self.jobs(&service, readiness), self.page(&service, http.zip(development)))?;
        Ok(())
    }

    /// From a database somewhere to calls let in.
    async fn prepare(&self, http: Option<&TcpListener>) -> anyhow::Result<(Service, Option<Development>)> {
        let Serve { settings, environment, .. } = &self.serve;
        prepare::make_data_dir(settings)?;
        let store = prepare::connect(settings).await?;
        let _ = self.store.set(store.clone());
        prepare::migrated(&store, &self.serve).await?;
        let service =
            Service::new(store.clone(), self.keyring.clone(), environment.clone(), settings.service());
        let development = match http {
            Some(http) => Some(self.set_up(&store, &service, http.local_addr()?).await?),
            None => None,
        };
        self.gate.open(keystead_grpc::routes(service.clone(), settings.grpc()));
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
    async fn jobs(&self, service: &Service, readiness: Readiness<'_>) -> anyhow::Result<()> {
        let Settings { server, retention, .. } = &self.serve.settings;
        let purge = purge::repeat(service, &self.serve.environment, retention.purge_interval);
        let jobs = async { tokio::join!(readiness.watch(server.readiness_interval), purge) };
        self.phases.until(Phase::Draining, jobs).await;
        Ok(())
    }

    /// Serves the playground, in development, until the server closes.
    async fn page(
        &self,
        service: &Service,
        development: Option<(TcpListener, Arc<Development>)>,
    ) -> anyhow::Result<()> {
        let Some((http, development)) = development else { return Ok(()) };
        let closing = self.phases.clone().reached(Phase::Closing);
        let environment = self.serve.environment.clone();
        playground::serve(http, service.clone(), environment, development.caller.clone(), closing).await
    }
}
