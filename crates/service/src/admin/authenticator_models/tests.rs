use std::time::Duration;

use keystead_domain::{Name, Reason, RequestId};
use keystead_store::{EventFilter, Page};

use super::*;
use crate::{
    environment::Clock,
    fixture::{Home, all, name},
};

const YUBIKEY: &str = "cb69481e-8ff7-4039-93ec-0a2729a154a8";

fn yubikey() -> Aaguid {
    YUBIKEY.parse().unwrap()
}

fn model(aaguid: Aaguid, text: &str) -> AuthenticatorModel {
    AuthenticatorModel { aaguid, name: name(text), sync_model: Some(SyncModel::Mixed), updated_at: None }
}

fn operator(home: &Home) -> Call {
    Call::operator(home.hands.now())
}

async fn shown(home: &Home, aaguid: Aaguid) -> Option<Name> {
    home.service.directory.catalogue().await.unwrap().get(aaguid).map(|model| model.name.clone())
}

/// How often the catalogue was changed.
async fn changes(home: &Home) -> usize {
    let kind = Some(EventKind::AuthenticatorModelsChanged);
    let filter = EventFilter { user_id: None, ceremony_id: None, kind, after: None };
    let page = Page { after: None, size: 100 };
    home.service.store.reader().list_events(None, &filter, page).await.unwrap().len()
}

#[tokio::test]
async fn what_is_put_is_shown_at_once_until_it_is_taken_out() {
    let home = Home::new().await;
    let built_in = shown(&home, yubikey()).await;
    assert_eq!(built_in, Some(name("YubiKey 5 Series")));

    let put = home
        .service
        .put_authenticator_models(&operator(&home), vec![model(yubikey(), "Company key")])
        .await
        .unwrap();
    let expected =
        AuthenticatorModel { updated_at: Some(home.hands.now()), ..model(yubikey(), "Company key") };
    assert_eq!(put, [expected]);
    assert_eq!(shown(&home, yubikey()).await, Some(name("Company key")));

    home.service
        .remove_authenticator_models(&operator(&home), vec![yubikey(), Aaguid([7; 16])])
        .await
        .unwrap();
    assert_eq!(shown(&home, yubikey()).await, built_in);
    assert_eq!(changes(&home).await, 2);
}

#[tokio::test]
async fn putting_the_same_again_and_removing_what_is_not_there_change_nothing() {
    let home = Home::new().await;
    let models = vec![model(Aaguid([7; 16]), "Ours"), model(yubikey(), "Company key")];
    let first = home.service.put_authenticator_models(&operator(&home), models.clone()).await.unwrap();
    home.hands.wait(Duration::from_mins(1));
    let again = home.service.put_authenticator_models(&operator(&home), models).await.unwrap();
    assert_eq!(again, first);
    home.service.remove_authenticator_models(&operator(&home), vec![Aaguid([8; 16])]).await.unwrap();
    assert_eq!(changes(&home).await, 1);

    let renamed = vec![model(Aaguid([7; 16]), "Ours, renamed"), model(yubikey(), "Company key")];
    let now = home.service.put_authenticator_models(&operator(&home), renamed).await.unwrap();
    assert_eq!(now[0].updated_at, Some(home.hands.now()));
    assert_eq!(now[1], first[1]);
}

#[tokio::test]
async fn only_instance_level_callers_change_the_catalogue_and_everyone_reads_it() {
    let home = Home::new().await;
    let refused = home.service.put_authenticator_models(&home.call, vec![model(yubikey(), "Mine")]).await;
    assert!(matches!(refused, Err(Error::Rejected(Reason::CallerNotAllowed))));
    let refused = home.service.remove_authenticator_models(&home.call, vec![yubikey()]).await;
    assert!(matches!(refused, Err(Error::Rejected(Reason::CallerNotAllowed))));
    assert_eq!(changes(&home).await, 0);
    assert!(!home.service.list_authenticator_models(&home.call, &all()).await.unwrap().items.is_empty());
}

#[tokio::test]
async fn an_entry_about_no_model_and_two_about_one_are_refused() {
    let home = Home::new().await;
    for models in
        [vec![model(Aaguid([0; 16]), "Nothing")], vec![model(yubikey(), "One"), model(yubikey(), "Two")]]
    {
        let refused = home.service.put_authenticator_models(&operator(&home), models).await;
        assert!(matches!(refused, Err(Error::Invalid { field: "models", .. })));
    }
    assert_eq!(changes(&home).await, 0);
}

#[tokio::test]
async fn pages_lead_through_the_whole_catalogue_in_order() {
    let home = Home::new().await;
    let models = vec![model(Aaguid([255; 16]), "Last"), model(Aaguid([1; 16]), "Early")];
    home.service.put_authenticator_models(&operator(&home), models).await.unwrap();
    let whole = home.service.list_authenticator_models(&home.call, &all()).await.unwrap();
    assert!(whole.next.is_none());
    assert!(whole.items.is_sorted_by(|a, b| a.aaguid.0 < b.aaguid.0));

    let (mut paged, mut request) = (Vec::new(), PageRequest { size: 50, token: String::new() });
    loop {
        let page = home.service.list_authenticator_models(&home.call, &request).await.unwrap();
        assert!(page.items.len() <= 50);
        paged.extend(page.items);
        let Some(token) = page.next else { break };
        request.token = token;
    }
    assert_eq!(paged, whole.items);
}

#[tokio::test]
async fn a_repeated_request_acts_once_and_answers_with_what_is_there() {
    let home = Home::new().await;
    let call = Call { request_id: Some(RequestId::new("request-0000000001").unwrap()), ..operator(&home) };
    let models = vec![model(yubikey(), "Company key")];
    let first = home.service.put_authenticator_models(&call, models.clone()).await.unwrap();
    home.service.put_authenticator_models(&operator(&home), vec![model(yubikey(), "Another")]).await.unwrap();
    let again = home.service.put_authenticator_models(&call, models).await.unwrap();
    assert_ne!(again, first);
    assert_eq!(again[0].name, name("Another"));

    let other = home.service.put_authenticator_models(&call, vec![model(yubikey(), "A third")]).await;
    assert!(matches!(other, Err(Error::Rejected(Reason::RequestIdReused))));
    let call = Call { request_id: Some(RequestId::new("request-0000000002").unwrap()), ..operator(&home) };
    home.service.remove_authenticator_models(&call, vec![yubikey()]).await.unwrap();
    home.service.put_authenticator_models(&operator(&home), vec![model(yubikey(), "Back")]).await.unwrap();
    home.service.remove_authenticator_models(&call, vec![yubikey()]).await.unwrap();
    assert_eq!(shown(&home, yubikey()).await, Some(name("Back")));
}
