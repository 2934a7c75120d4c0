//! The keys of a file as a table for people.

use std::{fmt, time::Duration};

use keystead_domain::Timestamp;
use keystead_keyring::key_file::{Key, KeyFile, State};

/// The keys, as they are now.
pub(super) struct Listing<'a> {
    pub(super) file: &'a KeyFile,
    pub(super) now: Timestamp,
}

impl fmt::Display for Listing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<10}{:<10}{:<12}next", "id", "state", "since")?;
        for key in self.file.keys() {
            let since = format!("{} ago", passed(key, self.now));
            // Padded as texts: an id's and a state's own formats know no width.
            let (id, state) = (key.id().to_string(), key.state().as_str());
            writeln!(f, "{}", format!("{id:<10}{state:<10}{since:<12}{}", next(key, self.now)).trim_end())?;
        }
        Ok(())
    }
}

/// How long the key has been in its state.
fn passed(key: &Key, now: Timestamp) -> String {
    let since = [key.retired_at(), key.superseded_at(), key.activated_at()];
    let since = since.into_iter().flatten().next().unwrap_or(key.created_at());
    roughly(between(since, now), u64::div_euclid)
}

/// What can be done with the key, and when.
fn next(key: &Key, now: Timestamp) -> String {
    let (what, from) = match (key.state(), key.may_be_activated_from(), key.may_be_retired_from()) {
        (State::Active | State::Retired, ..) | (_, None, None) => return String::new(),
        (_, Some(from), _) => ("activated", from),
        (_, None, Some(from)) => ("retired", from),
    };
    if from <= now {
        format!("can be {what}")
    } else {
        format!("can be {what} in {}", roughly(between(now, from), u64::div_ceil))
    }
}

fn between(early: Timestamp, late: Timestamp) -> Duration {
    Duration::from_micros(u64::try_from(late.micros() - early.micros()).unwrap_or(0))
}

/// A duration in the largest unit of which it has two at least, rounded as whoever reads it needs it.
fn roughly(duration: Duration, rounded: fn(u64, u64) -> u64) -> String {
    let millis = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    let units = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)];
    let (name, unit) = units.into_iter().find(|(_, unit)| millis >= 2 * unit).unwrap_or(("s", 1_000));
    format!("{}{name}", rounded(millis, unit))
}
