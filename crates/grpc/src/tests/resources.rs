//! Every RPC is wired to its use case and its answer: what was made is what is answered and listed.

use keystead_domain::Grant;
use keystead_proto::v1::{self, user_ref::Ref};
use tonic::Code;

use super::house::{House, reason, request};

const REQUEST: &str = "0b6f1f3e-6a55-4c59-8a38-0d2f2c0d5f41";

fn anna() -> v1::UserRef {
    v1::UserRef { r#ref: Some(Ref::ExternalId("anna".to_owned())) }
}

#[tokio::test]
async fn users_are_made_read_and_listed() {
    let house = House::build().await;
    let key = house.caller(&[Grant::UsersRead, Grant::UsersWrite, Grant::Events]).await;
    let mut users = v1::user_service_client::UserServiceClient::new(house.routes());
    for (external_id, name) in [("anna", "Anna"), ("bert", "Bert")] {
        let upsert = v1::UpsertUserRequest {
            external_id: external_id.to_owned(),
            display_name: Some(name.to_owned()),
            ..Default::default()
        };
        users.upsert_user(request(&key, upsert)).await.expect("a user");
    }
    let found = users.get_user(request(&key, v1::GetUserRequest { user: Some(anna()) })).await.expect("anna");
    let found = found.into_inner().user.expect("a user");
    assert_eq!((found.external_id.as_str(), found.display_name.as_str()), ("anna", "Anna"));
    assert!(found.create_time.is_some() && found.last_success_time.is_none());

    let mut names = Vec::new();
    let mut list = v1::ListUsersRequest { page_size: 1, page_token: String::new() };
    loop {
        let page = users.list_users(request(&key, list.clone())).await.expect("a page").into_inner();
        names.extend(page.users.into_iter().map(|user| user.external_id));
        if page.next_page_token.is_empty() {
            break;
        }
        list.page_token = page.next_page_token;
    }
    assert_eq!(names, ["bert", "anna"]);
    list.page_token = "AAAA".to_owned();
    assert_eq!(reason(users.list_users(request(&key, list)).await), "INVALID_PAGE_TOKEN");

    let mut events = v1::event_service_client::EventServiceClient::new(house.routes());
    let list = v1::ListEventsRequest { user: Some(anna()), ..Default::default() };
    let listed = events.list_events(request(&key, list)).await.expect("events").into_inner().events;
    assert_eq!(listed.iter().map(|event| event.r#type.as_str()).collect::<Vec<_>>(), ["user.created"]);
    assert_eq!(listed[0].user_id, found.user_id);
    assert_eq!(listed[0].outcome(), v1::EventOutcome::Success);
}

#[tokio::test]
async fn ceremonies_start_with_both_forms_of_their_options() {
    let house = House::build().await;
    let key = house
        .caller(&[Grant::Admin, Grant::UsersWrite, Grant::CeremonyRegister, Grant::CeremonyAuthenticate])
        .await;
    let mut ceremonies = v1::ceremony_service_client::CeremonyServiceClient::new(house.routes());
    let start = v1::StartAuthenticationRequest::default();
    assert_eq!(
        reason(ceremonies.start_authentication(request(&key, start.clone())).await),
        "RELYING_PARTY_NOT_FOUND"
    );

    let mut admin = v1::admin_service_client::AdminServiceClient::new(house.routes());
    let relying_party = v1::CreateRelyingPartyRequest {
        rp_id: "example.org".to_owned(),
        origins: vec!["https://example.org".to_owned()],
        ..Default::default()
    };
    admin.create_relying_party(request(&key, relying_party)).await.expect("a relying party");
    let started = ceremonies.start_authentication(request(&key, start)).await.expect("started").into_inner();
    let typed = started.request_options.expect("options");
    let json: serde_json::Value = serde_json::from_str(&started.options_json).expect("JSON");
    assert_eq!((typed.rp_id.as_str(), &json["rpId"]), ("example.org", &"example.org".into()));
    assert_eq!(typed.user_verification(), v1::UserVerification::Required);
    assert_eq!((typed.challenge.len(), typed.timeout.map(|timeout| timeout.seconds)), (32, Some(300)));
    assert!(started.ceremony_id.starts_with("cer_") && started.ceremony_token.len() <= 1024);

    let start = v1::StartRegistrationRequest { user: Some(anna()), ..Default::default() };
    assert_eq!(reason(ceremonies.start_registration(request(&key, start.clone())).await), "USER_NOT_FOUND");
    let mut users = v1::user_service_client::UserServiceClient::new(house.routes());
    let upsert = v1::UpsertUserRequest { external_id: "anna".to_owned(), ..Default::default() };
    users.upsert_user(request(&key, upsert)).await.expect("a user");
    let started = ceremonies.start_registration(request(&key, start)).await.expect("started").into_inner();
    let typed = started.creation_options.expect("options");
    let algorithms: Vec<_> = typed.parameters.iter().map(|parameter| parameter.algorithm).collect();
    assert_eq!(algorithms, [-7, -8, -257]);
    assert_eq!(typed.user.map(|user| (user.id.len(), user.name)), Some((64, "anna".to_owned())));
    let json: serde_json::Value = serde_json::from_str(&started.options_json).expect("JSON");
    assert_eq!(json["rp"]["id"], "example.org");
}

#[tokio::test]
async fn forged_token_is_an_invalid_argument_and_no_refusal() {
    let house = House::build().await;
    let key = house.caller(&[Grant::CeremonyAuthenticate]).await;
    let mut ceremonies = v1::ceremony_service_client::CeremonyServiceClient::new(house.routes());
    let response = v1::AssertionResponse {
        client_data_json: br#"{"type":"webauthn.get","challenge":"AAAA","origin":"https://example.org"}"#
            .to_vec(),
        ..Default::default()
    };
    let finish = v1::FinishAuthenticationRequest {
        ceremony_token: "forged".to_owned(),
        response: Some(v1::finish_authentication_request::Response::Assertion(response)),
        ..Default::default()
    };
    let refused = ceremonies.finish_authentication(request(&key, finish)).await.expect_err("refused");
    assert_eq!(refused.code(), Code::InvalidArgument);
    assert_eq!(reason::<()>(Err(refused)), "CEREMONY_TOKEN_INVALID");
}

#[tokio::test]
async fn credentials_that_do_not_exist_are_not_found() {
    let house = House::build().await;
    let key = house.caller(&[Grant::CredentialsRead, Grant::CredentialsWrite]).await;
    let mut credentials = v1::credential_service_client::CredentialServiceClient::new(house.routes());
    let id = "cred_01h2xcejqtf2nbrexx3vqjhp41".to_owned();
    let get = v1::GetCredentialRequest { credential_id: id.clone() };
    assert_eq!(reason(credentials.get_credential(request(&key, get)).await), "CREDENTIAL_NOT_FOUND");
    let rename = v1::RenameCredentialRequest { credential_id: id.clone(), ..Default::default() };
    assert_eq!(reason(credentials.rename_credential(request(&key, rename)).await), "CREDENTIAL_NOT_FOUND");
    let revoke = v1::RevokeCredentialRequest { credential_id: id, ..Default::default() };
    assert_eq!(reason(credentials.revoke_credential(request(&key, revoke)).await), "CREDENTIAL_NOT_FOUND");
    let listed = credentials
        .list_credentials(request(&key, v1::ListCredentialsRequest::default()))
        .await
        .expect("a page")
        .into_inner();
    assert!(listed.credentials.is_empty() && listed.next_page_token.is_empty());
}

#[tokio::test]
async fn a_tenant_is_set_up_from_nothing() {
    let house = House::build().await;
    let root = house.root().await;
    let mut admin = v1::admin_service_client::AdminServiceClient::new(house.routes());
    let create = v1::CreateTenantRequest { name: "bank".to_owned(), request_id: REQUEST.to_owned() };
    let tenant = admin.create_tenant(request(&root, create)).await.expect("a tenant").into_inner().tenant;
    let tenant_id = tenant.expect("a tenant").tenant_id;
    let get = v1::GetTenantRequest { tenant_id: tenant_id.clone() };
    let got = admin.get_tenant(request(&root, get)).await.expect("the tenant").into_inner().tenant;
    assert_eq!(got.map(|tenant| tenant.name).as_deref(), Some("bank"));
    let listed = admin
        .list_tenants(request(&root, v1::ListTenantsRequest::default()))
        .await
        .expect("tenants")
        .into_inner();
    assert_eq!(listed.tenants.len(), 2);
    let create = v1::CreateRelyingPartyRequest {
        tenant_id: String::new(),
        rp_id: "bank.example".to_owned(),
        ..Default::default()
    };
    assert_eq!(reason(admin.create_relying_party(request(&root, create)).await), "FIELD_VIOLATION");

    let mut parties = Vec::new();
    for rp_id in ["bank.example", "localhost"] {
        let create = v1::CreateRelyingPartyRequest {
            tenant_id: tenant_id.clone(),
            rp_id: rp_id.to_owned(),
            name: rp_id.to_uppercase(),
            origins: vec![format!("https://{rp_id}")],
            ..Default::default()
        };
        let made = admin.create_relying_party(request(&root, create)).await.expect("a relying party");
        parties.push(made.into_inner().relying_party.expect("a relying party"));
    }
    assert!(parties[0].is_default && !parties[1].is_default);
    let set = v1::SetDefaultRelyingPartyRequest {
        tenant_id: tenant_id.clone(),
        relying_party_id: parties[1].relying_party_id.clone(),
        ..Default::default()
    };
    let changed = admin.set_default_relying_party(request(&root, set)).await.expect("changed").into_inner();
    assert!(changed.relying_party.is_some_and(|party| party.is_default && party.name == "LOCALHOST"));
    let set = v1::SetRelyingPartyOriginsRequest {
        tenant_id: tenant_id.clone(),
        relying_party_id: parties[0].relying_party_id.clone(),
        origins: vec!["https://login.bank.example".to_owned()],
        top_origins: vec!["https://portal.example".to_owned()],
        ..Default::default()
    };
    admin.set_relying_party_origins(request(&root, set)).await.expect("changed");
    let list = v1::ListRelyingPartiesRequest { tenant_id: tenant_id.clone(), ..Default::default() };
    let listed =
        admin.list_relying_parties(request(&root, list)).await.expect("listed").into_inner().relying_parties;
    let ids: Vec<_> = listed.iter().map(|party| (party.rp_id.as_str(), party.is_default)).collect();
    assert_eq!(ids, [("localhost", true), ("bank.example", false)]);
    assert_eq!(
        (&*listed[1].origins, &*listed[1].top_origins),
        (&["https://login.bank.example".to_owned()][..], &["https://portal.example".to_owned()][..])
    );
}

#[tokio::test]
async fn callers_and_their_keys_come_and_go() {
    let house = House::build().await;
    let key = house.caller(&[Grant::Admin]).await;
    let mut admin = v1::admin_service_client::AdminServiceClient::new(house.routes());
    let create = v1::CreateCallerRequest {
        name: "web".to_owned(),
        grants: vec!["users.read".to_owned()],
        ..Default::default()
    };
    let made = admin.create_caller(request(&key, create)).await.expect("a caller").into_inner().caller;
    let caller_id = made.expect("a caller").caller_id;
    let create = v1::CreateApiKeyRequest {
        caller_id: caller_id.clone(),
        request_id: REQUEST.to_owned(),
        ..Default::default()
    };
    let minted = admin.create_api_key(request(&key, create.clone())).await.expect("a key").into_inner();
    let again = admin.create_api_key(request(&key, create)).await.expect("the same key").into_inner();
    assert_eq!((again.api_key_id.as_str(), again.api_key.as_str()), (minted.api_key_id.as_str(), ""));

    let mut users = v1::user_service_client::UserServiceClient::new(house.routes());
    users.list_users(request(&minted.api_key, v1::ListUsersRequest::default())).await.expect("a page");
    let set = v1::SetCallerGrantsRequest {
        caller_id: caller_id.clone(),
        grants: vec!["events".to_owned()],
        ..Default::default()
    };
    let changed = admin.set_caller_grants(request(&key, set)).await.expect("changed").into_inner().caller;
    assert_eq!(changed.map(|caller| caller.grants), Some(vec!["events".to_owned()]));
    assert_eq!(
        reason(users.list_users(request(&minted.api_key, v1::ListUsersRequest::default())).await),
        "CALLER_NOT_ALLOWED"
    );

    let list = v1::ListApiKeysRequest { caller_id: caller_id.clone(), ..Default::default() };
    let listed = admin.list_api_keys(request(&key, list)).await.expect("keys").into_inner().api_keys;
    assert_eq!(
        listed.iter().map(|key| key.api_key_id.as_str()).collect::<Vec<_>>(),
        [minted.api_key_id.as_str()]
    );
    let revoke = v1::RevokeApiKeyRequest { api_key_id: minted.api_key_id, ..Default::default() };
    let revoked = admin.revoke_api_key(request(&key, revoke)).await.expect("revoked").into_inner().api_key;
    assert!(revoked.is_some_and(|key| key.revoke_time.is_some()));
    let disable = v1::DisableCallerRequest { caller_id, ..Default::default() };
    let disabled = admin.disable_caller(request(&key, disable)).await.expect("disabled").into_inner().caller;
    assert_eq!(disabled.map(|caller| caller.state()), Some(v1::CallerState::Disabled));
    let listed = admin
        .list_callers(request(&key, v1::ListCallersRequest::default()))
        .await
        .expect("callers")
        .into_inner()
        .callers;
    assert_eq!(listed.len(), 2);
}
