//! Deletes what has outlived its retention, from time to time.

use std::time::Duration;

use keystead_service::{Environment, Service};
use tracing::{info, warn};

/// Never ends. Replicas start together and must not purge together: each run waits between half and one and a half times
/// the interval.
pub(super) async fn repeat(service: &Service, environment: &Environment, interval: Duration) {
    loop {
        tokio::time::sleep(spread(interval, environment.random())).await;
        match service.purge().await {
            Ok(purged) => {
                info!(purged.outcomes, purged.requests, purged.events, purged.credentials, "purged");
            }
            Err(fault) => {
                let error = format!("{:#}", anyhow::Error::from(fault));
                warn!(error, "could not purge; the next run takes it up");
            }
        }
    }
}

fn spread(interval: Duration, [random]: [u8; 1]) -> Duration {
    interval / 2 + interval * u32::from(random) / 255
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_spread_around_the_interval() {
        let interval = Duration::from_secs(510);
        assert_eq!(spread(interval, [0]), Duration::from_secs(255));
        assert_eq!(spread(interval, [127]), Duration::from_secs(509));
        assert_eq!(spread(interval, [255]), Duration::from_secs(765));
    }
}
