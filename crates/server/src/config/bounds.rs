//! The ranges of settings.

use std::{ops::RangeInclusive, time::Duration};

use super::{Settings, duration};

/// One setting and the range it must lie in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The setting, as `section.key`.
    pub key: &'static str,
    /// Its value.
    pub value: String,
    /// The range, such as `1s to 5m`.
    pub range: String,
    /// Whether the value lies in the range.
    pub holds: bool,
}

/// Settings lie outside their ranges.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", lines(.0))]
pub struct OutOfBounds(pub Vec<Bound>);

fn lines(bounds: &[Bound]) -> String {
    let line = |b: &Bound| format!("{} is {}, but must be {}", b.key, b.value, b.range);
    bounds.iter().map(line).collect::<Vec<_>>().join("\n")
}

impl Settings {
    /// Every setting that has a range.
    #[must_use]
    pub fn bounds(&self) -> Vec<Bound> {
        let Self { server, database, directory, retention, .. } = self;
        vec![
            span("server.default_deadline", server.default_deadline, MILLI * 100..=MINUTE),
            span("server.max_deadline", server.max_deadline, MILLI * 100..=MINUTE),
            count("server.max_header_bytes", server.max_header_bytes, 4 * 1024..=64 * 1024),
            count("server.max_concurrent_streams", server.max_concurrent_streams, 1..=65_536),
            count("server.max_concurrent_calls", server.max_concurrent_calls, 1..=65_536),
            span("server.max_connection_age", server.max_connection_age, SECOND * 10..=DAY),
            span("server.keepalive_interval", server.keepalive_interval, SECOND..=HOUR),
            span("server.keepalive_timeout", server.keepalive_timeout, SECOND..=MINUTE),
            span("server.readiness_interval", server.readiness_interval, MILLI * 10..=MINUTE),
            span("server.drain_delay", server.drain_delay, Duration::ZERO..=MINUTE * 5),
            span("server.drain_timeout", server.drain_timeout, MILLI * 100..=MINUTE * 10),
            count("database.max_connections", database.max_connections, 1..=1000),
            span("database.acquire_timeout", database.acquire_timeout, MILLI * 10..=MINUTE),
            count("database.most_per_commit", database.most_per_commit, 1..=64),
            span("directory.max_age", directory.max_age, Duration::ZERO..=MINUTE),
            span("retention.outcomes", retention.outcomes, HOUR..=DAY * 90),
            span("retention.events", retention.events, DAY..=DAY * 3650),
            span("retention.revoked", retention.revoked, DAY..=DAY * 3650),
            span("retention.purge_interval", retention.purge_interval, SECOND..=DAY),
        ]
    }

    /// What the database's URL must name.
    fn database(&self) -> Bound {
        let url = &self.database.url;
        Bound {
            key: "database.url",
            value: url.to_string(),
            range: "sqlite://PATH?mode=rwc or mysql://USER:PASSWORD@HOST/NAME".to_owned(),
            holds: url.names_a_database(),
        }
    }

    /// Holds the settings to their ranges.
    ///
    /// # Errors
    /// [`OutOfBounds`] with every setting that is outside.
    pub fn check_bounds(&self) -> Result<(), OutOfBounds> {
        let bounds = self.bounds().into_iter().chain([self.database()]);
        let broken: Vec<Bound> = bounds.filter(|bound| !bound.holds).collect();
        if broken.is_empty() { Ok(()) } else { Err(OutOfBounds(broken)) }
    }
}

const MILLI: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

fn span(key: &'static str, value: Duration, range: RangeInclusive<Duration>) -> Bound {
    bound(key, value, range, duration::text)
}

fn count(key: &'static str, value: u32, range: RangeInclusive<u32>) -> Bound {
    bound(key, value, range, |number| number.to_string())
}

fn bound<T: PartialOrd + Copy>(
    key: &'static str,
    value: T,
    range: RangeInclusive<T>,
    text: fn(T) -> String,
) -> Bound {
    Bound {
        key,
        value: text(value),
        range: format!("{} to {}", text(*range.start()), text(*range.end())),
        holds: range.contains(&value),
    }
}
