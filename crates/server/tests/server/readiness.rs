//! What a server tells before it can serve, and when it can.

use keystead_proto::v1::{ListUsersRequest, user_service_client::UserServiceClient};
use keystead_server::serve::{LIVENESS, READINESS, Serve};
use tonic::Code;
use tonic_health::pb::health_check_response::ServingStatus::{NotServing, Serving};

use crate::place::{Place, check, connect, watch};

#[tokio::test]
async fn server_waits_for_the_migration_and_then_serves() {
    let place = Place::with_keys();
    let mut running = place.start().await;
    let channel = connect(&running).await;
    for name in ["", READINESS, "keystead.v1.UserService"] {
        assert_eq!(check(channel.clone(), name).await.unwrap(), NotServing, "{name}");
    }
    assert_eq!(check(channel.clone(), LIVENESS).await.unwrap(), Serving);
    let refused = UserServiceClient::new(channel.clone()).list_users(ListUsersRequest::default()).await;
    assert_eq!(refused.unwrap_err().code(), Code::Unavailable);

    let mut health = watch(channel.clone()).await;
    assert_eq!(health.next().await, Some(NotServing));
    place.migrate().await;
    assert_eq!(health.next().await, Some(Serving));
    running.prepared().await.unwrap();
    assert_eq!(check(channel.clone(), READINESS).await.unwrap(), Serving);
    let stranger = UserServiceClient::new(channel).list_users(ListUsersRequest::default()).await;
    assert_eq!(stranger.unwrap_err().code(), Code::Unauthenticated);
    running.shutdown().await.unwrap();
}

#[tokio::test]
async fn server_told_to_migrate_does_not_wait() {
    let place = Place::with_keys();
    let serve = Serve { migrate: true, ..Serve::new(place.settings()) };
    let mut running = serve.start().await.unwrap();
    assert!(running.prepared().await.unwrap().is_none());
    assert_eq!(check(connect(&running).await, "").await.unwrap(), Serving);
    assert_eq!(place.store().await.pending_migrations().await.unwrap(), 0);
    running.shutdown().await.unwrap();
}

#[tokio::test]
async fn server_without_keys_does_not_start_and_says_how_to_make_them() {
    let place = Place::new();
    let refused = Serve::new(place.settings()).start().await.map(|_| ()).unwrap_err();
    let file = place.settings().keys.file;
    assert!(
        refused.to_string().contains(&format!("keystead keys generate --file {}", file.display())),
        "{refused}"
    );
}

#[tokio::test]
async fn server_whose_database_cannot_be_used_ends() {
    let place = Place::with_keys();
    let mut settings = place.settings();
    settings.database.url = keystead_server::config::DatabaseUrl::new("postgres://ks:s3cret@localhost/ks");
    let mut running = Serve::new(settings).start().await.unwrap();
    let ended = format!("{:#}", running.prepared().await.unwrap_err());
    assert!(ended.contains("postgres://ks:[redacted]@localhost/ks") && !ended.contains("s3cret"), "{ended}");
}

#[tokio::test]
async fn a_taken_address_is_named_with_the_remedy() {
    let place = Place::with_keys();
    let running = place.start().await;
    let mut settings = place.settings();
    settings.server.listen = running.grpc_addr();
    let refused = Serve::new(settings).start().await.map(|_| ()).unwrap_err().to_string();
    assert!(refused.contains(&running.grpc_addr().to_string()) && refused.contains("--listen"), "{refused}");
}
