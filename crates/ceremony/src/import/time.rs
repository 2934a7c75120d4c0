//! Times as RFC 3339 writes them.

use keystead_domain::Timestamp;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

const MICROS: i64 = 1_000_000;

/// Seconds since 1970 and nanoseconds, of a time with an offset.
pub(super) fn parse(text: &str) -> Option<(i64, i32)> {
    let at = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    Some((at.unix_timestamp(), at.nanosecond().try_into().ok()?))
}

/// As [`parse`]; a time without an offset, as databases write theirs, is in UTC.
pub(super) fn parse_in_utc(text: &str) -> Option<(i64, i32)> {
    parse(text).or_else(|| parse(&format!("{text}Z")))
}

/// The text in UTC, with three or six decimals where it is not a whole second, as proto3 JSON wants them. `None` outside
/// the years 0 to 9999.
pub(super) fn text(at: Timestamp) -> Option<String> {
    let (seconds, micros) = (at.micros().div_euclid(MICROS), at.micros().rem_euclid(MICROS));
    let whole = OffsetDateTime::from_unix_timestamp(seconds).ok()?.format(&Rfc3339).ok()?;
    let fraction = match (micros, micros % 1_000) {
        (0, _) => return Some(whole),
        (_, 0) => format!(".{:03}Z", micros / 1_000),
        _ => format!(".{micros:06}Z"),
    };
    Some(whole.replace('Z', &fraction))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_as_many_decimals_as_it_needs() {
        for (micros, expected) in [
            (0, Some("1970-01-01T00:00:00Z")),
            (-1, Some("1969-12-31T23:59:59.999999Z")),
            (1_795_521_600_000_000, Some("2026-11-24T12:00:00Z")),
            (1_795_521_600_250_000, Some("2026-11-24T12:00:00.250Z")),
            (1_795_521_600_250_001, Some("2026-11-24T12:00:00.250001Z")),
            (i64::MAX, None),
        ] {
            assert_eq!(text(Timestamp::from_micros(micros)).as_deref(), expected, "{micros}");
        }
    }

    #[test]
    fn offsets_are_minded_and_only_databases_leave_them_out() {
        let noon = Some((1_795_521_600, 500_000_000));
        for text in ["2026-11-24T12:00:00.5Z", "2026-11-24T13:30:00.5+01:30", "2026-11-24 12:00:00.5+00:00"] {
            assert_eq!(parse(text), noon, "{text}");
            assert_eq!(parse_in_utc(text), noon, "{text}");
        }
        for text in ["2026-11-24T12:00:00.5", "2026-11-24 12:00:00.5"] {
            assert_eq!(parse(text), None, "{text}");
            assert_eq!(parse_in_utc(text), noon, "{text}");
        }
        for text in ["", "2026-11-24", "2026-13-24T12:00:00Z", "1795521600", "ä"] {
            assert_eq!(parse_in_utc(text), None, "{text}");
        }
    }
}
