//! Events, and requests that are repeated.

use keystead_domain::{ClientContext, Event, EventKind};
use keystead_store::{EventFilter, Finish, Insert, Page, Request, Store};

use crate::{
    database::Database,
    fixture::{self, NOW, seconds},
};

async fn append(store: &Store, events: &[Event]) {
    store
        .transact(async |tx| {
            for event in events {
                tx.insert_event(event).await?;
            }
            Ok(Finish::Commit(()))
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn an_event_reads_as_it_was_written() {
    for database in Database::on_every_engine().await {
        let full = fixture::event(Some(fixture::tenant().id), NOW);
        let bare = Event {
            reasons: Vec::new(),
            user_id: None,
            credential_id: None,
            ceremony_id: None,
            caller_id: None,
            request_id: None,
            trace_id: None,
            acting_user: None,
            client: ClientContext::default(),
            ..fixture::event(None, NOW)
        };
        append(&database.store, &[full.clone(), bare.clone()]).await;
        let page = Page { after: None, size: 10 };
        let all = EventFilter::default();
        for event in [full, bare] {
            let listed = database.store.reader().list_events(event.tenant_id, &all, page).await.unwrap();
            assert_eq!(listed, [event]);
        }
    }
}

#[tokio::test]
async fn every_filter_narrows_and_pages_go_from_new_to_old() {
    for database in Database::on_every_engine().await {
        let tenant = Some(fixture::tenant().id);
        let mut events: Vec<Event> =
            (0..12).map(|n| fixture::event(tenant, NOW.plus(seconds(n / 2)))).collect();
        for event in &mut events[3..9] {
            event.kind = EventKind::CredentialRenamed;
        }
        events[5].user_id = events[4].user_id;
        events[7].ceremony_id = events[4].ceremony_id;
        append(&database.store, &events).await;
        let (user_id, ceremony_id) = (events[4].user_id, events[4].ceremony_id);
        events.sort_by_key(|event| std::cmp::Reverse((event.at, event.id)));
        let after = Some(NOW.plus(seconds(2)));
        let kind = Some(EventKind::CredentialRenamed);
        for filter in [
            EventFilter::default(),
            EventFilter { user_id, ..EventFilter::default() },
            EventFilter { ceremony_id, ..EventFilter::default() },
            EventFilter { kind, ..EventFilter::default() },
            EventFilter { after, ..EventFilter::default() },
            EventFilter { user_id, ceremony_id, kind, after },
            EventFilter { kind, after, ..EventFilter::default() },
        ] {
            let expected: Vec<_> = events
                .iter()
                .filter(|event| filter.user_id.is_none() || event.user_id == filter.user_id)
                .filter(|event| filter.ceremony_id.is_none() || event.ceremony_id == filter.ceremony_id)
                .filter(|event| filter.kind.is_none_or(|kind| event.kind == kind))
                .filter(|event| filter.after.is_none_or(|after| event.at >= after))
                .cloned()
                .collect();
            let mut walked: Vec<Event> = Vec::new();
            loop {
                let after = walked.last().map(|event| (event.at, *event.id.as_bytes()));
                let page = Page { after, size: 5 };
                let rows = database.store.reader().list_events(tenant, &filter, page).await.unwrap();
                if rows.is_empty() {
                    break;
                }
                walked.extend(rows);
            }
            assert_eq!(walked, expected, "{filter:?}");
        }
        let (page, all) = (Page { after: None, size: 5 }, EventFilter::default());
        assert_eq!(database.store.reader().list_events(None, &all, page).await.unwrap(), []);
    }
}

#[tokio::test]
async fn an_event_that_may_be_there_already_is_inserted_once() {
    for database in Database::on_every_engine().await {
        let event = fixture::event(None, NOW);
        let inserted = database
            .store
            .transact(async |tx| {
                let both = [tx.insert_event_once(&event).await?, tx.insert_event_once(&event).await?];
                Ok(Finish::Commit(both))
            })
            .await
            .unwrap();
        assert_eq!(inserted, [Insert::Done, Insert::Duplicate]);
    }
}

#[tokio::test]
async fn a_request_is_unique_with_its_caller_and_method() {
    for database in Database::on_every_engine().await {
        let request = Request {
            caller_id: fixture::caller(None).id,
            method: "CreateTenant".to_owned(),
            request_id_hash: fixture::bytes(),
            request_hash: fixture::bytes(),
            subject: Some(fixture::bytes()),
            at: NOW,
            expires_at: NOW.plus(seconds(60)),
        };
        let elsewhere = [
            Request { caller_id: fixture::caller(None).id, subject: None, ..request.clone() },
            Request { method: "createTenant".to_owned(), ..request.clone() },
            Request { request_id_hash: fixture::bytes(), ..request.clone() },
        ];
        let again = Request { request_hash: fixture::bytes(), ..request.clone() };
        database
            .store
            .transact(async |tx| {
                assert_eq!(tx.insert_request(&request).await?, Insert::Done);
                assert_eq!(tx.insert_request(&again).await?, Insert::Duplicate);
                for request in &elsewhere {
                    assert_eq!(tx.insert_request(request).await?, Insert::Done);
                }
                Ok(Finish::Commit(()))
            })
            .await
            .unwrap();
        let reader = database.store.reader();
        for known in [&request].into_iter().chain(&elsewhere) {
            let found = reader.find_request(known.caller_id, &known.method, &known.request_id_hash).await;
            assert_eq!(found.unwrap().as_ref(), Some(known));
        }
        let absent = reader.find_request(request.caller_id, &request.method, &fixture::bytes()).await;
        assert_eq!(absent.unwrap(), None);
    }
}
