//! `keystead admin` and `keystead migrate`, as an operator uses them before anybody can call.

use std::process::{Command, Output};

use keystead_proto::v1::{
    CreateTenantRequest, ListTenantsRequest, ListUsersRequest, admin_service_client::AdminServiceClient,
    user_service_client::UserServiceClient,
};
use tonic::Code;

use crate::place::{Place, connect, with_key};

/// Runs `keystead` in a place.
pub(crate) fn run(place: &Place, line: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_keystead"))
        .args(line.split(' '))
        .arg("--data-dir")
        .arg(place.path())
        .env_clear()
        .output()
        .unwrap()
}

pub(crate) fn done(place: &Place, line: &str) -> String {
    let output = run(place, line);
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}

pub(crate) fn refused(place: &Place, line: &str) -> String {
    let output = run(place, line);
    assert_eq!(output.status.code(), Some(1), "{line}");
    assert!(output.stdout.is_empty(), "{line}");
    String::from_utf8(output.stderr).unwrap()
}

#[tokio::test]
async fn the_first_caller_sets_up_tenants_and_nothing_else() {
    let place = Place::with_keys();
    done(&place, "migrate");
    let key = done(&place, "admin create-caller --name ops --grants admin");
    let mut running = place.start().await;
    running.prepared().await.unwrap();
    let channel = with_key(connect(&running).await, &key);
    let mut admin = AdminServiceClient::new(channel.clone());
    let request = CreateTenantRequest { name: "shop".to_owned(), ..CreateTenantRequest::default() };
    admin.create_tenant(request).await.unwrap();
    let tenants = admin.list_tenants(ListTenantsRequest::default()).await.unwrap().into_inner().tenants;
    assert_eq!(tenants.len(), 1);
    let users = UserServiceClient::new(channel).list_users(ListUsersRequest::default()).await;
    assert_eq!(users.unwrap_err().code(), Code::PermissionDenied);
    running.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_tenants_caller_is_made_by_the_tenants_id_or_name() {
    let place = Place::with_keys();
    done(&place, "migrate");
    let id = done(&place, "admin create-tenant --name shop");
    let by_id = done(&place, &format!("admin create-caller --name web --tenant {id} --grants users.read"));
    let by_name =
        done(&place, "admin create-caller --name app --tenant shop --grants users.read,users.write");
    let mut running = place.start().await;
    running.prepared().await.unwrap();
    for key in [by_id, by_name] {
        let mut users = UserServiceClient::new(with_key(connect(&running).await, &key));
        users.list_users(ListUsersRequest::default()).await.unwrap();
    }
    running.shutdown().await.unwrap();
}

#[test]
fn a_name_that_is_taken_is_an_error_that_says_so() {
    let place = Place::with_keys();
    done(&place, "migrate");
    let tenant = "admin create-tenant --name shop";
    let caller = "admin create-caller --name ops --grants admin";
    done(&place, tenant);
    done(&place, caller);
    assert!(refused(&place, tenant).contains("there is a tenant named shop already"));
    assert!(refused(&place, caller).contains("there is a caller named ops already"));
    done(&place, &format!("{caller} --tenant shop"));
}

#[tokio::test]
async fn a_caller_whose_key_is_lost_gets_another() {
    let place = Place::with_keys();
    done(&place, "migrate");
    done(&place, "admin create-tenant --name shop");
    let first = done(&place, "admin create-caller --name web --tenant shop --grants users.read");
    let second = done(&place, "admin create-api-key --caller web --tenant shop");
    assert_ne!(first, second);
    let mut running = place.start().await;
    running.prepared().await.unwrap();
    // The lost one may have been found: it works until it is revoked.
    for key in [first, second] {
        let mut users = UserServiceClient::new(with_key(connect(&running).await, &key));
        users.list_users(ListUsersRequest::default()).await.unwrap();
    }
    running.shutdown().await.unwrap();
    // Outside of tenants there is another namespace.
    let nobody = refused(&place, "admin create-api-key --caller web");
    assert!(nobody.contains("there is no caller named web outside of tenants"), "{nobody}");
    let nowhere = refused(&place, "admin create-api-key --caller web --tenant bank");
    assert!(nowhere.contains("there is no tenant bank"), "{nowhere}");
}

#[test]
fn what_cannot_be_is_refused_with_the_remedy() {
    let caller = "admin create-caller --name ops --grants admin";
    assert!(refused(&Place::new(), caller).contains("keystead keys generate"));
    let place = Place::with_keys();
    assert!(refused(&place, caller).contains("keystead migrate"));
    done(&place, "migrate");
    assert!(refused(&place, &format!("{caller} --tenant shop")).contains("there is no tenant shop"));
    assert!(refused(&place, "admin create-caller --name web --grants events").contains("without tenant"));
}

#[tokio::test]
async fn raising_the_restore_epoch_is_one_step_up() {
    let place = Place::with_keys();
    done(&place, "migrate");
    let store = place.store().await;
    let before = store.reader().instance().await.unwrap();
    done(&place, "admin raise-restore-epoch");
    let after = store.reader().instance().await.unwrap();
    assert_eq!(after.restore_epoch, before.restore_epoch + 1);
    assert_eq!(after.id, before.id);
}

#[test]
fn migrating_twice_is_migrating_once() {
    let place = Place::with_keys();
    assert!(done(&place, "migrate").starts_with("migrated"));
    assert!(done(&place, "migrate").ends_with("is up to date"));
}
