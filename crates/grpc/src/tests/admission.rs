use std::{
    convert::Infallible,
    future::pending,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use keystead_domain::Grant;
use keystead_proto::v1::{
    GetTenantRequest, GetUserRequest, ListTenantsRequest, RevokeApiKeyRequest, StartAuthenticationRequest,
    admin_service_client::AdminServiceClient, ceremony_service_client::CeremonyServiceClient,
    user_service_client::UserServiceClient,
};
use tokio::sync::Notify;
use tonic::{Code, body::Body};
use tower::{Layer as _, ServiceExt as _, service_fn};

use super::house::{House, reason, request};
use crate::{Settings, layers::Pace, status};

fn outcome(response: &http::Response<Body>) -> (&'static str, Option<String>) {
    status::outcome(status::left_in(response))
}

/// Names nobody: refused where it is read.
fn bad() -> GetUserRequest {
    GetUserRequest { user: None }
}

#[tokio::test]
async fn calls_without_a_key_that_works_are_unauthenticated() {
    let house = House::build().await;
    let key = house.caller(&[Grant::UsersRead]).await;
    let mut wrong_secret = key.clone();
    wrong_secret.replace_range(40..41, if &key[40..41] == "A" { "B" } else { "A" });
    let stranger = House::build().await.caller(&[Grant::UsersRead]).await;
    let mut users = UserServiceClient::new(house.routes());
    for key in ["", "ks_", "anything", &key[..60], &wrong_secret, &stranger] {
        let answer = users.get_user(request(key, bad())).await;
        assert_eq!(reason(answer), "CALLER_UNAUTHENTICATED", "{key}");
    }
    assert_eq!(reason(users.get_user(request(&key, bad())).await), "FIELD_VIOLATION");
}

#[tokio::test]
async fn bad_request_without_the_grant_is_permission_denied_and_names_the_grant() {
    let house = House::build().await;
    let key = house.caller(&[Grant::UsersWrite, Grant::Admin, Grant::Events]).await;
    let mut users = UserServiceClient::new(house.routes());
    let refused = users.get_user(request(&key, bad())).await.expect_err("refused");
    assert_eq!(refused.code(), Code::PermissionDenied);
    let info = tonic_types::StatusExt::get_details_error_info(&refused).expect("an ErrorInfo");
    assert_eq!((info.reason.as_str(), info.metadata["grant"].as_str()), ("CALLER_NOT_ALLOWED", "users.read"));
}

#[tokio::test]
async fn instance_level_caller_has_the_admin_service_only() {
    let house = House::build().await;
    let root = house.root().await;
    let mut admin = AdminServiceClient::new(house.routes());
    admin.list_tenants(request(&root, ListTenantsRequest::default())).await.expect("tenants");
    let mut ceremonies = CeremonyServiceClient::new(house.routes());
    let answer = ceremonies.start_authentication(request(&root, StartAuthenticationRequest::default())).await;
    assert_eq!(reason(answer), "CALLER_NOT_ALLOWED");
}

#[tokio::test]
async fn revoked_key_is_unauthenticated() {
    let house = House::build().await;
    let (root, key) = (house.root().await, house.caller(&[Grant::Admin]).await);
    let mut admin = AdminServiceClient::new(house.routes());
    let own = admin
        .get_tenant(request(&key, GetTenantRequest::default()))
        .await
        .expect("its own tenant")
        .into_inner();
    let revoke = RevokeApiKeyRequest {
        tenant_id: own.tenant.expect("a tenant").tenant_id,
        api_key_id: format!("key_{}", &key[3..29]),
        request_id: String::new(),
    };
    admin.revoke_api_key(request(&root, revoke)).await.expect("revoked");
    assert_eq!(
        reason(admin.get_tenant(request(&key, GetTenantRequest::default())).await),
        "CALLER_UNAUTHENTICATED"
    );
}

#[tokio::test]
async fn handler_sees_admitted_calls_only_and_never_their_key() {
    let house = House::build().await;
    let key = house.caller(&[Grant::UsersRead]).await;
    let called = Arc::new(AtomicBool::new(false));
    let handler = {
        let called = Arc::clone(&called);
        service_fn(move |request: http::Request<Body>| {
            called.store(true, Ordering::Relaxed);
            assert!(!request.headers().contains_key("authorization"));
            async { Ok::<_, Infallible>(http::Response::new(Body::empty())) }
        })
    };
    let layered = house.layers().layer(handler);
    for (path, key, code, is_called) in [
        ("/keystead.v1.UserService/GetUser", "", "UNAUTHENTICATED", false),
        ("/keystead.v1.UserService/UpsertUser", &*key, "PERMISSION_DENIED", false),
        ("/keystead.v1.UserService/DropUsers", &*key, "UNIMPLEMENTED", false),
        ("/keystead.v1.UserService/GetUser", &*key, "OK", true),
    ] {
        let request = http::Request::builder().uri(path).header("authorization", format!("Bearer {key}"));
        let request = request.body(Body::empty()).expect("a request");
        let response = layered.clone().oneshot(request).await.expect("an answer");
        assert_eq!(outcome(&response).0, code, "{path}");
        assert_eq!(called.load(Ordering::Relaxed), is_called, "{path}");
    }
}

#[tokio::test]
async fn slots_are_for_admitted_calls_a_stranger_takes_none_and_needs_none() {
    let house = House::build().await;
    let key = house.caller(&[Grant::UsersRead]).await;
    let begun = Arc::new(Notify::new());
    let handler = {
        let begun = Arc::clone(&begun);
        service_fn(move |_: http::Request<Body>| {
            let begun = Arc::clone(&begun);
            async move {
                begun.notify_one();
                pending::<Result<http::Response<Body>, Infallible>>().await
            }
        })
    };
    let settings = Settings { most_concurrent_calls: 1, ..Settings::default() };
    let layered = house.layers_at(settings, Pace::default()).layer(handler);
    let call = |authorization: String| {
        let request = http::Request::builder().uri("/keystead.v1.UserService/GetUser");
        let request = request.header("authorization", authorization).body(Body::empty());
        layered.clone().oneshot(request.expect("a request"))
    };
    let first = tokio::spawn(call(format!("Bearer {key}")));
    begun.notified().await;
    let stranger = call("Bearer ks_nobody".to_owned()).await.expect("an answer");
    assert_eq!(outcome(&stranger).0, "UNAUTHENTICATED");
    let second = call(format!("Bearer {key}")).await.expect("an answer");
    assert_eq!(outcome(&second), ("RESOURCE_EXHAUSTED", Some("OVERLOADED".to_owned())));
    first.abort();
}

#[tokio::test]
async fn message_over_the_size_limit_is_refused_by_the_stack() {
    let house = House::build().await;
    let key = house.caller(&[Grant::CeremonyAuthenticate]).await;
    let mut ceremonies = CeremonyServiceClient::new(house.routes());
    let message = StartAuthenticationRequest { rp_id: "a".repeat(64 * 1024), ..Default::default() };
    let refused = ceremonies.start_authentication(request(&key, message)).await.expect_err("refused");
    assert_eq!(refused.code(), Code::OutOfRange);
}
