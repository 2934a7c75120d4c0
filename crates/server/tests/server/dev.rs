//! `serve --dev` sets things up once, and finds them again.

use std::{fs, os::unix::fs::MetadataExt, process::Command, sync::Arc};

use keystead_domain::Origin;
use keystead_proto::v1::{ListUsersRequest, user_service_client::UserServiceClient};
use keystead_server::{
    config::Mode,
    dev::{Announcement, Development},
    serve::{Running, Serve},
};

use crate::place::{Place, connect, with_key};

async fn start(place: &Place) -> (Running, Arc<Development>) {
    let serve = Serve { mode: Mode::Development, ..Serve::new(place.settings()) };
    let mut running = serve.start().await.unwrap();
    let development = running.prepared().await.unwrap().unwrap();
    (running, development)
}

/// What a shell has in its environment after it has read the file.
fn sourced(development: &Development) -> (String, String) {
    let script = r#". "$0" && env"#;
    let output =
        Command::new("sh").args(["-euc", script]).arg(&development.env_file).env_clear().output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let get = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).unwrap().to_owned();
    (get("KEYSTEAD_ENDPOINT="), get("KEYSTEAD_API_KEY="))
}

async fn is_let_in(running: &Running, key: &str) -> bool {
    let mut client = UserServiceClient::new(with_key(connect(running).await, key));
    client.list_users(ListUsersRequest::default()).await.is_ok()
}

fn printed(development: &Development) -> Vec<String> {
    Announcement(development).to_string().lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn a_second_start_finds_everything_as_it_was() {
    let place = Place::new();
    let (running, first) = start(&place).await;
    let key = first.new_api_key.as_ref().unwrap().as_str().to_owned();
    assert_eq!(sourced(&first), (running.grpc_addr().to_string(), key.clone()));
    assert!(is_let_in(&running, &key).await);
    let lines = printed(&first);
    assert_eq!(lines.iter().filter(|line| line.contains(&key)).count(), 1);
    running.shutdown().await.unwrap();

    let (running, second) = start(&place).await;
    assert_eq!(second.tenant, first.tenant);
    assert_eq!(second.relying_party.id, first.relying_party.id);
    assert_eq!(second.caller, first.caller);
    assert!(second.new_api_key.is_none());
    assert_eq!(sourced(&second), (running.grpc_addr().to_string(), key.clone()));
    assert!(is_let_in(&running, &key).await);
    let again = printed(&second);
    assert_eq!(again.len(), lines.len());
    let in_file = format!("  API key        in {}", second.env_file.display());
    assert!(again.contains(&in_file) && !again.concat().contains(&key), "{again:?}");
    running.shutdown().await.unwrap();
}

#[tokio::test]
async fn two_first_starts_at_once_set_up_one_and_the_same() {
    let place = Place::new();
    let ((one, first), (other, second)) = tokio::join!(start(&place), start(&place));
    assert_eq!(first.tenant, second.tenant);
    assert_eq!(first.relying_party.id, second.relying_party.id);
    assert_eq!(first.caller, second.caller);
    let (_, key) = sourced(&first);
    assert!(is_let_in(&one, &key).await && is_let_in(&other, &key).await);
    one.shutdown().await.unwrap();
    other.shutdown().await.unwrap();
}

#[tokio::test]
async fn secrets_are_their_owners_alone() {
    let place = Place::new();
    let (running, development) = start(&place).await;
    for (path, mode) in [(&development.env_file, 0o600), (&place.settings().keys.file, 0o600)] {
        assert_eq!(fs::metadata(path).unwrap().mode() & 0o777, mode, "{}", path.display());
    }
    assert!(!format!("{development:?}").contains(development.new_api_key.as_ref().unwrap().as_str()));
    running.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_lost_or_broken_env_file_gets_a_new_key() {
    let place = Place::new();
    let (running, first) = start(&place).await;
    let key = first.new_api_key.as_ref().unwrap().as_str().to_owned();
    running.shutdown().await.unwrap();
    let unknown = format!("{}{}", &key[..key.len() - 4], "AAAA");
    for text in [None, Some(String::new()), Some(format!("KEYSTEAD_API_KEY={unknown}\n"))] {
        match text {
            None => fs::remove_file(&first.env_file).unwrap(),
            Some(text) => fs::write(&first.env_file, text).unwrap(),
        }
        let (running, next) = start(&place).await;
        let made = next.new_api_key.as_ref().unwrap().as_str();
        assert_eq!(sourced(&next).1, made);
        assert!(made != key && is_let_in(&running, made).await);
        running.shutdown().await.unwrap();
    }
}

#[tokio::test]
async fn the_relying_party_accepts_the_usual_origin_and_the_playgrounds() {
    let place = Place::new();
    for starts in 1..=2 {
        let (running, development) = start(&place).await;
        let origins: Vec<&str> = development.relying_party.origins.iter().map(Origin::as_str).collect();
        let page = format!("http://localhost:{}", running.http_addr().unwrap().port());
        assert!(
            origins.contains(&"http://localhost:8080") && origins.contains(&page.as_str()),
            "{origins:?}"
        );
        assert!(origins.len() <= 1 + starts);
        assert!(development.relying_party.is_default);
        running.shutdown().await.unwrap();
    }
}

#[tokio::test]
async fn there_is_a_second_profile_to_choose_made_once() {
    let place = Place::new();
    for _ in 0..2 {
        let (running, development) = start(&place).await;
        let store = place.store().await;
        let profiles = store.reader().within(development.tenant.id).registration_profiles().await.unwrap();
        let names: Vec<_> = profiles.iter().map(|profile| profile.name.as_str()).collect();
        assert_eq!(names, ["security-keys"]);
        running.shutdown().await.unwrap();
    }
}

#[tokio::test]
async fn addresses_that_others_reach_are_refused() {
    let place = Place::new();
    for (grpc, http) in [("0.0.0.0:0", "127.0.0.1:0"), ("127.0.0.1:0", "[::]:0")] {
        let mut settings = place.settings();
        settings.server.listen = grpc.parse().unwrap();
        settings.http.listen = Some(http.parse().unwrap());
        let serve = Serve { mode: Mode::Development, ..Serve::new(settings) };
        let refused = serve.start().await.map(|_| ()).unwrap_err().to_string();
        assert!(refused.contains("this machine only"), "{refused}");
    }
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0, "nothing is made before that is clear");
}
