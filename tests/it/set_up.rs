//! Set-up and users under races and repeats.

use keystead_domain::{CallerState, DisplayName, ExternalId, Grant, Name, Reason, RpId};
use keystead_service::{CreateRelyingParty, UpsertUser};
use keystead_store::{Finish, Options, Store};
use keystead_tests::database::on_every_engine;

use crate::world::{World, reason};

/// Ids have ten random bytes; those of a mutation are drawn between its read and its transaction.
const BETWEEN_READ_AND_WRITE: usize = 10;

#[tokio::test]
async fn a_disabled_caller_stays_disabled_whatever_is_granted_meanwhile() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let caller = world.caller("api", &[Grant::Events]).await.caller.id;
        let url = database.url().to_owned();
        world.hands.on_draw_of(BETWEEN_READ_AND_WRITE, {
            let tenant = world.tenant;
            move || {
                elsewhere(async move || {
                    let store = Store::connect(&Options::new(url)).await.expect("the database answers");
                    let disabled = store
                        .transact(async |tx| {
                            Ok(Finish::Commit(tx.disable_caller(Some(tenant), caller).await?))
                        })
                        .await;
                    assert!(disabled.expect("disabled"));
                });
            }
        });
        let grants = [Grant::UsersRead].into_iter().collect();
        let changed =
            world.service.set_caller_grants(&world.call, None, caller, grants).await.expect("granted");
        assert_eq!(changed.state, CallerState::Disabled);
        assert!(changed.grants.contains(Grant::UsersRead) && !changed.grants.contains(Grant::Events));
    })
    .await;
}

#[tokio::test]
async fn an_upsert_that_met_another_is_repeated_with_its_user() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let other = world.other_process();
        let command = || UpsertUser {
            external_id: ExternalId::new("anna").expect("an id"),
            display_name: Some(DisplayName::new("Anna").expect("a name")),
            lifecycle: None,
        };
        let theirs = world.call.clone();
        world.hands.on_draw_of(BETWEEN_READ_AND_WRITE, move || {
            elsewhere(async move || {
                drop(other.service().await.upsert_user(&theirs, command()).await.expect("made by another"));
            });
        });
        let call = world.with_request_id("attempt-000000000001");
        let first = world.service.upsert_user(&call, command()).await.expect("found");
        let again = world.service.upsert_user(&call, command()).await.expect("found again");
        assert_eq!(first, again);
        let renamed =
            UpsertUser { display_name: Some(DisplayName::new("Bert").expect("a name")), ..command() };
        assert_eq!(reason(&world.service.upsert_user(&call, renamed).await), Reason::RequestIdReused);
    })
    .await;
}

#[tokio::test]
async fn a_request_id_stands_for_the_whole_request() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let call = world.with_request_id("attempt-000000000001");
        let command = |name: &str| CreateRelyingParty {
            tenant: None,
            rp_id: RpId::new("example.com").expect("an RP ID"),
            name: Some(Name::new(name).expect("a name")),
            origins: vec!["https://example.com".to_owned()],
            top_origins: Vec::new(),
            related_origins: Vec::new(),
            ceremony_lifetime: None,
        };
        let made = world.service.create_relying_party(&call, command("one")).await.expect("made");
        let again = world.service.create_relying_party(&call, command("one")).await.expect("the same");
        assert_eq!(made.relying_party.id, again.relying_party.id);
        let other = world.service.create_relying_party(&call, command("two")).await;
        assert_eq!(reason(&other), Reason::RequestIdReused);
    })
    .await;
}

/// Runs on a thread and runtime of its own, as another process would.
fn elsewhere<F: Future<Output = ()>>(work: impl FnOnce() -> F + Send + 'static) {
    let other = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(work());
    });
    other.join().expect("done");
}
