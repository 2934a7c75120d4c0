//! What browsers are told about their passkeys: complete, only to whom it concerns, and never about what is merely revoked.

use keystead_authenticator::Authenticator;
use keystead_domain::{Credential, DisplayName};
use keystead_service::{Error, Signals};
use keystead_tests::database::on_every_engine;
use serde_json::{Value, json};

use crate::world::{By as _, World, base64url, by_external_id, signal, taking};

fn list(signals: &Signals) -> Vec<Value> {
    let list = signal(signals.all_accepted_credentials.as_ref());
    assert_eq!(list["rpId"], "example.org");
    assert!(list["userId"].as_str().is_some_and(|id| id.len() == 86), "64 bytes");
    let mut ids = list["allAcceptedCredentialIds"].as_array().expect("a list").clone();
    ids.sort_by_key(ToString::to_string);
    ids
}

fn ids(credentials: &[&Credential]) -> Vec<Value> {
    let mut ids: Vec<Value> =
        credentials.iter().map(|credential| json!(base64url(credential.webauthn_id.as_bytes()))).collect();
    ids.sort_by_key(ToString::to_string);
    ids
}

#[tokio::test]
async fn every_answer_about_a_signed_in_user_has_the_complete_list() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let (mut phone, mut laptop) = (Authenticator::new(1), Authenticator::new(2));
        let one = world.register("anna", &mut phone).await;
        let started = world.start_registration("anna").await;
        let finished = world.finish_registration("anna", &started, &mut laptop).await.expect("registered");
        let two = finished.value.credential.credential;
        assert_eq!(list(&finished.signals), ids(&[&one, &two]), "the new key is in it");
        world.register("bert", &mut Authenticator::new(3)).await;

        let login = world.log_in(None, &mut phone).await.expect("logged in");
        assert_eq!(list(&login.signals), ids(&[&one, &two]));
        assert!(login.signals.current_user_details.is_some() && login.signals.unknown_credential.is_none());
        let asked = world.service.get_signals(&world.call, &by_external_id("anna"), None).await.unwrap();
        assert_eq!(asked, login.signals);

        let name = DisplayName::new("Phone").expect("a name");
        let renamed = world.service.rename_credential(&world.call, one.id, name).await.expect("renamed");
        assert_eq!(list(&renamed.signals), ids(&[&one, &two]));
        // A key that is put aside may come back: a browser that hid it would not bring it back.
        let suspended =
            world.service.suspend_credential(&world.call, taking(one.id)).await.expect("suspended");
        assert_eq!(list(&suspended.signals), ids(&[&one, &two]));
        let resumed = world.service.resume_credential(&world.call, one.id, None).await.expect("resumed");
        assert_eq!(list(&resumed.signals), ids(&[&one, &two]));
        let revoked = world.service.revoke_credential(&world.call, taking(one.id)).await.expect("revoked");
        assert_eq!(list(&revoked.signals), ids(&[&two]));
    })
    .await;
}

#[tokio::test]
async fn someone_elses_browser_is_told_nothing() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let one = world.register("anna", &mut Authenticator::new(1)).await;
        let suspended = world
            .service
            .suspend_credential(&world.call, taking(one.id).by_support())
            .await
            .expect("suspended");
        assert_eq!(suspended.signals, Signals::default());
        let support = taking(one.id).by_support().acting_user;
        let resumed = world.service.resume_credential(&world.call, one.id, support).await.expect("resumed");
        assert_eq!(resumed.signals, Signals::default());
    })
    .await;
}

#[tokio::test]
async fn an_empty_list_says_that_there_are_none() {
    on_every_engine(async |database| {
        let world = World::new(&database).await;
        let one = world.register("anna", &mut Authenticator::new(1)).await;
        world.revoke(one.id).await;
        let signals = world.service.get_signals(&world.call, &by_external_id("anna"), None).await.unwrap();
        assert_eq!(list(&signals), Vec::<Value>::new());

        // Who never came to this relying party has no handle there, and so nothing to tell.
        world.user("bert").await;
        let signals = world.service.get_signals(&world.call, &by_external_id("bert"), None).await.unwrap();
        assert_eq!(signals, Signals::default());
        let nobody = world.service.get_signals(&world.call, &by_external_id("nobody"), None).await;
        assert!(matches!(nobody, Err(Error::Rejected(keystead_domain::Reason::UserNotFound))));
    })
    .await;
}
