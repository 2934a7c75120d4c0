//! One measurement, and the median of several.

use std::time::Duration;

use tokio::time::Instant;

use crate::{
    engine::{Counted, Engine},
    machine::Pid,
    subject::Subject,
};

/// What a server and its database have used so far.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading {
    at: Instant,
    server: Duration,
    database: Option<Duration>,
    counted: Option<Counted>,
    memory: f64,
}

impl Reading {
    /// As it is now.
    pub(crate) async fn take(subject: &Subject, engine: &Engine) -> Self {
        let counted = engine.counted().await;
        Self {
            at: Instant::now(),
            server: subject.pid().processor_time(),
            database: engine.pid().map(Pid::processor_time),
            counted,
            memory: subject.pid().memory(),
        }
    }
}

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
    /// What the database was asked, where that is counted.
    pub(crate) asked: Option<Asked>,
    /// The server's memory at the end, in MiB.
    pub(crate) memory: f64,
}

/// What a database was asked, per login.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Asked {
    /// Statements, BEGIN and COMMIT included.
    pub(crate) statements: f64,
    /// Commits.
    pub(crate) commits: f64,
    /// Preparations of statements, where they are counted.
    pub(crate) prepares: Option<f64>,
}

impl Measured {
    /// What was used between two readings, by logins that took so long.
    pub(crate) fn between(before: Reading, after: Reading, mut latencies: Vec<Duration>) -> Self {
        let logins = u64::try_from(latencies.len()).expect("a count");
        let per_login = |before: u64, after: u64| per(after - before, logins);
        let (p50, p99) = percentiles(&mut latencies);
        Self {
            logins,
            elapsed: after.at - before.at,
            p50,
            p99,
            server: after.server.saturating_sub(before.server),
            database: before.database.zip(after.database).map(|(before, after)| after.saturating_sub(before)),
            asked: before.counted.zip(after.counted).map(|(before, after)| Asked {
                statements: per_login(before.statements, after.statements),
                commits: per_login(before.commits, after.commits),
                prepares: Some(per_login(before.prepares, after.prepares)),
            }),
            memory: after.memory,
        }
    }

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

    /// How far the slowest of a hundred logins is from the usual one.
    pub(crate) fn tail(&self) -> f64 {
        self.p99.as_secs_f64() / self.p50.as_secs_f64()
    }
}

/// A count per login.
pub(crate) fn per(count: u64, logins: u64) -> f64 {
    as_f64(count) / as_f64(logins.max(1))
}

/// The latencies at these shares of all, sorted in place.
fn percentiles(latencies: &mut [Duration]) -> (Duration, Duration) {
    latencies.sort_unstable();
    let at = |percent: usize| latencies.get(latencies.len() * percent / 100).copied().unwrap_or_default();
    (at(50), at(99))
}

/// The one in the middle by CPU per login.
pub(crate) fn median(all: Vec<Measured>) -> Measured {
    median_by(all, Measured::cpu_per_login)
}

/// The one in the middle by this figure.
pub(crate) fn median_by(mut all: Vec<Measured>, figure: impl Fn(&Measured) -> f64) -> Measured {
    all.sort_by(|a, b| figure(a).total_cmp(&figure(b)));
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
