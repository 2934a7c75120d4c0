use std::{
    cell::RefCell,
    convert::Infallible,
    future::pending,
    io,
    sync::{Arc, Once},
};

use keystead_domain::Grant;
use keystead_proto::v1::{
    GetUserRequest, ListUsersRequest, UserRef, user_ref::Ref, user_service_client::UserServiceClient,
};
use serde_json::Value;
use tokio::sync::Notify;
use tonic::body::Body;
use tower::{Layer as _, ServiceExt as _, service_fn};

use super::house::{House, reason, request};

const GET_USER: &str = "/keystead.v1.UserService/GetUser";

thread_local! {
    /// What this thread logs, as JSON lines. A test of one thread sees its own calls only.
    static LOG: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// One subscriber for the process: those of single threads come and go, and take each other's interest along.
static SUBSCRIBER: Once = Once::new();

/// Starts this thread's log afresh.
pub(super) fn log_afresh() {
    SUBSCRIBER.call_once(|| tracing_subscriber::fmt().json().with_writer(|| ThreadLog).init());
    LOG.take();
}

/// What this thread has logged.
pub(super) fn logged() -> String {
    LOG.with_borrow(|bytes| String::from_utf8(bytes.clone()).expect("text"))
}

/// The fields of the summary lines among it.
pub(super) fn summaries() -> Vec<Value> {
    let text = logged();
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    lines.filter(|line| line["target"] == "keystead::rpc").map(|line| line["fields"].clone()).collect()
}

struct ThreadLog;

impl io::Write for ThreadLog {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOG.with_borrow_mut(|log| log.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn anna() -> GetUserRequest {
    GetUserRequest { user: Some(UserRef { r#ref: Some(Ref::ExternalId("anna@example.org".to_owned())) }) }
}

#[tokio::test]
async fn every_call_leaves_one_line_without_secrets_and_personal_data() {
    let house = House::build().await;
    let key = house.caller(&[Grant::UsersRead]).await;
    log_afresh();
    let mut users = UserServiceClient::new(house.routes());
    let mut call = request(&key, anna());
    let traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    call.metadata_mut().insert("traceparent", traceparent.parse().expect("metadata"));
    assert_eq!(reason(users.get_user(call).await), "USER_NOT_FOUND");
    users.list_users(request(&key, ListUsersRequest::default())).await.expect("no users");
    assert_eq!(reason(users.get_user(request("", anna())).await), "CALLER_UNAUTHENTICATED");

    let lines = summaries();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["method"], "keystead.v1.UserService/GetUser");
    assert_eq!((&lines[0]["code"], &lines[0]["reason"]), (&"NOT_FOUND".into(), &"USER_NOT_FOUND".into()));
    assert_eq!((&lines[0]["db_statements"], &lines[0]["db_commits"]), (&1.into(), &0.into()));
    assert_eq!(lines[0]["trace_id"], "4bf92f3577b34da6a3ce929d0e0e4736");
    assert!(lines[0]["caller"].as_str().is_some_and(|caller| caller.starts_with("clr_")));
    assert!(lines[0]["ms"].as_f64().is_some_and(|ms| ms > 0.0));
    assert_eq!((&lines[1]["code"], lines[1].get("reason")), (&"OK".into(), None));
    assert_eq!(lines[2]["code"], "UNAUTHENTICATED");
    assert_eq!((lines[2].get("caller"), lines[2].get("trace_id")), (None, None));
    assert!(!logged().contains("anna") && !logged().contains(&key[30..]));
}

#[tokio::test]
async fn path_that_is_no_rpc_is_not_repeated_in_the_log() {
    let house = House::build().await;
    log_afresh();
    let path = http::Request::builder().uri("/keystead.v1.UserService/anna");
    let call = house.routes().oneshot(path.body(Body::empty()).expect("a request"));
    call.await.expect("an answer");
    let lines = summaries();
    assert_eq!((&lines[0]["method"], &lines[0]["code"]), (&"unknown".into(), &"UNIMPLEMENTED".into()));
    assert!(!logged().contains("anna"));
}

/// A call of `GetUser`, as its client sends it.
fn call(key: &str) -> http::Request<Body> {
    let call = http::Request::builder().uri(GET_USER).header("authorization", format!("Bearer {key}"));
    call.body(Body::empty()).expect("a request")
}

type Answer = Result<http::Response<Body>, Infallible>;

#[tokio::test]
async fn panic_leaves_its_line_and_the_next_call_is_served() {
    let house = House::build().await;
    let key = house.caller(&[Grant::UsersRead]).await;
    log_afresh();
    let layered = house.layers().layer(service_fn(async |_| -> Answer { panic!("a fault of ours") }));
    for _ in 0..2 {
        layered.clone().oneshot(call(&key)).await.expect("an answer");
    }
    let codes: Vec<_> = summaries().iter().map(|line| line["code"].clone()).collect();
    assert_eq!(codes, ["INTERNAL", "INTERNAL"]);
    assert_eq!(logged().matches("a handler panicked").count(), 2);
}

#[tokio::test]
async fn call_that_its_client_took_back_leaves_its_line() {
    let house = House::build().await;
    let key = house.caller(&[Grant::UsersRead]).await;
    log_afresh();
    let begun = Arc::new(Notify::new());
    let handler = {
        let begun = Arc::clone(&begun);
        service_fn(move |_| {
            begun.notify_one();
            pending::<Answer>()
        })
    };
    let answer = house.layers().layer(handler).oneshot(call(&key));
    tokio::select! {
        _ = answer => panic!("there is no answer"),
        () = begun.notified() => {}
    }
    let lines = summaries();
    assert_eq!(lines.len(), 1);
    assert_eq!((&lines[0]["code"], lines[0].get("db_statements")), (&"CANCELLED".into(), None));
}
