//! A call is one attempt or several, under one deadline.

use std::time::Duration;

use tokio::time::{Instant, sleep, timeout_at};
use tonic::{Code, Status};

use crate::error::{Error, retry_delay_in};
use crate::retry::{Budget, Jitter, Retry};

/// What decides about repeats; shared by all calls of a client.
#[derive(Debug)]
pub(crate) struct Attempts {
    retry: Retry,
    budget: Budget,
    jitter: Jitter,
}

impl Attempts {
    pub(crate) fn new(retry: Retry) -> Self {
        Self { retry, budget: Budget::full(), jitter: Jitter::for_this_client() }
    }

    /// Calls `send` with the time that is left until it answers, may not be repeated, or `timeout` is over. A repeat that
    /// could not begin before the deadline is not waited for: the failure at hand says more than `Deadline` would.
    pub(crate) async fn run<A, F>(
        &self,
        timeout: Duration,
        repeatable: bool,
        mut send: impl FnMut(Duration) -> F,
    ) -> Result<A, Error>
    where
        F: Future<Output = Result<A, Status>>,
    {
        let deadline = Instant::now() + timeout;
        let mut attempt = 1;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let status = match timeout_at(deadline, send(left)).await {
                Err(_) => return Err(Error::Deadline),
                Ok(Ok(answer)) => {
                    self.budget.succeeded();
                    return Ok(answer);
                }
                Ok(Err(status)) => status,
            };
            let delay = self.delay_before_next(&status, attempt, repeatable);
            let left = deadline.saturating_duration_since(Instant::now());
            let Some(delay) = delay.filter(|delay| *delay < left) else { return Err(status.into()) };
            sleep(delay).await;
            attempt += 1;
        }
    }

    fn delay_before_next(&self, status: &Status, attempt: u32, repeatable: bool) -> Option<Duration> {
        let unavailable = status.code() == Code::Unavailable;
        let within_budget = unavailable && self.budget.failed();
        let may_repeat = repeatable && within_budget && attempt < self.retry.max_attempts;
        may_repeat.then(|| self.retry.delay_after(attempt, self.jitter.next(), retry_delay_in(status)))
    }
}

#[cfg(test)]
mod tests;
