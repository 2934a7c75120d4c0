//! The phases of a running server, told to all its tasks.

use tokio::sync::watch;

/// What a server is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    /// It starts, or serves.
    Serving,
    /// It is to stop: it reports `NOT_SERVING` and still serves, until load balancers have noticed.
    Draining,
    /// The listeners are closed; calls in flight end.
    Closing,
}

/// Hears of the phases.
#[derive(Clone, Debug)]
pub(super) struct Phases(watch::Receiver<Phase>);

impl Phases {
    /// A sender of phases, and who hears of them.
    pub(super) fn new() -> (watch::Sender<Phase>, Self) {
        let (sender, receiver) = watch::channel(Phase::Serving);
        (sender, Self(receiver))
    }

    /// Waits until a phase has come, or whoever tells them is gone.
    pub(super) async fn reached(mut self, phase: Phase) {
        let _ = self.0.wait_for(|now| *now >= phase).await;
    }

    /// Runs a future until a phase has come; `None` where it was not over by then.
    pub(super) async fn until<T>(&self, phase: Phase, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.clone().reached(phase) => None,
            done = work => Some(done),
        }
    }
}
