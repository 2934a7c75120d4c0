//! The interface on a service with `SQLite` in memory.

mod management;

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode, header},
};
use keystead_domain::{GrantSet, Name};
use keystead_service::CreateCaller;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{MOST_BODY_BYTES, playground};
use crate::fixture::Home;

const NOBODYS: &str = "cred_01h2xcejqtf2nbrexx3vqjhp41";
const ORIGIN: &str = "http://localhost:8080";

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    fn cookies(&self) -> Vec<&str> {
        self.headers.get_all(header::SET_COOKIE).iter().map(|cookie| cookie.to_str().unwrap()).collect()
    }
}

async fn router() -> Router {
    let home = Home::new().await;
    home.relying_party("localhost", &[ORIGIN], &[]).await;
    let caller = CreateCaller {
        tenant: Some(home.tenant),
        name: Name::new("dev").unwrap(),
        grants: GrantSet::all(),
        may_be_finished_by: Vec::new(),
    };
    let caller = home.service.create_caller(&home.operator, caller).await.unwrap();
    playground(home.service, Arc::new(caller), home.environment)
}

/// What the page itself asks.
fn asked(path: &str, body: &Value) -> Request<Body> {
    Request::post(format!("/playground/api/{path}"))
        .header(header::HOST, "localhost:8080")
        .header(header::ORIGIN, ORIGIN)
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body.to_string()))
        .unwrap()
}

async fn send(router: &Router, request: Request<Body>) -> Answer {
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    Answer { status: parts.status, headers: parts.headers, text: String::from_utf8(bytes.to_vec()).unwrap() }
}

async fn ask(router: &Router, path: &str, body: Value) -> Answer {
    send(router, asked(path, &body)).await
}

