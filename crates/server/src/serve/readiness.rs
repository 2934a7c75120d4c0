//! Asks again and again whether the server can serve, and tells health.

use std::time::Duration;

use keystead_service::Service;
use tracing::{info, warn};

use super::health::Board;

/// What was told last, and where.
pub(super) struct Readiness<'a> {
    service: &'a Service,
    board: &'a Board,
    serving: bool,
}

impl<'a> Readiness<'a> {
    /// Told nothing yet: the board says `NOT_SERVING`.
    pub(super) const fn new(service: &'a Service, board: &'a Board) -> Self {
        Self { service, board, serving: false }
    }

    /// Asks, and tells a change.
    pub(super) async fn ask(&mut self) {
        let fault = self.service.ready().await.err();
        if self.serving == fault.is_none() {
            return;
        }
        self.serving = fault.is_none();
        self.board.tell(self.serving).await;
        match fault {
            None => info!("serving"),
            Some(fault) => warn!(error = format!("{:#}", anyhow::Error::from(fault)), "not serving"),
        }
    }

    /// Asks for ever.
    pub(super) async fn watch(mut self, interval: Duration) {
        loop {
            tokio::time::sleep(interval).await;
            self.ask().await;
        }
    }
}
