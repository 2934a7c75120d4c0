//! Rows whose time is over.

use keystead_domain::{CeremonyOutcome, Event, Timestamp};
use keystead_store::{Error, EventFilter, Finish, Insert, Page, Request, Steps, Store};

use crate::{
    database::Database,
    fixture::{self, NOW, seconds},
};

const OVER: u64 = 1_201;

/// Chunks until nothing is left; none is bigger than 500.
async fn purge(store: &Store, chunk: impl Steps<u64>) -> u64 {
    let mut removed = 0;
    loop {
        let rows = store.transact(async |tx| Ok(Finish::Commit(chunk.run(tx).await?))).await.unwrap();
        assert!(rows <= 500);
        removed += rows;
        if rows == 0 {
            return removed;
        }
    }
}

async fn write(store: &Store, rows: impl Steps<()>) {
    let written = store.transact(async |tx| Ok(Finish::Commit(rows.run(tx).await?))).await;
    let () = written.unwrap();
}

/// Moments before and, three of them, at or after [`NOW`].
fn moments() -> impl Iterator<Item = Timestamp> {
    (0..OVER + 3)
        .map(|n| Timestamp::from_micros(NOW.micros() - (OVER.cast_signed() - n.cast_signed()) * 1_000))
}

#[tokio::test]
async fn outcomes_are_purged_once_they_expired() {
    for database in Database::on_every_engine().await {
        let tenant = fixture::tenant().id;
        let outcomes: Vec<CeremonyOutcome> = moments()
            .map(|expires_at| CeremonyOutcome {
                expires_at,
                ..fixture::outcome(tenant, fixture::ceremony_id())
            })
            .collect();
        write(&database.store, async |tx| {
            for outcome in &outcomes {
                assert_eq!(tx.within(tenant).insert_outcome(outcome).await?, Insert::Done);
            }
            Ok(())
        })
        .await;
        assert_eq!(purge(&database.store, async |tx| tx.purge_outcomes(NOW).await).await, OVER);
        let reader = database.store.reader();
        for (n, outcome) in outcomes.iter().enumerate().skip(1_199) {
            let found = reader.within(tenant).find_outcome(outcome.ceremony_id).await.unwrap();
            assert_eq!(found.is_some(), n as u64 >= OVER, "{n}");
        }
    }
}

#[tokio::test]
async fn requests_are_purged_once_they_expired() {
    for database in Database::on_every_engine().await {
        let caller_id = fixture::caller(None).id;
        let requests: Vec<Request> = moments()
            .map(|expires_at| Request {
                caller_id,
                method: "UpsertUser".to_owned(),
                request_id_hash: fixture::bytes(),
                request_hash: fixture::bytes(),
                subject: None,
                at: NOW,
                expires_at,
            })
            .collect();
        write(&database.store, async |tx| {
            for request in &requests {
                assert_eq!(tx.insert_request(request).await?, Insert::Done);
            }
            Ok(())
        })
        .await;
        assert_eq!(purge(&database.store, async |tx| tx.purge_requests(NOW).await).await, OVER);
    }
}

#[tokio::test]
async fn events_are_purged_once_they_are_old_and_none_that_is_not() {
    for database in Database::on_every_engine().await {
        let tenant = Some(fixture::tenant().id);
        let mut events: Vec<Event> = moments().map(|at| fixture::event(tenant, at)).collect();
        // Its id is old, it is not.
        events.push(Event { at: NOW, ..fixture::event(tenant, NOW.minus(seconds(60))) });
        write(&database.store, async |tx| {
            for event in &events {
                tx.insert_event(event).await?;
            }
            Ok(())
        })
        .await;
        assert_eq!(purge(&database.store, async |tx| tx.purge_events(NOW).await).await, OVER);
        let page = Page { after: None, size: 500 };
        let left = database.store.reader().list_events(tenant, &EventFilter::default(), page).await.unwrap();
        assert_eq!(left.len(), 4);
        assert!(left.iter().all(|event| event.at >= NOW));
    }
}

#[tokio::test]
async fn a_purge_that_fails_removes_nothing() {
    for database in Database::on_every_engine().await {
        let tenant = fixture::tenant().id;
        let outcome = CeremonyOutcome { expires_at: NOW, ..fixture::outcome(tenant, fixture::ceremony_id()) };
        write(&database.store, async |tx| {
            assert_eq!(tx.within(tenant).insert_outcome(&outcome).await?, Insert::Done);
            Ok(())
        })
        .await;
        let failed: Result<(), Error> = database
            .store
            .transact(async |tx| {
                assert_eq!(tx.purge_outcomes(NOW.plus(seconds(1))).await?, 1);
                Err(Error::Conflict)
            })
            .await;
        assert!(matches!(failed, Err(Error::Conflict)));
        let found = database.store.reader().within(tenant).find_outcome(outcome.ceremony_id).await.unwrap();
        assert_eq!(found, Some(outcome));
    }
}
