//! Times as people and the key file write them: RFC 3339 in UTC.

use keystead_domain::Timestamp;
use toml::value::{Datetime, Offset};

const MICROS: i64 = 1_000_000;
const DAY: i64 = 86_400;
/// Days from 0000-03-01 to 1970-01-01: years are counted from March, so that the leap day is the last.
const EPOCH: i64 = 719_468;
/// Days of 400 years.
const ERA: i64 = 146_097;

/// `2026-11-24T12:00:00Z`, with six decimals where it is not a whole second.
pub(crate) fn text(at: Timestamp) -> String {
    let (seconds, micros) = (at.micros().div_euclid(MICROS), at.micros().rem_euclid(MICROS));
    let (year, month, day) = civil(seconds.div_euclid(DAY));
    let second = seconds.rem_euclid(DAY);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    let fraction = if micros == 0 { String::new() } else { format!(".{micros:06}") };
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z")
}

/// The moment of a TOML date-time with date, time and offset `Z`.
pub(crate) fn timestamp(datetime: &Datetime) -> Option<Timestamp> {
    let (Some(date), Some(time), Some(Offset::Z)) = (datetime.date, datetime.time, datetime.offset) else {
        return None;
    };
    let days = days(date.year.into(), date.month.into(), date.day.into());
    let seconds =
        days * DAY + i64::from(time.hour) * 3600 + i64::from(time.minute) * 60 + i64::from(time.second);
    Some(Timestamp::from_micros(seconds * MICROS + i64::from(time.nanosecond) / 1_000))
}

/// Year, month and day of the proleptic Gregorian calendar, this many days after 1970-01-01.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + EPOCH;
    let (era, day) = (days.div_euclid(ERA), days.rem_euclid(ERA));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

/// The inverse of [`civil`].
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, year) = (year.div_euclid(400), year.rem_euclid(400));
    let month = if month > 2 { month - 3 } else { month + 9 };
    era * ERA + year * 365 + year / 4 - year / 100 + (153 * month + 2) / 5 + day - 1 - EPOCH
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_moments_are_written_as_people_do() {
        for (micros, expected) in [
            (0, "1970-01-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59.999999Z"),
            (951_782_400_000_000, "2000-02-29T00:00:00Z"),
            (951_868_800_000_000, "2000-03-01T00:00:00Z"),
            (1_709_251_199_000_001, "2024-02-29T23:59:59.000001Z"),
            (1_795_521_600_000_000, "2026-11-24T12:00:00Z"),
            (4_107_542_400_000_000, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(text(Timestamp::from_micros(micros)), expected);
        }
    }

    #[test]
    fn only_a_full_date_time_in_utc_is_a_moment() {
        for text in ["2026-11-24", "12:00:00", "2026-11-24T12:00:00", "2026-11-24T12:00:00+01:00"] {
            assert_eq!(timestamp(&text.parse().unwrap()), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_moment_until_the_year_9999_survives_its_text(micros in 0..253_402_300_800_000_000_i64) {
            let at = Timestamp::from_micros(micros);
            prop_assert_eq!(timestamp(&text(at).parse().unwrap()), Some(at));
        }
    }
}
