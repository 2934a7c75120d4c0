//! When the key file may be read again, and when it must.

use std::time::Duration;

use keystead_domain::Timestamp;

/// Tokens that name made-up keys cause no more readings than this.
const PAUSE: Duration = Duration::from_secs(10);
/// Half of the minute that a superseded key is accepted beyond the longest life of a token.
const AGE: Duration = Duration::from_secs(30);

/// When the file was read.
pub(super) struct Schedule {
    opened_at: Timestamp,
    again_at: Option<Timestamp>,
}

impl Schedule {
    pub(super) const fn opened(now: Timestamp) -> Self {
        Self { opened_at: now, again_at: None }
    }

    pub(super) const fn read_again(&mut self, now: Timestamp) {
        self.again_at = Some(now);
    }

    pub(super) fn is_due_by_age(&self, now: Timestamp) -> bool {
        are_apart(now, self.again_at.unwrap_or(self.opened_at), AGE)
    }

    pub(super) fn is_due_for_unknown_key(&self, now: Timestamp) -> bool {
        self.again_at.is_none_or(|again_at| are_apart(now, again_at, PAUSE))
    }
}

/// In either direction: a wall clock that was set back must not stop the readings.
fn are_apart(a: Timestamp, b: Timestamp, least: Duration) -> bool {
    u128::from(a.micros().abs_diff(b.micros())) >= least.as_micros()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn an_unknown_key_is_looked_for_at_most_once_in_ten_seconds() {
        let mut schedule = Schedule::opened(at(1000));
        assert!(schedule.is_due_for_unknown_key(at(1000)));
        schedule.read_again(at(1000));
        for (now, due) in [(1000, false), (1009, false), (1010, true), (991, false), (990, true)] {
            assert_eq!(schedule.is_due_for_unknown_key(at(now)), due, "{now}");
        }
    }

    #[test]
    fn the_file_is_read_again_after_thirty_seconds() {
        let mut schedule = Schedule::opened(at(1000));
        for (now, due) in [(1000, false), (1029, false), (1030, true), (971, false), (970, true)] {
            assert_eq!(schedule.is_due_by_age(at(now)), due, "{now}");
        }
        schedule.read_again(at(1020));
        assert!(!schedule.is_due_by_age(at(1049)));
        assert!(schedule.is_due_by_age(at(1050)));
    }
}
