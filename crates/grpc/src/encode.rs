//! Values become messages. Every field is set here or has its reason not to be.

mod admin;
mod ceremony;
mod credential;
mod credential_record;
mod event;
mod import;
mod registration_profile;
mod user;
mod webauthn;

use std::time::Duration;

use keystead_domain::Timestamp;
use keystead_proto::v1;
use keystead_service::Signals;

pub(crate) use self::{
    admin::{api_key, authenticator_model, caller, minted_api_key, relying_party, tenant},
    ceremony::{
        finished_authentication, finished_registration, started_authentication, started_registration,
    },
    credential::{credential, managed},
    credential_record::exported,
    event::event,
    import::imported,
    registration_profile::{previewed, registration_profile},
    user::user,
};

fn time(at: Timestamp) -> prost_types::Timestamp {
    let (seconds, micros) = (at.micros().div_euclid(1_000_000), at.micros().rem_euclid(1_000_000));
    prost_types::Timestamp { seconds, nanos: i32::try_from(micros * 1_000).unwrap_or(0) }
}

/// Durations of ours have minutes; one that no message can hold does not occur.
fn duration(duration: Duration) -> Option<prost_types::Duration> {
    prost_types::Duration::try_from(duration).ok()
}

/// Absent where there is nothing to signal.
pub(crate) fn signals(signals: Signals) -> Option<v1::Signals> {
    if signals == Signals::default() {
        return None;
    }
    Some(v1::Signals {
        unknown_credential_json: signals.unknown_credential.unwrap_or_default(),
        all_accepted_credentials_json: signals.all_accepted_credentials.unwrap_or_default(),
        current_user_details_json: signals.current_user_details.unwrap_or_default(),
    })
}

/// A count of rows; there are never so many that the message cannot say it.
fn count(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A list's next token; empty after the last page.
pub(crate) fn next_page_token(next: Option<String>) -> String {
    next.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_before_1970_have_positive_nanoseconds() {
        for (micros, seconds, nanos) in [(0, 0, 0), (1_500_000, 1, 500_000_000), (-1, -1, 999_999_000)] {
            assert_eq!(time(Timestamp::from_micros(micros)), prost_types::Timestamp { seconds, nanos });
        }
    }
}
