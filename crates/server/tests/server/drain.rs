//! How a server stops.

use std::time::Duration;

use keystead_proto::v1::{UpsertUserRequest, user_service_client::UserServiceClient};
use keystead_server::{
    config::Mode,
    serve::{Running, Serve},
};
use keystead_store::{Finish, Store};
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
};
use tonic::Status;
use tonic_health::pb::health_check_response::ServingStatus::{NotServing, Serving};

use crate::place::{Place, check, connect, watch, with_key};

/// A server in development, whose caller's key is at hand.
async fn start(place: &Place, drain_timeout: Duration) -> (Running, String) {
    let mut settings = place.settings();
    settings.server.drain_timeout = drain_timeout;
    settings.database.acquire_timeout = Duration::from_mins(1);
    let serve = Serve { mode: Mode::Development, ..Serve::new(settings) };
    let mut running = serve.start().await.unwrap();
    let development = running.prepared().await.unwrap().unwrap();
    let key = development.new_api_key.as_ref().unwrap().as_str().to_owned();
    (running, key)
}

/// Keeps the database's write lock until told to let go.
async fn lock(store: Store) -> (oneshot::Sender<()>, JoinHandle<()>) {
    let (let_go, told) = oneshot::channel();
    let told = std::sync::Arc::new(tokio::sync::Mutex::new(told));
    let (locked, mut is_locked) = mpsc::channel(1);
    let holding = tokio::spawn(async move {
        let held = store.transact(async |_| {
            locked.send(()).await.unwrap();
            let _ = (&mut *told.lock().await).await;
            Ok(Finish::RollBack(()))
        });
        held.await.unwrap();
    });
    is_locked.recv().await.unwrap();
    (let_go, holding)
}

/// A call that writes, and is in flight: the server has answered what came after it on the same connection.
async fn call_in_flight(running: &Running, key: &str) -> JoinHandle<Result<(), Status>> {
    let channel = connect(running).await;
    let mut client = UserServiceClient::new(with_key(channel.clone(), key));
    let (sent, is_sent) = oneshot::channel();
    let call = tokio::spawn(async move {
        let request = UpsertUserRequest { external_id: "anna".to_owned(), ..UpsertUserRequest::default() };
        let mut call = Box::pin(client.upsert_user(request));
        tokio::select! {
            biased;
            answered = &mut call => return answered.map(|_| ()),
            checked = check(channel, "") => assert_eq!(checked.unwrap(), Serving),
        }
        sent.send(()).unwrap();
        call.await.map(|_| ())
    });
    is_sent.await.unwrap();
    call
}

#[tokio::test]
async fn watchers_are_told_and_then_let_go() {
    let place = Place::new();
    let (running, _) = start(&place, Duration::from_mins(1)).await;
    let mut health = watch(connect(&running).await).await;
    assert_eq!(health.next().await, Some(Serving));
    running.shutdown().await.unwrap();
    assert_eq!(health.next().await, Some(NotServing));
    assert_eq!(health.next().await, None);
}

#[tokio::test]
async fn a_call_in_flight_is_answered_and_a_later_one_finds_nobody() {
    let place = Place::new();
    let (running, key) = start(&place, Duration::from_mins(1)).await;
    let address = running.grpc_addr();
    let (let_go, holding) = lock(place.store().await).await;
    let call = call_in_flight(&running, &key).await;
    let mut health = watch(connect(&running).await).await;
    assert_eq!(health.next().await, Some(Serving));

    let stopping = tokio::spawn(running.shutdown());
    assert_eq!(health.next().await, Some(NotServing));
    assert_eq!(health.next().await, None);
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
    assert!(!stopping.is_finished() && !call.is_finished());

    let_go.send(()).unwrap();
    call.await.unwrap().unwrap();
    stopping.await.unwrap().unwrap();
    holding.await.unwrap();
}

#[tokio::test]
async fn a_call_that_does_not_end_does_not_keep_the_server() {
    let place = Place::new();
    let (running, key) = start(&place, Duration::from_millis(100)).await;
    let (let_go, holding) = lock(place.store().await).await;
    let call = call_in_flight(&running, &key).await;
    running.shutdown().await.unwrap();
    assert!(!call.is_finished());
    let_go.send(()).unwrap();
    holding.await.unwrap();
}
