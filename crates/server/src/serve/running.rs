//! A server that runs.

use std::{
    net::SocketAddr,
    sync::{Arc, OnceLock},
    time::Duration,
};

use anyhow::{Context, anyhow};
use keystead_store::Store;
use tokio::{sync::watch, task::JoinSet, time::timeout};
use tracing::{info, warn};

use super::{health::Board, phase::Phase};
use crate::dev::Development;

/// How long the database may take to let go at the end.
const CLOSING_TIME: Duration = Duration::from_secs(2);

/// What the start came to: the development set-up, in development.
pub(super) type Prepared = Option<Arc<Development>>;

/// A server that runs. Dropped without [`shutdown`](Self::shutdown), it stops at once.
pub struct Running {
    pub(super) grpc_addr: SocketAddr,
    pub(super) http_addr: Option<SocketAddr>,
    pub(super) drain_delay: Duration,
    pub(super) drain_timeout: Duration,
    pub(super) board: Board,
    pub(super) phase: watch::Sender<Phase>,
    pub(super) prepared: watch::Receiver<Option<Prepared>>,
    pub(super) store: Arc<OnceLock<Store>>,
    pub(super) tasks: JoinSet<anyhow::Result<()>>,
}

impl Running {
    /// Where gRPC listens.
    #[must_use]
    pub const fn grpc_addr(&self) -> SocketAddr {
        self.grpc_addr
    }

    /// Where HTTP listens; `None` where that is not configured.
    #[must_use]
    pub const fn http_addr(&self) -> Option<SocketAddr> {
        self.http_addr
    }

    /// Waits until the database is there and migrated, and calls are let in. In development, answers what is set up.
    ///
    /// # Errors
    /// What kept the server from serving; it has ended then.
    pub async fn prepared(&mut self) -> anyhow::Result<Option<Arc<Development>>> {
        let prepared = self.prepared.wait_for(Option::is_some).await.ok().and_then(|told| told.clone());
        match prepared {
            Some(prepared) => Ok(prepared),
            None => Err(self.failed().await),
        }
    }

    /// Waits until the server ends by itself, which means that something failed.
    pub async fn failed(&mut self) -> anyhow::Error {
        match self.tasks.join_next().await {
            Some(Ok(Err(error))) => error,
            Some(Err(error)) => error.into(),
            Some(Ok(Ok(()))) | None => anyhow!("the server ended by itself"),
        }
    }

    /// Drains and stops: `NOT_SERVING` is told, then the listeners close, then calls in flight end. What is in flight after
    /// the time for that is over ends with the process.
    ///
    /// # Errors
    /// Something failed on the way; it has stopped all the same.
    pub async fn shutdown(mut self) -> anyhow::Result<()> {
        info!("draining");
        let served = self.board.drain().await;
        self.phase.send_replace(Phase::Draining);
        // Whoever was never told to send calls need not be given time to stop.
        if served {
            tokio::time::sleep(self.drain_delay).await;
        }
        self.phase.send_replace(Phase::Closing);
        self.board.end_watches().await;
        let Ok(ended) = timeout(self.drain_timeout, self.all_ended()).await else {
            warn!(after = ?self.drain_timeout, "stopping although calls are in flight");
            self.tasks.shutdown().await;
            return Ok(());
        };
        if let Some(store) = self.store.get() {
            let _ = timeout(CLOSING_TIME, store.clone().close()).await;
        }
        info!("stopped");
        ended
    }

    async fn all_ended(&mut self) -> anyhow::Result<()> {
        while let Some(ended) = self.tasks.join_next().await {
            ended.context("a task of the server failed")??;
        }
        Ok(())
    }
}
