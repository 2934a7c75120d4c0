//! Durations as people write them: a whole number and a unit, such as `250ms`, `5s`, `10m`, `24h`, `90d`.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serializer, de};

/// Units from the largest to the smallest, in milliseconds.
const UNITS: [(&str, u64); 5] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// A text is not a duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a whole number and a unit (ms, s, m, h, d), such as `250ms` or `5s`")]
pub struct DurationError;

/// Reads a duration.
///
/// # Errors
/// [`DurationError`] for anything but one whole number directly followed by one unit.
pub fn parse(text: &str) -> Result<Duration, DurationError> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let (_, millis) = UNITS.iter().find(|(name, _)| *name == unit).ok_or(DurationError)?;
    let number: u64 = number.parse().map_err(|_| DurationError)?;
    number.checked_mul(*millis).map(Duration::from_millis).ok_or(DurationError)
}

/// Writes a duration in the largest unit that holds it without a remainder; what is below a millisecond is dropped.
#[must_use]
pub fn text(duration: Duration) -> String {
    let total = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    let whole = UNITS.iter().find(|(_, millis)| total > 0 && total.is_multiple_of(*millis));
    whole.map_or_else(|| "0s".to_owned(), |(name, millis)| format!("{}{name}", total / millis))
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Duration, D::Error> {
    parse(&String::deserialize(input)?).map_err(de::Error::custom)
}

pub(super) fn serialize<S: Serializer>(duration: &Duration, output: S) -> Result<S::Ok, S::Error> {
    output.serialize_str(&text(*duration))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_a_whole_number_and_a_unit() {
        for (written, millis) in
            [("250ms", 250), ("5s", 5_000), ("10m", 600_000), ("24h", 86_400_000), ("0s", 0), ("0d", 0)]
        {
            assert_eq!(parse(written), Ok(Duration::from_millis(millis)), "{written}");
        }
        for written in
            ["", "5", "s", "-5s", "+5s", "1.5s", "5 s", "5S", "5s5s", "1h30m", "18446744073709551615d"]
        {
            assert_eq!(parse(written), Err(DurationError), "{written}");
        }
    }

    #[test]
    fn a_written_duration_reads_back_as_the_same() {
        for written in ["0s", "1ms", "1500ms", "5s", "90s", "5m", "36h", "1d", "90d"] {
            assert_eq!(text(parse(written).unwrap()), written);
        }
        assert_eq!(text(Duration::from_hours(1)), "1h");
    }
}
