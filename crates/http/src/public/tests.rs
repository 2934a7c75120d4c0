//! `/.well-known/webauthn`, on a service with `SQLite` in memory.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Method, Request, StatusCode, header},
    response::Response,
};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::public;
use crate::fixture::Home;

async fn router() -> Router {
    let home = Home::new().await;
    home.relying_party("example.org", &["https://example.org"], &["https://example.co.uk"]).await;
    home.relying_party("plain.example", &["https://plain.example"], &[]).await;
    public(home.service)
}

async fn asked(router: &Router, method: Method, target: &str, hosts: &[&str]) -> Response {
    let mut request = Request::builder().method(method).uri(target);
    for host in hosts {
        request = request.header(header::HOST, *host);
    }
    router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
}

async fn text(response: Response) -> String {
    String::from_utf8(to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap()
}

const PATH: &str = "/.well-known/webauthn";

#[tokio::test]
async fn the_host_of_a_relying_party_lists_its_related_origins() {
    let router = router().await;
    for host in ["example.org", "EXAMPLE.org:8443"] {
        let response = asked(&router, Method::GET, PATH, &[host]).await;
        assert_eq!(response.status(), StatusCode::OK, "{host}");
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/json");
        assert_eq!(response.headers()[header::CACHE_CONTROL], "public, max-age=60");
        let document: Value = serde_json::from_str(&text(response).await).unwrap();
        assert_eq!(document, json!({ "origins": ["https://example.co.uk"] }));
    }
}

#[tokio::test]
async fn every_other_host_is_not_found_and_nobody_is_sent_elsewhere() {
    let router = router().await;
    for hosts in [
        &["plain.example"][..],
        &["login.example.org"],
        &["evil.example"],
        &["example.org", "evil.example"],
        &[""],
        &[],
    ] {
        let response = asked(&router, Method::GET, PATH, hosts).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{hosts:?}");
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
        assert_eq!(text(response).await, "");
    }
    for target in ["/.well-known/webauthn/", "/.well-known", "/"] {
        let response = asked(&router, Method::GET, target, &["example.org"]).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{target}");
    }
}

#[tokio::test]
async fn head_tells_the_same_and_other_methods_are_not_allowed() {
    let router = router().await;
    let response = asked(&router, Method::HEAD, PATH, &["example.org"]).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/json");
    assert_eq!(text(response).await, "");
    let response = asked(&router, Method::POST, PATH, &["example.org"]).await;
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn a_target_that_names_a_host_wins_and_a_proxys_word_counts_for_nothing() {
    let router = router().await;
    let target = "http://example.org/.well-known/webauthn";
    let response = asked(&router, Method::GET, target, &["evil.example"]).await;
    assert_eq!(response.status(), StatusCode::OK);

    let request = Request::get(PATH)
        .header(header::HOST, "evil.example")
        .header("x-forwarded-host", "example.org")
        .header("forwarded", "host=example.org");
    let response = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
}
