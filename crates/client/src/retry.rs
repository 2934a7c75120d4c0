//! How often a call is tried again, and after how long.

mod budget;
mod jitter;

use std::time::Duration;

pub(crate) use budget::Budget;
pub(crate) use jitter::Jitter;

/// When a call is tried again: only where Keystead or the way to it was `UNAVAILABLE`, only where a repeat does no harm
/// (the RPC changes nothing, is idempotent, or the request carries a `request_id`), and only within the call's deadline.
/// Where many calls fail, none is repeated until enough have succeeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// Attempts in all: 3 unless set. 0 and 1: no call is repeated.
    pub max_attempts: u32,
    /// The wait before the second attempt, 100 ms unless set; it doubles with each further one. Up to half of a wait is
    /// taken off at random, so that callers do not return in step.
    pub base_delay: Duration,
    /// The longest wait, 2 s unless set. A server that asks for more time gets it.
    pub max_delay: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        Self { max_attempts: 3, base_delay: Duration::from_millis(100), max_delay: Duration::from_secs(2) }
    }
}

impl Retry {
    /// Never tries again.
    #[must_use]
    pub fn never() -> Self {
        Self { max_attempts: 1, ..Self::default() }
    }

    /// The wait after the failed `attempt` (the first is 1). `random` is uniform. What the server `asked` for is the
    /// least that is waited: coming back earlier, by chance or by rule, would be in vain.
    pub(crate) fn delay_after(&self, attempt: u32, random: u32, asked: Option<Duration>) -> Duration {
        let doublings = attempt.saturating_sub(1).min(31);
        let backoff = self.base_delay.saturating_mul(1 << doublings).min(self.max_delay);
        let spread = (backoff / 2).mul_f64(f64::from(random) / f64::from(u32::MAX));
        asked.map_or(backoff.saturating_sub(spread), |asked| asked.saturating_add(spread))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn millis(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn wait_doubles_up_to_the_longest() {
        let retry = Retry { max_attempts: 9, base_delay: millis(100), max_delay: millis(500) };
        let waits: Vec<_> = (1..=5).map(|attempt| retry.delay_after(attempt, 0, None)).collect();
        assert_eq!(waits, [100, 200, 400, 500, 500].map(millis));
        assert_eq!(retry.delay_after(u32::MAX, 0, None), millis(500));
    }

    #[test]
    fn chance_takes_up_to_half_of_a_wait() {
        let retry = Retry::default();
        assert_eq!(retry.delay_after(2, u32::MAX, None), millis(100));
        let halfway = retry.delay_after(2, u32::MAX / 2, None);
        assert!(halfway > millis(149) && halfway < millis(151), "{halfway:?}");
    }

    #[test]
    fn server_that_asks_for_time_gets_at_least_that() {
        let retry = Retry::default();
        assert_eq!(retry.delay_after(1, 0, Some(millis(3000))), millis(3000));
        assert_eq!(retry.delay_after(1, u32::MAX, Some(millis(3000))), millis(3050));
        assert_eq!(retry.delay_after(1, u32::MAX, Some(Duration::MAX)), Duration::MAX);
    }
}
