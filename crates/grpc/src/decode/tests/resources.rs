use keystead_domain::{EventKind, Lifecycle, Timestamp};
use keystead_proto::v1::{
    GetUserRequest, ListEventsRequest, ListUsersRequest, SetLifecycleRequest, UpsertUserRequest,
};

use super::{
    super::{events, users},
    *,
};

#[test]
fn violations_of_user_requests_name_their_fields() {
    let upsert = UpsertUserRequest {
        external_id: "anna".to_owned(),
        display_name: Some("Anna".to_owned()),
        lifecycle: 1,
        request_id: REQUEST.to_owned(),
    };
    assert_violations(
        &upsert,
        users::upsert_user,
        &[
            (|m| m.external_id.clear(), &["external_id"]),
            (|m| m.display_name = Some("\u{7}".to_owned()), &["display_name"]),
            (|m| m.lifecycle = 5, &["lifecycle"]),
            (|m| m.request_id = "r".to_owned(), &["request_id"]),
            (
                |m| *m = UpsertUserRequest { request_id: "r".to_owned(), ..Default::default() },
                &["external_id", "request_id"],
            ),
        ],
    );
    let get = GetUserRequest { user: Some(by_id(USER)) };
    assert_violations(&get, users::get_user, &[(|m| m.user = None, &["user"])]);
    let list = ListUsersRequest { page_size: 500, page_token: String::new() };
    assert_violations(&list, users::list_users, &[(|m| m.page_size = -1, &["page_size"])]);
}

#[test]
fn display_name_that_is_absent_is_not_an_empty_one() {
    let name = |display_name| {
        let message =
            UpsertUserRequest { external_id: "anna".to_owned(), display_name, ..Default::default() };
        users::upsert_user(arrival(), message).unwrap().1.display_name
    };
    assert!(name(None).is_none());
    assert_eq!(name(Some(String::new())).unwrap().as_str(), "");
}

#[test]
fn page_size_has_a_default_and_is_cut_to_the_most() {
    for (asked, size) in [(0, 50), (1, 1), (500, 500), (501, 500), (i32::MAX, 500)] {
        let message = ListUsersRequest { page_size: asked, page_token: "token".to_owned() };
        let (_, page) = users::list_users(arrival(), message).unwrap();
        assert_eq!((page.size, page.token.as_str()), (size, "token"), "{asked}");
    }
}

#[test]
fn violations_of_set_lifecycle_name_their_fields() {
    let set = SetLifecycleRequest {
        user: Some(by_id(USER)),
        lifecycle: 4,
        state_version: 7,
        acting_user: "support".to_owned(),
        request_id: REQUEST.to_owned(),
    };
    assert_violations(
        &set,
        users::set_lifecycle,
        &[
            (|m| m.user = None, &["user"]),
            (|m| m.lifecycle = 0, &["lifecycle"]),
            (|m| m.lifecycle = 5, &["lifecycle"]),
            (|m| m.state_version = -1, &["state_version"]),
            (|m| m.acting_user = "a".repeat(256), &["acting_user"]),
            (|m| m.request_id = "r".to_owned(), &["request_id"]),
            (|m| *m = SetLifecycleRequest::default(), &["user", "lifecycle"]),
        ],
    );
    let (_, command) = users::set_lifecycle(arrival(), set).unwrap();
    assert_eq!((command.lifecycle, command.state_version), (Lifecycle::Deactivated, Some(7)));
    let unordered = SetLifecycleRequest { user: Some(by_id(USER)), lifecycle: 1, ..Default::default() };
    let (_, command) = users::set_lifecycle(arrival(), unordered).unwrap();
    assert_eq!((command.lifecycle, command.state_version), (Lifecycle::Pending, None));
    assert!(command.acting_user.is_none());
}

#[test]
fn violations_of_event_requests_name_their_fields() {
    let list = ListEventsRequest {
        user: Some(by_external_id("anna")),
        ceremony_id: "cer_01h2xcejqtf2nbrexx3vqjhp41".to_owned(),
        r#type: "authentication.finished".to_owned(),
        after_time: Some(prost_types::Timestamp { seconds: 1, nanos: 2_999 }),
        ..Default::default()
    };
    assert_violations(
        &list,
        events::list_events,
        &[
            (|m| m.ceremony_id = USER.to_owned(), &["ceremony_id"]),
            (|m| m.r#type = "authentication".to_owned(), &["type"]),
            (
                |m| m.after_time = Some(prost_types::Timestamp { seconds: i64::MAX, nanos: 0 }),
                &["after_time"],
            ),
            (|m| m.after_time = Some(prost_types::Timestamp { seconds: 0, nanos: -1 }), &["after_time"]),
        ],
    );
    let (_, (filter, _)) = events::list_events(arrival(), list).unwrap();
    assert_eq!(filter.kind, Some(EventKind::AuthenticationFinished));
    assert_eq!(filter.after, Some(Timestamp::from_micros(1_000_002)));
}
