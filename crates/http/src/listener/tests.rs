//! A listener and what its clients do to it. Where something is waited for, the clock stands still and then jumps.

use std::{
    future,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{Router, routing::get};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::{Notify, oneshot},
    task::JoinHandle,
    time::Instant,
};

use super::{LONGEST_HEADERS, MOST_HEADER_BYTES, serve};
use crate::Door;

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nhost: example.org\r\n\r\n";

struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
}

async fn running(routes: Router) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let door = Door::default();
    door.open(routes);
    let (stop, stopped) = oneshot::channel::<()>();
    let ended = tokio::spawn(serve(listener, door, async { drop(stopped.await) }));
    Running { address, stop, ended }
}

fn hello() -> Router {
    Router::new().route("/", get(|| async { "hello" }))
}

/// Sends something, and reads what comes until the connection is closed.
async fn exchange(address: SocketAddr, sent: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(sent).await.unwrap();
    let mut text = Vec::new();
    stream.read_to_end(&mut text).await.unwrap();
    String::from_utf8(text).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_request_is_answered_and_an_idle_connection_closed() {
    let running = running(hello()).await;
    let text = exchange(running.address, REQUEST).await;
    assert!(text.starts_with("HTTP/1.1 200 OK\r\n") && text.ends_with("\r\n\r\nhello"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn headers_that_do_not_end_end_the_connection() {
    let running = running(hello()).await;
    let began = Instant::now();
    let text = exchange(running.address, b"GET / HTTP/1.1\r\nhost: exa").await;
    assert!(!text.contains("hello"), "{text}");
    assert!(began.elapsed() >= LONGEST_HEADERS && began.elapsed() < 2 * LONGEST_HEADERS);
}

#[tokio::test]
async fn headers_have_a_limit() {
    let running = running(hello()).await;
    let mut request = b"GET / HTTP/1.1\r\nhost: example.org\r\nx: ".to_vec();
    request.resize(MOST_HEADER_BYTES, b'x');
    let text = exchange(running.address, &request).await;
    assert!(text.starts_with("HTTP/1.1 431 "), "{text}");
}

#[tokio::test]
async fn another_protocol_is_not_understood() {
    let running = running(hello()).await;
    let text = exchange(running.address, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await;
    assert!(!text.contains("hello"), "{text}");
}

#[tokio::test]
async fn a_stop_waits_for_the_request_in_flight_and_for_no_idle_client() {
    let (arrived, has_arrived) = oneshot::channel::<()>();
    let (let_go, told) = oneshot::channel::<()>();
    let once = Arc::new(Mutex::new(Some((arrived, told))));
    let slow = move || {
        let (arrived, told) = once.lock().unwrap().take().unwrap();
        async {
            arrived.send(()).unwrap();
            told.await.unwrap();
            "late"
        }
    };
    let routes = Router::new().route("/", get(slow));
    let running = running(routes).await;
    let idle = TcpStream::connect(running.address).await.unwrap();
    let asking = tokio::spawn(exchange(running.address, REQUEST));
    has_arrived.await.unwrap();

    running.stop.send(()).unwrap();
    while TcpStream::connect(running.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert!(!running.ended.is_finished() && !asking.is_finished());

    let_go.send(()).unwrap();
    assert!(asking.await.unwrap().ends_with("late"));
    running.ended.await.unwrap();
    drop(idle);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_never_finishes_its_headers_does_not_keep_a_stop() {
    let running = running(hello()).await;
    let mut client = TcpStream::connect(running.address).await.unwrap();
    client.write_all(b"GET /").await.unwrap();
    running.stop.send(()).unwrap();
    running.ended.await.unwrap();
    drop(client);
}

#[tokio::test]
async fn a_server_that_is_dropped_lets_its_connections_go() {
    let arrived = Arc::new(Notify::new());
    let arriving = arrived.clone();
    let never = move || {
        arriving.notify_one();
        future::pending::<&'static str>()
    };
    let running = running(Router::new().route("/", get(never))).await;
    let asking = tokio::spawn(exchange(running.address, REQUEST));
    arrived.notified().await;
    running.ended.abort();
    assert_eq!(asking.await.unwrap(), "");
}
