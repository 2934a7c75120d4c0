//! The line before SQLite's one writer.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sea_orm::{ConnAcquireErr, DbErr};
use tokio::{sync::oneshot, time::timeout};

use super::turn::Turn;

/// Who is at the writer, and who waits for it, in order of arrival.
#[derive(Debug)]
pub(crate) struct Line {
    most_per_commit: u32,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Whether somebody has the [`Lead`].
    led: bool,
    waiting: VecDeque<Waiter>,
}

/// Somebody who waits, or has ceased to.
pub(super) type Waiter = oneshot::Sender<Pass>;

/// What waiting ends with.
#[derive(Debug)]
pub(crate) enum Pass {
    /// There is no transaction: this one begins it.
    Lead(Lead),
    /// There is one, and its connection.
    Follow(Turn),
}

/// The right to begin transactions; dropped, it goes to whoever waits next.
#[derive(Debug)]
pub(crate) struct Lead(Arc<Line>);

impl Line {
    /// A line nobody stands in.
    pub(crate) fn new(most_per_commit: u32) -> Arc<Self> {
        Arc::new(Self { most_per_commit, state: Mutex::default() })
    }

    /// Waits for the writer. To drop this is to leave the line.
    ///
    /// # Errors
    /// As a pool's where no connection was free in time.
    pub(crate) async fn wait(self: &Arc<Self>, longest: Duration) -> Result<Pass, DbErr> {
        let pass = match self.join() {
            Ok(lead) => return Ok(Pass::Lead(lead)),
            Err(pass) => pass,
        };
        match timeout(longest, pass).await {
            Ok(Ok(pass)) => Ok(pass),
            _ => Err(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)),
        }
    }

    fn join(self: &Arc<Self>) -> Result<Lead, oneshot::Receiver<Pass>> {
        let mut state = self.state();
        if state.led {
            let (waiter, pass) = oneshot::channel();
            state.waiting.push_back(waiter);
            return Err(pass);
        }
        state.led = true;
        Ok(Lead(Arc::clone(self)))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn next(&mut self) -> Option<Waiter> {
        while let Some(waiter) = self.waiting.pop_front() {
            if !waiter.is_closed() {
                return Some(waiter);
            }
        }
        None
    }
}

impl Lead {
    /// Who waits next, where a group of so many may grow.
    pub(super) fn next(&self, members: u32) -> Option<Waiter> {
        if members < self.0.most_per_commit { self.0.state().next() } else { None }
    }
}

impl Drop for Lead {
    fn drop(&mut self) {
        let next = {
            let mut state = self.0.state();
            let next = state.next();
            state.led = next.is_some();
            next
        };
        if let Some(next) = next {
            // Whoever left the line just now drops it in turn.
            let _ = next.send(Pass::Lead(Self(Arc::clone(&self.0))));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_mins(1);

    fn is_lead(pass: &Result<Pass, DbErr>) -> bool {
        matches!(pass, Ok(Pass::Lead(_)))
    }

    #[tokio::test]
    async fn the_first_leads_and_the_others_in_order_of_arrival() {
        let line = Line::new(32);
        let first = line.wait(LONG).await;
        assert!(is_lead(&first));
        let (mut second, mut third) = (Box::pin(line.wait(LONG)), Box::pin(line.wait(LONG)));
        assert!(polled(&mut second).await.is_none());
        assert!(polled(&mut third).await.is_none());
        drop(first);
        assert!(polled(&mut third).await.is_none());
        let second = polled(&mut second).await.unwrap();
        assert!(is_lead(&second));
        drop(second);
        assert!(is_lead(&polled(&mut third).await.unwrap()));
        assert!(is_lead(&line.wait(LONG).await), "nobody is left");
    }

    #[tokio::test]
    async fn who_leaves_the_line_is_passed_over_even_with_the_lead_in_hand() {
        let line = Line::new(32);
        let first = line.wait(LONG).await;
        let mut leaving = [(); 3].map(|()| Box::pin(line.wait(LONG)));
        let mut last = Box::pin(line.wait(LONG));
        for waiting in &mut leaving {
            assert!(polled(waiting).await.is_none());
        }
        assert!(polled(&mut last).await.is_none());
        let [one, two, three] = leaving;
        drop(one);
        drop(first);
        // The second has been given the lead and never looked.
        drop((two, three));
        assert!(is_lead(&polled(&mut last).await.unwrap()));
    }

    #[tokio::test(start_paused = true)]
    async fn waiting_ends_as_waiting_for_a_connection_does() {
        let line = Line::new(32);
        let _first = line.wait(LONG).await;
        let second = line.wait(Duration::from_secs(2)).await;
        assert!(matches!(second, Err(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))), "{second:?}");
    }

    #[tokio::test]
    async fn a_full_group_takes_nobody() {
        let line = Line::new(2);
        let Ok(Pass::Lead(lead)) = line.wait(LONG).await else { panic!("it is free") };
        let mut second = Box::pin(line.wait(LONG));
        assert!(polled(&mut second).await.is_none());
        assert!(lead.next(2).is_none());
        assert!(lead.next(1).is_some());
        assert!(lead.next(1).is_none(), "nobody waits");
    }

    async fn polled<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
        std::future::poll_fn(|context| match std::pin::Pin::new(&mut *future).poll(context) {
            std::task::Poll::Ready(output) => std::task::Poll::Ready(Some(output)),
            std::task::Poll::Pending => std::task::Poll::Ready(None),
        })
        .await
    }
}
