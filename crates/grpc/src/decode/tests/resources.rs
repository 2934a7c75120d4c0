use keystead_domain::{CredentialState, EventKind, Timestamp};
use keystead_proto::v1::{
    GetCredentialRequest, GetUserRequest, ListCredentialsRequest, ListEventsRequest, ListUsersRequest,
    RenameCredentialRequest, RevokeCredentialRequest, UpsertUserRequest,
};

use super::{
    super::{credentials, events, users},
    *,
};

#[test]
fn violations_of_user_requests_name_their_fields() {
    let upsert = UpsertUserRequest {
        external_id: "anna".to_owned(),
        display_name: Some("Anna".to_owned()),
        request_id: REQUEST.to_owned(),
    };
    assert_violations(
        &upsert,
        users::upsert_user,
        &[
            (|m| m.external_id.clear(), &["external_id"]),
            (|m| m.display_name = Some("\u{7}".to_owned()), &["display_name"]),
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
fn violations_of_credential_requests_name_their_fields() {
    let list = ListCredentialsRequest { user: Some(by_id(USER)), states: vec![1, 4], ..Default::default() };
    assert_violations(
        &list,
        credentials::list_credentials,
        &[
            (|m| m.user = Some(by_external_id("")), &["user.external_id"]),
            (|m| m.states = vec![1, 9, 0], &["states[1]", "states[2]"]),
            (|m| m.page_size = i32::MIN, &["page_size"]),
        ],
    );
    let get = GetCredentialRequest { credential_id: CREDENTIAL.to_owned() };
    assert_violations(
        &get,
        credentials::get_credential,
        &[
            (|m| m.credential_id.clear(), &["credential_id"]),
            (|m| m.credential_id = USER.to_owned(), &["credential_id"]),
        ],
    );
    let rename = RenameCredentialRequest { credential_id: CREDENTIAL.to_owned(), ..Default::default() };
    assert_violations(
        &rename,
        credentials::rename_credential,
        &[(|m| m.display_name = "n".repeat(256), &["display_name"])],
    );
    let revoke = RevokeCredentialRequest { credential_id: CREDENTIAL.to_owned(), ..Default::default() };
    assert_violations(
        &revoke,
        credentials::revoke_credential,
        &[
            (|m| m.acting_user = "a".repeat(256), &["acting_user"]),
            (|m| m.request_id = "r".to_owned(), &["request_id"]),
        ],
    );
}

#[test]
fn states_of_a_filter_come_in_order_and_once() {
    let message = ListCredentialsRequest { states: vec![4, 1, 4, 5], ..Default::default() };
    let (_, (filter, _)) = credentials::list_credentials(arrival(), message).unwrap();
    let expected = [CredentialState::Active, CredentialState::Revoked, CredentialState::Superseded];
    assert_eq!(filter.states, expected);
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
