//! Deadlines. tonic answers one that passed with CANCELLED; here it is `DEADLINE_EXCEEDED`, and no call is without one.

use std::time::Duration;

use http::HeaderMap;
use keystead_domain::Reason;

use super::ending::Ending;
use crate::{Settings, status};

/// tonic's server has a timer for the same header outside these layers, started a moment earlier: this much before it we
/// answer, or it would answer CANCELLED.
const AHEAD: Duration = Duration::from_millis(5);

/// How long this call may take: what its caller asked for within what is allowed.
pub(super) fn of(headers: &HeaderMap, settings: &Settings) -> Duration {
    asked(headers).unwrap_or(settings.default_deadline).min(settings.longest_deadline)
}

/// How long the caller asked for; a stream, which may go on for hours, has no other deadline.
pub(super) fn asked(headers: &HeaderMap) -> Option<Duration> {
    let asked = headers.get("grpc-timeout").and_then(|value| parse(value.to_str().ok()?));
    asked.map(|asked| asked.saturating_sub(AHEAD))
}

/// Drops the work where it stands when time is over; a transaction in progress is rolled back.
pub(super) async fn within<E: Ending>(limit: Option<Duration>, work: impl Future<Output = E>) -> E {
    let Some(limit) = limit else { return work.await };
    match tokio::time::timeout(limit, work).await {
        Ok(ending) => ending,
        Err(_) => E::of(status::because(Reason::Deadline)),
    }
}

/// `grpc-timeout`: 1 to 8 digits and a unit (gRPC over HTTP/2, Requests). What is malformed is as good as absent.
fn parse(text: &str) -> Option<Duration> {
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.len() > 8 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let count: u64 = digits.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_hours(count)),
        "M" => Some(Duration::from_mins(count)),
        "S" => Some(Duration::from_secs(count)),
        "m" => Some(Duration::from_millis(count)),
        "u" => Some(Duration::from_micros(count)),
        "n" => Some(Duration::from_nanos(count)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use tokio::time::Instant;

    use super::{super::Response, *};

    #[test]
    fn timeouts_are_digits_and_a_unit() {
        for (text, expected) in [
            ("2H", Some(Duration::from_hours(2))),
            ("3M", Some(Duration::from_mins(3))),
            ("5S", Some(Duration::from_secs(5))),
            ("250m", Some(Duration::from_millis(250))),
            ("0n", Some(Duration::ZERO)),
            ("99999999H", Some(Duration::from_hours(99_999_999))),
            ("7u", Some(Duration::from_micros(7))),
            ("100000000S", None),
            ("5", None),
            ("S", None),
            ("", None),
            ("+5S", None),
            ("5s", None),
            ("5 S", None),
            ("5Ж", None),
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }

    #[test]
    fn deadline_is_the_callers_the_default_or_the_longest() {
        let settings = Settings::default();
        let with = |timeout: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("grpc-timeout", timeout.parse().unwrap());
            of(&headers, &settings)
        };
        assert_eq!(of(&HeaderMap::new(), &settings), Duration::from_secs(10));
        assert_eq!(with("soon"), Duration::from_secs(10));
        assert_eq!(with("20S"), Duration::from_millis(19_995));
        assert_eq!(with("1m"), Duration::ZERO);
        assert_eq!(with("5M"), Duration::from_secs(30));
    }

    #[test]
    fn stream_has_the_deadline_that_its_caller_gives_and_no_other() {
        let mut headers = HeaderMap::new();
        assert_eq!(asked(&headers), None);
        headers.insert("grpc-timeout", "2H".parse().unwrap());
        assert_eq!(asked(&headers), Some(Duration::from_hours(2).saturating_sub(AHEAD)));
    }

    #[tokio::test(start_paused = true)]
    async fn handler_past_its_deadline_is_dropped_and_answered_deadline_exceeded() {
        struct Dropped<'a>(&'a AtomicBool);
        impl Drop for Dropped<'_> {
            fn drop(&mut self) {
                self.0.store(true, Ordering::Relaxed);
            }
        }
        let (dropped, begun) = (AtomicBool::new(false), Instant::now());
        let handler = async {
            let _guard = Dropped(&dropped);
            std::future::pending().await
        };
        let response: Response = within(Some(Duration::from_secs(3)), handler).await;
        assert_eq!(response.outcome(), ("DEADLINE_EXCEEDED", Some("DEADLINE".to_owned())));
        assert!(dropped.load(Ordering::Relaxed));
        assert_eq!(begun.elapsed(), Duration::from_secs(3));
    }
}
