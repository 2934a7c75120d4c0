//! The public HTTP listener of a server in production.

use keystead_domain::{Name, RpId};
use keystead_keyring::Keyring;
use keystead_server::serve::{Running, Serve};
use keystead_service::{Call, CreateRelyingParty, Environment, Service, Settings};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::place::Place;

/// Makes a tenant with a relying party in the place's database, as an operator does beside a server.
async fn relying_party(place: &Place, rp_id: &str, related: &str) {
    let environment = Environment::system();
    let keyring = Keyring::open(&place.settings().keys.file, environment.now()).unwrap();
    let service = Service::new(place.store().await, keyring, environment, Settings::default());
    let operator = Call::operator(service.now());
    let tenant = service.create_tenant(&operator, Name::new("shop").unwrap()).await.unwrap().id;
    let command = CreateRelyingParty {
        tenant: Some(tenant),
        rp_id: RpId::new(rp_id).unwrap(),
        name: None,
        origins: vec![format!("https://{rp_id}")],
        top_origins: Vec::new(),
        related_origins: vec![related.to_owned()],
        ceremony_lifetime: None,
    };
    service.create_relying_party(&operator, command).await.unwrap();
}

/// What a path of a host answers: the status and the body.
async fn get(running: &Running, host: &str, path: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(running.http_addr().unwrap()).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    let status = text.split(' ').nth(1).unwrap().parse().unwrap();
    (status, text.split_once("\r\n\r\n").unwrap().1.to_owned())
}

const PATH: &str = "/.well-known/webauthn";

#[tokio::test]
async fn related_origins_are_served_by_host_and_nothing_of_the_playground_is() {
    let place = Place::with_keys();
    place.migrate().await;
    relying_party(&place, "example.org", "https://example.co.uk").await;
    let mut running = place.start().await;
    running.prepared().await.unwrap();
    let listed = (200, r#"{"origins":["https://example.co.uk"]}"#.to_owned());
    assert_eq!(get(&running, "example.org", PATH).await, listed);
    assert_eq!(get(&running, "localhost", PATH).await.0, 404);
    for path in ["/", "/playground/main.js", "/playground/api/events/list"] {
        assert_eq!(get(&running, "example.org", path).await.0, 404, "{path}");
    }
    running.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_server_that_waits_for_its_database_says_that_it_is_not_there_yet() {
    let place = Place::with_keys();
    let mut running = place.start().await;
    assert_eq!(get(&running, "example.org", PATH).await.0, 503);
    place.migrate().await;
    running.prepared().await.unwrap();
    assert_eq!(get(&running, "example.org", PATH).await.0, 404);
    running.shutdown().await.unwrap();
}

#[tokio::test]
async fn without_the_setting_nothing_listens() {
    let place = Place::with_keys();
    let mut settings = place.settings();
    settings.http.listen = None;
    let running = Serve::new(settings).start().await.unwrap();
    assert_eq!(running.http_addr(), None);
    running.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_client_that_stays_is_let_go_when_the_server_stops() {
    let place = Place::with_keys();
    place.migrate().await;
    let mut running = place.start().await;
    running.prepared().await.unwrap();
    let mut idle = TcpStream::connect(running.http_addr().unwrap()).await.unwrap();
    running.shutdown().await.unwrap();
    assert_eq!(idle.read(&mut [0; 1]).await.unwrap(), 0);
}