#[tokio::test]
async fn every_file_of_the_page_comes_with_the_policy() {
    let router = router().await;
    for path in ["/", "/playground/main.js", "/playground/playground.css", "/playground/icon.svg"] {
        let answer = send(&router, Request::get(path).body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        let policy = answer.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; "), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    }
}

#[tokio::test]
async fn another_page_gets_nothing() {
    let router = router().await;
    let mut request = asked("events/list", &json!({}));
    request.headers_mut().insert(header::ORIGIN, "https://evil.example".parse().unwrap());
    assert_eq!(send(&router, request).await.status, StatusCode::FORBIDDEN);

    let mut request = asked("events/list", &json!({}));
    request.headers_mut().insert(header::CONTENT_TYPE, "text/plain".parse().unwrap());
    assert_eq!(send(&router, request).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);

    assert_eq!(ask(&router, "events/list", json!({})).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_body_has_a_limit() {
    let router = router().await;
    let name = |length| json!({ "name": "x".repeat(length) });
    assert_eq!(
        ask(&router, "credentials/list", name(MOST_BODY_BYTES)).await.status,
        StatusCode::PAYLOAD_TOO_LARGE
    );
    assert_eq!(
        ask(&router, "credentials/list", name(MOST_BODY_BYTES / 2)).await.status,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn a_started_ceremony_is_in_the_cookies_and_not_in_the_answer() {
    let router = router().await;
    for (path, body) in
        [("registration/start", json!({ "name": "anna" })), ("authentication/start", json!({}))]
    {
        let answer = ask(&router, path, body).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        for (cookie, name) in answer.cookies().into_iter().zip(["keystead_session=", "keystead_ceremony="]) {
            let value = cookie.strip_prefix(name).and_then(|rest| rest.split(';').next()).unwrap();
            assert!(value.len() >= 64 && !answer.text.contains(value), "{path}");
        }
        assert!(answer.json()["ceremonyId"].as_str().unwrap().starts_with("cer_"));
        let options: Value = serde_json::from_str(answer.json()["optionsJson"].as_str().unwrap()).unwrap();
        assert!(options["challenge"].is_string(), "{options}");
    }
}

#[tokio::test]
async fn a_browser_session_keeps_its_binding() {
    let router = router().await;
    let session = "0123456789abcdef".repeat(4);
    let mut request = asked("authentication/start", &json!({}));
    request.headers_mut().insert(header::COOKIE, format!("keystead_session={session}").parse().unwrap());
    let answer = send(&router, request).await;
    assert!(answer.cookies()[0].starts_with(&format!("keystead_session={session};")));

    let (one, other) = (
        ask(&router, "authentication/start", json!({})).await,
        ask(&router, "authentication/start", json!({})).await,
    );
    assert_ne!(one.cookies()[0], other.cookies()[0], "sessions that are new have bindings of their own");
}

#[tokio::test]
async fn a_stranger_gets_options_like_anybody_and_has_no_passkeys() {
    let router = router().await;
    let answer = ask(&router, "authentication/start", json!({ "name": "nobody" })).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.json()["calls"][0]["request"]["user"]["externalId"], "nobody");

    let answer = ask(&router, "credentials/list", json!({ "name": "nobody" })).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.json()["credentials"], json!([]));
}

#[tokio::test]
async fn what_is_wrong_is_said_so_that_a_person_can_read_it() {
    let router = router().await;
    for (path, body, reason) in [
        ("registration/start", json!({ "name": "" }), "FIELD_VIOLATION"),
        ("authentication/finish", json!({ "credentialJson": "{}" }), "FIELD_VIOLATION"),
        ("registration/finish", json!({ "name": "anna", "credentialJson": "no" }), "FIELD_VIOLATION"),
        ("registration/start", json!({ "name": "anna", "profile": "none" }), "PROFILE_NOT_FOUND"),
        ("registration/start", json!({ "name": "anna", "profile": "" }), "FIELD_VIOLATION"),
        (
            "credentials/revoke",
            json!({ "credentialId": "usr_01h2xcejqtf2nbrexx3vqjhp41" }),
            "FIELD_VIOLATION",
        ),
        ("credentials/revoke", json!({ "credentialId": NOBODYS }), "CREDENTIAL_NOT_FOUND"),
        ("credentials/report-lost", json!({ "credentialId": NOBODYS }), "CREDENTIAL_NOT_FOUND"),
        (
            "credentials/suspend",
            json!({ "credentialId": NOBODYS, "remainingMethods": ["password"] }),
            "FIELD_VIOLATION",
        ),
        ("credentials/rename", json!({ "credentialId": NOBODYS, "displayName": "x\ny" }), "FIELD_VIOLATION"),
        ("signals", json!({ "name": "nobody" }), "USER_NOT_FOUND"),
        ("events/list", json!({ "ceremonyId": "x" }), "FIELD_VIOLATION"),
    ] {
        let answer = ask(&router, path, body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}: {}", answer.text);
        let problem = answer.json();
        assert_eq!(problem["reason"], reason, "{path}: {problem}");
        assert!(problem["sentence"].as_str().is_some_and(|text| text.ends_with('.')), "{problem}");
        assert!(problem["remedy"].as_str().is_some_and(|text| text.ends_with('.')), "{problem}");
        assert_eq!(problem["detail"].is_string(), reason == "FIELD_VIOLATION", "{problem}");
        assert!(problem["calls"].as_array().is_some_and(|calls| !calls.is_empty()), "{problem}");
    }
}

#[tokio::test]
async fn what_happened_is_listed_oldest_first() {
    let router = router().await;
    ask(&router, "registration/start", json!({ "name": "anna" })).await;
    let kinds = async |of| {
        let events = ask(&router, "events/list", of).await.json();
        let kinds = events["events"]
            .as_array()
            .unwrap()
            .iter()
            .map(|event| event["type"].as_str().unwrap().to_owned());
        kinds.collect::<Vec<_>>()
    };
    let all = kinds(json!({})).await;
    assert_eq!((all[0].as_str(), all.last().unwrap().as_str()), ("tenant.created", "user.created"));
    assert_eq!(kinds(json!({ "name": "anna" })).await, ["user.created"]);
    assert_eq!(kinds(json!({ "name": "nobody" })).await, [] as [String; 0]);
}

#[tokio::test]
async fn the_profiles_that_count_can_be_chosen_from() {
    let profiles = ask(&router().await, "profiles/list", json!({})).await.json();
    let [profile] = profiles["profiles"].as_array().unwrap().as_slice() else { panic!("{profiles}") };
    assert_eq!(profile["name"], "default");
    assert_eq!(profile["userVerification"], "USER_VERIFICATION_REQUIRED");
    assert_eq!(profile["attachment"], Value::Null);
}

#[tokio::test]
async fn what_cannot_be_done_to_a_passkey_is_not_found() {
    let answer = ask(&router().await, "credentials/steal", json!({ "credentialId": NOBODYS })).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(!answer.text.contains("calls"), "{}", answer.text);
}
