//! One measurement, and the median of several.

use std::time::Duration;

/// What was seen in one measurement.
#[derive(Clone, Debug, Default)]
pub(crate) struct Measured {
    /// Logins completed.
    pub(crate) logins: u64,
    /// How long it took.
    pub(crate) elapsed: Duration,
    /// Half of the logins took no longer: start and finish together.
    pub(crate) p50: Duration,
    /// Of a hundred logins 99 took no longer.
    pub(crate) p99: Duration,
    /// Processor time of the server.
    pub(crate) server: Duration,
    /// Processor time of the database, where it is a process of its own.
    pub(crate) database: Option<Duration>,
    /// Statements, where the database counts them.
    pub(crate) statements: Option<u64>,
    /// Commits, where the database counts them.
    pub(crate) commits: Option<u64>,
    /// Preparations of statements, where the database counts them.
    pub(crate) prepares: Option<u64>,
    /// The server's memory at the end, in MiB.
    pub(crate) memory: f64,
}

impl Measured {
    /// Logins per second.
    pub(crate) fn rate(&self) -> f64 {
        as_f64(self.logins) / self.elapsed.as_secs_f64()
    }

    /// Processor time of the server per login, in microseconds.
    pub(crate) fn server_per_login(&self) -> f64 {
        self.server.as_secs_f64() * 1e6 / as_f64(self.logins.max(1))
    }

    /// Processor time of the database per login, in microseconds.
    pub(crate) fn database_per_login(&self) -> Option<f64> {
        self.database.map(|time| time.as_secs_f64() * 1e6 / as_f64(self.logins.max(1)))
    }

    /// Of the server and the database together: what a login costs.
    pub(crate) fn cpu_per_login(&self) -> f64 {
        self.server_per_login() + self.database_per_login().unwrap_or(0.0)
    }

    /// A count per login.
    pub(crate) fn per_login(&self, count: Option<u64>) -> Option<f64> {
        count.map(|count| as_f64(count) / as_f64(self.logins.max(1)))
    }
}

/// The latencies at these shares of all, sorted in place.
pub(crate) fn percentiles(latencies: &mut [Duration]) -> (Duration, Duration) {
    latencies.sort_unstable();
    let at = |percent: usize| latencies.get(latencies.len() * percent / 100).copied().unwrap_or_default();
    (at(50), at(99))
}

/// The one in the middle by CPU per login.
pub(crate) fn median(mut all: Vec<Measured>) -> Measured {
    all.sort_by(|a, b| a.cpu_per_login().total_cmp(&b.cpu_per_login()));
    let middle = all.len() / 2;
    all.swap_remove(middle)
}

#[expect(clippy::cast_precision_loss, reason = "counts of a run are far below 2^52")]
fn as_f64(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_taken_from_the_sorted_whole() {
        let mut latencies: Vec<Duration> = (1..=200).rev().map(Duration::from_millis).collect();
        assert_eq!(percentiles(&mut latencies), (Duration::from_millis(101), Duration::from_millis(199)));
        assert_eq!(percentiles(&mut []), (Duration::ZERO, Duration::ZERO));
    }

    #[test]
    fn the_median_is_the_middle_one_by_cost() {
        let of =
            |micros| Measured { logins: 1, server: Duration::from_micros(micros), ..Measured::default() };
        assert!((median(vec![of(9), of(1), of(5)]).cpu_per_login() - 5.0).abs() < 1e-9);
    }
}
