//! What is kept how long.

use std::time::Duration;

use keystead_authenticator::Authenticator;
use keystead_service::{Purged, Settings};
use keystead_tests::database::on_every_engine;

use crate::world::World;

const HOUR: Duration = Duration::from_hours(1);
/// Outcomes are counted from their ceremony's expiry.
const CEREMONY: Duration = Duration::from_mins(5);

#[tokio::test]
async fn outcomes_outlive_their_ceremony_by_an_hour_whatever_is_set() {
    on_every_engine(async |database| {
        let settings = Settings { outcome_retention: Duration::ZERO, ..Settings::default() };
        let world = World::with(&database, settings).await;
        let mut device = Authenticator::new(1);
        world.register("anna", &mut device).await;
        world.log_in(None, &mut device).await.expect("logged in");
        world.hands.wait(CEREMONY + Duration::from_mins(59));
        assert_eq!(world.service.purge().await.expect("purged"), Purged::default());
        world.hands.wait(Duration::from_mins(2));
        let purged = world.service.purge().await.expect("purged");
        assert_eq!(purged, Purged { outcomes: 2, ..Purged::default() });
    })
    .await;
}

#[tokio::test]
async fn requests_are_remembered_for_a_day_and_events_for_their_retention() {
    on_every_engine(async |database| {
        let settings = Settings { event_retention: 48 * HOUR, ..Settings::default() };
        let world = World::with(&database, settings).await;
        let call = world.with_request_id("attempt-000000000001");
        let upsert = keystead_service::UpsertUser {
            external_id: keystead_domain::ExternalId::new("anna").expect("an id"),
            display_name: None,
            lifecycle: None,
        };
        world.service.upsert_user(&call, upsert).await.expect("made");
        world.hands.wait(25 * HOUR);
        let purged = world.service.purge().await.expect("purged");
        assert_eq!(purged, Purged { requests: 1, ..Purged::default() });
        let events = world.events().await.len() as u64;
        world.hands.wait(24 * HOUR);
        let purged = world.service.purge().await.expect("purged");
        assert_eq!(world.events().await, []);
        assert!(purged.events >= events && purged.outcomes == 0 && purged.requests == 0, "{purged:?}");
    })
    .await;
}
