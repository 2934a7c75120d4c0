//! What bounds a stream, on handlers that do what no real one does.

use std::{
    convert::Infallible,
    future::{pending, poll_fn},
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http_body::{Body as _, Frame};
use keystead_domain::{ApiKeyId, Grant, GrantSet};
use keystead_service::PageRequest;
use tokio::sync::Notify;
use tonic::{Status, body::Body};
use tower::{Layer as _, Service, ServiceExt as _, service_fn};

use super::{
    house::House,
    summary::{log_afresh, logged, summaries},
};
use crate::{Settings, layers::Pace, status};

const EXPORT: &str = "/keystead.v1.CredentialService/ExportCredentials";

type Answer = http::Response<Body>;
type Polled = Poll<Option<Result<Frame<Bytes>, Status>>>;

/// A body that does at each poll what it is told, and says when it is dropped.
struct Script {
    poll: fn() -> Polled,
    gone: Arc<Notify>,
}

impl http_body::Body for Script {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Polled {
        (self.poll)()
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        self.gone.notify_one();
    }
}

fn silence() -> Polled {
    Poll::Pending
}

fn chatter() -> Polled {
    Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b"again and again")))))
}

/// A stream behind the layers, and the sign that its body is dropped.
fn stream(
    house: &House,
    pace: Pace,
    poll: fn() -> Polled,
) -> (
    impl Service<http::Request<Body>, Response = Answer, Error = Infallible, Future: Send> + Clone + use<>,
    Arc<Notify>,
) {
    let gone = Arc::new(Notify::new());
    let handler = {
        let gone = Arc::clone(&gone);
        service_fn(move |_: http::Request<Body>| {
            let body = Body::new(Script { poll, gone: Arc::clone(&gone) });
            async { Ok::<_, Infallible>(http::Response::new(body)) }
        })
    };
    let settings = Settings { most_concurrent_calls: 1, ..Settings::default() };
    (house.layers_at(settings, pace).layer(handler), gone)
}

fn call(key: &str) -> http::Request<Body> {
    let call = http::Request::builder().uri(EXPORT).header("authorization", format!("Bearer {key}"));
    call.body(Body::empty()).expect("a request")
}

fn with_timeout(key: &str, timeout: &str) -> http::Request<Body> {
    let mut call = call(key);
    call.headers_mut().insert("grpc-timeout", timeout.parse().expect("a header"));
    call
}

/// What a stream passes on, and how it ends.
async fn read(answer: Answer) -> (usize, (&'static str, Option<String>)) {
    if let Some(refused) = status::left_in(&answer) {
        return (0, status::outcome(Some(refused)));
    }
    let mut body = pin!(answer.into_body());
    let mut pieces = 0;
    loop {
        let frame = poll_fn(|cx| body.as_mut().poll_frame(cx)).await.expect("trailers").expect("a frame");
        match frame.into_trailers() {
            Ok(trailers) => {
                let ended = Status::from_header_map(&trailers).expect("a status");
                assert!(poll_fn(|cx| body.as_mut().poll_frame(cx)).await.is_none(), "nothing after trailers");
                return (pieces, status::outcome(Some(&ended)));
            }
            Err(_) => pieces += 1,
        }
    }
}

fn deadline() -> (&'static str, Option<String>) {
    ("DEADLINE_EXCEEDED", Some("DEADLINE".to_owned()))
}

fn hasty() -> Pace {
    Pace { quiet: Duration::from_millis(20), ..Pace::default() }
}

fn watchful() -> Pace {
    Pace { look_again: Duration::from_millis(1), ..Pace::default() }
}

#[test]
fn streams_are_left_alone_for_a_minute_and_their_callers_for_five_seconds() {
    let pace = Pace::default();
    assert_eq!((pace.quiet, pace.look_again), (Duration::from_mins(1), Duration::from_secs(5)));
}

#[tokio::test]
async fn stream_in_which_nothing_moves_ends() {
    let house = House::build().await;
    let key = house.caller(&[Grant::CredentialsRead]).await;
    let (layered, _) = stream(&house, hasty(), silence);
    let answer = layered.oneshot(call(&key)).await.expect("an answer");
    assert_eq!(read(answer).await, (0, deadline()));
}

#[tokio::test]
async fn stream_whose_reader_takes_nothing_ends_and_holds_no_slot() {
    let house = House::build().await;
    let key = house.caller(&[Grant::CredentialsRead]).await;
    let (layered, gone) = stream(&house, hasty(), chatter);
    let unread = layered.clone().oneshot(call(&key)).await.expect("an answer");
    gone.notified().await;
    let next = layered.oneshot(call(&key)).await.expect("an answer");
    assert!(status::left_in(&next).is_none(), "the slot is free");
    assert_eq!(read(unread).await, (1, deadline()), "what was ready still comes");
}

#[tokio::test]
async fn stream_ends_when_the_deadline_that_its_caller_gave_passes() {
    let house = House::build().await;
    let key = house.caller(&[Grant::CredentialsRead]).await;
    let (layered, _) = stream(&house, Pace::default(), silence);
    let answer = layered.clone().oneshot(with_timeout(&key, "30m")).await.expect("an answer");
    assert_eq!(read(answer).await, (0, deadline()));
    let answer = layered.oneshot(with_timeout(&key, "1m")).await.expect("an answer");
    assert_eq!(read(answer).await, (0, deadline()), "over before it began");
}

#[tokio::test]
async fn stream_ends_once_its_callers_key_is_revoked() {
    let house = House::build().await;
    let key = house.caller(&[Grant::CredentialsRead]).await;
    let (layered, _) = stream(&house, watchful(), silence);
    let answer = layered.oneshot(call(&key)).await.expect("an answer");
    assert!(status::left_in(&answer).is_none(), "admitted");
    let id: ApiKeyId = format!("key_{}", &key[3..29]).parse().expect("the key's id");
    house.service.revoke_api_key(&House::operator(), Some(house.tenant), id).await.expect("revoked");
    let unauthenticated = ("UNAUTHENTICATED", Some("CALLER_UNAUTHENTICATED".to_owned()));
    assert_eq!(read(answer).await, (0, unauthenticated));
}

#[tokio::test]
async fn stream_ends_once_its_caller_lacks_the_grant() {
    let house = House::build().await;
    let key = house.caller(&[Grant::CredentialsRead]).await;
    let (layered, _) = stream(&house, watchful(), silence);
    let answer = layered.oneshot(call(&key)).await.expect("an answer");
    let (operator, page) = (House::operator(), PageRequest { size: 1, token: String::new() });
    let callers = house.service.list_callers(&operator, Some(house.tenant), &page).await.expect("callers");
    let caller = callers.items[0].id;
    let grants = GrantSet::default();
    house.service.set_caller_grants(&operator, Some(house.tenant), caller, grants).await.expect("set");
    let not_allowed = ("PERMISSION_DENIED", Some("CALLER_NOT_ALLOWED".to_owned()));
    assert_eq!(read(answer).await, (0, not_allowed));
}

#[tokio::test]
async fn stream_ends_where_nobody_can_tell_whether_its_caller_may() {
    let house = House::build().await;
    let key = house.caller(&[Grant::CredentialsRead]).await;
    let (layered, _) = stream(&house, watchful(), silence);
    let answer = layered.oneshot(call(&key)).await.expect("an answer");
    house.store.clone().close().await.expect("closed");
    let unavailable = ("UNAVAILABLE", Some("STORAGE_UNAVAILABLE".to_owned()));
    assert_eq!(read(answer).await, (0, unavailable));
}

#[tokio::test]
async fn stream_whose_first_message_does_not_come_is_not_waited_for() {
    let house = House::build().await;
    let key = house.caller(&[Grant::CredentialsRead]).await;
    let handler =
        service_fn(async |_: http::Request<Body>| -> Result<Answer, Infallible> { pending().await });
    let layered = house.layers_at(Settings::default(), hasty()).layer(handler);
    let answer = layered.oneshot(call(&key)).await.expect("an answer");
    assert_eq!(read(answer).await, (0, deadline()));
}

#[tokio::test]
async fn stream_is_not_begun_for_who_may_not() {
    let house = House::build().await;
    let key = house.caller(&[Grant::CredentialsWrite]).await;
    let (layered, gone) = stream(&house, Pace::default(), silence);
    for (key, code) in [(&*key, "PERMISSION_DENIED"), ("ks_nobody", "UNAUTHENTICATED")] {
        let answer = layered.clone().oneshot(call(key)).await.expect("an answer");
        assert_eq!(status::outcome(status::left_in(&answer)).0, code, "in the head already");
    }
    drop(layered);
    assert_eq!(Arc::strong_count(&gone), 1, "no body was made");
}

#[tokio::test]
async fn stream_holds_its_slot_until_its_reader_goes_away() {
    let house = House::build().await;
    let key = house.caller(&[Grant::CredentialsRead]).await;
    log_afresh();
    let (layered, gone) = stream(&house, Pace::default(), silence);
    let first = layered.clone().oneshot(call(&key)).await.expect("an answer");
    let second = layered.clone().oneshot(call(&key)).await.expect("an answer");
    assert_eq!(read(second).await, (0, ("RESOURCE_EXHAUSTED", Some("OVERLOADED".to_owned()))));
    drop(first);
    gone.notified().await;
    let third = layered.oneshot(call(&key)).await.expect("an answer");
    assert!(status::left_in(&third).is_none(), "the slot is free");
    let codes: Vec<_> = summaries().iter().map(|line| line["code"].clone()).collect();
    assert_eq!(codes, ["RESOURCE_EXHAUSTED", "CANCELLED"]);
}

#[tokio::test]
async fn panic_in_a_stream_is_this_streams_internal_and_nobody_elses() {
    let house = House::build().await;
    let key = house.caller(&[Grant::CredentialsRead]).await;
    log_afresh();
    let (layered, _) = stream(&house, Pace::default(), || panic!("a fault of ours"));
    for _ in 0..2 {
        let answer = layered.clone().oneshot(call(&key)).await.expect("an answer");
        assert_eq!(read(answer).await, (0, ("INTERNAL", Some("INTERNAL".to_owned()))));
    }
    let codes: Vec<_> = summaries().iter().map(|line| line["code"].clone()).collect();
    assert_eq!(codes, ["INTERNAL", "INTERNAL"]);
    assert_eq!(logged().matches("a handler panicked").count(), 2);
}
