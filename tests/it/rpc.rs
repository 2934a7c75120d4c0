//! The API over the wire: every RPC's happy path, and the reasons that are about the calling service.

mod lives;

use std::collections::BTreeSet;

use keystead_authenticator::Authenticator;
use keystead_client::{
    Code, Error,
    v1::{self, ErrorReason, admin_service_client::AdminServiceClient},
};
use keystead_tests::database::on_every_engine;
use prost_reflect::DescriptorPool;

use crate::served::{Served, named, request_id};

#[tokio::test]
async fn every_rpc_answers() {
    on_every_engine(async |database| {
        let served = Served::start(&database).await;
        ceremonies_credentials_and_users(&served).await;
        lives::credentials(&served).await;
        lives::users(&served).await;
        lives::profiles(&served).await;
        lives::moved(&served).await;
        relying_parties_and_callers(&served).await;
        let operator = operator(&served, &database).await;
        tenants(&served, &operator).await;
        lives::catalogue(&operator).await;

        // The server's own log says what was answered; the descriptors say what there is.
        let answered: BTreeSet<String> = served
            .process
            .lines()
            .iter()
            .filter(|line| line.contains("code=\"OK\""))
            .filter_map(|line| Some(line.split("method=\"").nth(1)?.split('"').next()?.to_owned()))
            .collect();
        let pool = DescriptorPool::decode(keystead_proto::DESCRIPTOR_SET).expect("descriptors");
        let all: BTreeSet<String> = pool
            .services()
            .filter(|service| service.package_name() == "keystead.v1")
            .flat_map(|service| {
                service.methods().map(|m| format!("{}/{}", service.full_name(), m.name())).collect::<Vec<_>>()
            })
            .collect();
        assert_eq!(all.difference(&answered).collect::<Vec<_>>(), Vec::<&String>::new());
    })
    .await;
}

async fn ceremonies_credentials_and_users(served: &Served) {
    let client = &served.client;
    let mut device = Authenticator::new(1);
    let registered = served.register("anna", &mut device).await;
    assert_eq!((registered.rp_id.as_str(), registered.algorithm), ("localhost", -7));
    assert_eq!(registered.state, i32::from(v1::CredentialState::Active));
    for name in [None, Some("anna")] {
        let finished = served.log_in(name, &mut device).await.expect("logged in");
        let login = finished.authentication.expect("a login");
        assert_eq!(login.user.expect("a user").external_id, "anna");
        assert_eq!((login.methods, login.user_verified), (vec!["passkey_uv".to_owned()], true));
    }
    let id = || registered.credential_id.clone();
    let rename = v1::RenameCredentialRequest {
        credential_id: id(),
        display_name: "old phone".to_owned(),
        request_id: request_id(1),
    };
    for _ in 0..2 {
        let renamed = client.credentials().rename_credential(rename.clone()).await.expect("renamed");
        assert_eq!(renamed.credential.expect("it").display_name, "old phone");
    }
    let get = v1::GetCredentialRequest { credential_id: id() };
    let got = client.credentials().get_credential(get).await.expect("got").credential.expect("it");
    assert!(got.last_use_time.is_some() && got.sign_count > registered.sign_count);
    let list = v1::ListCredentialsRequest { user: Some(named("anna")), ..Default::default() };
    let listed = client.credentials().list_credentials(list).await.expect("listed").credentials;
    assert_eq!(listed, [got]);
    let user = client.users().get_user(v1::GetUserRequest { user: Some(named("anna")) }).await.expect("got");
    assert!(user.user.expect("him").last_success_time.is_some());
    let users = client.users().list_users(v1::ListUsersRequest::default()).await.expect("listed");
    assert_eq!(users.users.len(), 1);
    let revoke = v1::RevokeCredentialRequest {
        credential_id: id(),
        acting_user: "support-7".to_owned(),
        acknowledge_lockout: true,
        ..Default::default()
    };
    let revoked =
        client.credentials().revoke_credential(revoke).await.expect("revoked").credential.expect("it");
    assert_eq!(revoked.state, i32::from(v1::CredentialState::Revoked));
    let Err(Error::Refused(refusal)) = served.log_in(None, &mut device).await else { panic!("logged in") };
    assert_eq!(refusal.reason, ErrorReason::CredentialRevoked);
    assert_eq!(refusal.retry, v1::RetryHint::OtherMethod);
    let events = client
        .events()
        .list_events(v1::ListEventsRequest { user: Some(named("anna")), ..Default::default() })
        .await;
    let events = events.expect("listed").events;
    let types: Vec<&str> = events.iter().map(|event| event.r#type.as_str()).collect();
    let story = [
        "authentication.finished",
        "credential.revoked",
        "credential.renamed",
        "authentication.finished",
        "authentication.finished",
        "registration.finished",
        "user.created",
    ];
    assert_eq!(types, story);
    assert_eq!(
        (events[0].reasons.as_slice(), events[1].acting_user.as_str()),
        (&["CREDENTIAL_REVOKED".to_owned()][..], "support-7")
    );
}

async fn relying_parties_and_callers(served: &Served) {
    let admin = served.client.admin();
    let create = v1::CreateRelyingPartyRequest {
        rp_id: "example.org".to_owned(),
        origins: vec!["https://example.org".to_owned()],
        request_id: request_id(2),
        ..Default::default()
    };
    let made = admin.create_relying_party(create.clone()).await.expect("made").relying_party.expect("it");
    let again = admin.create_relying_party(create).await.expect("the same").relying_party.expect("it");
    assert_eq!(made, again);
    assert!(!made.is_default);
    let origins = vec!["https://login.example.org".to_owned()];
    let set = v1::SetRelyingPartyOriginsRequest {
        relying_party_id: made.relying_party_id.clone(),
        origins: origins.clone(),
        ..Default::default()
    };
    let set = admin.set_relying_party_origins(set).await.expect("set").relying_party.expect("it");
    assert_eq!(set.origins, origins);
    let default =
        v1::SetDefaultRelyingPartyRequest { relying_party_id: made.relying_party_id, ..Default::default() };
    admin.set_default_relying_party(default).await.expect("set");
    let listed = admin.list_relying_parties(v1::ListRelyingPartiesRequest::default()).await.expect("listed");
    let defaults: Vec<bool> = listed.relying_parties.iter().map(|rp| rp.is_default).collect();
    assert_eq!(defaults, [true, false]);

    let create = v1::CreateCallerRequest {
        name: "web".to_owned(),
        grants: vec!["ceremony.authenticate".to_owned()],
        ..Default::default()
    };
    let caller = admin.create_caller(create).await.expect("made").caller.expect("it");
    let key = v1::CreateApiKeyRequest {
        caller_id: caller.caller_id.clone(),
        request_id: request_id(3),
        ..Default::default()
    };
    let made = admin.create_api_key(key.clone()).await.expect("made");
    let again = admin.create_api_key(key).await.expect("the same");
    assert_eq!((made.api_key_id.as_str(), again.api_key.as_str()), (again.api_key_id.as_str(), ""));
    let web = served.as_caller(&made.api_key);
    web.ceremonies().start_authentication(v1::StartAuthenticationRequest::default()).await.expect("may");
    // Refused before it is read: the request is not valid either.
    let denied = web.users().upsert_user(v1::UpsertUserRequest::default()).await;
    assert_rejected(&denied, Code::PermissionDenied, ErrorReason::CallerNotAllowed);

    let grants = v1::SetCallerGrantsRequest {
        caller_id: caller.caller_id.clone(),
        grants: vec!["users.write".to_owned()],
        ..Default::default()
    };
    admin.set_caller_grants(grants).await.expect("set");
    let finishers = v1::SetCallerFinishersRequest {
        caller_id: caller.caller_id.clone(),
        may_be_finished_by: vec![caller.caller_id.clone()],
        ..Default::default()
    };
    let set = admin.set_caller_finishers(finishers).await.expect("set").caller.expect("it");
    assert_eq!((set.grants.as_slice(), set.may_be_finished_by.len()), (&["users.write".to_owned()][..], 1));
    let now_read = web.users().upsert_user(v1::UpsertUserRequest::default()).await;
    assert_rejected(&now_read, Code::InvalidArgument, ErrorReason::FieldViolation);
    let list = v1::ListApiKeysRequest { caller_id: caller.caller_id.clone(), ..Default::default() };
    assert_eq!(admin.list_api_keys(list).await.expect("listed").api_keys.len(), 1);
    let revoke = v1::RevokeApiKeyRequest { api_key_id: made.api_key_id, ..Default::default() };
    let revoked = admin.revoke_api_key(revoke).await.expect("revoked").api_key.expect("it");
    assert!(revoked.revoke_time.is_some());
    let gone = web.users().upsert_user(v1::UpsertUserRequest::default()).await;
    assert_rejected(&gone, Code::Unauthenticated, ErrorReason::CallerUnauthenticated);
    let disable = v1::DisableCallerRequest { caller_id: caller.caller_id, ..Default::default() };
    admin.disable_caller(disable).await.expect("disabled");
    let callers = admin.list_callers(v1::ListCallersRequest::default()).await.expect("listed").callers;
    let states: Vec<i32> = callers.iter().map(|caller| caller.state).collect();
    assert_eq!(states, [i32::from(v1::CallerState::Disabled), i32::from(v1::CallerState::Active)]);
}

/// The first instance-level caller, made at the command line beside the running server.
async fn operator(served: &Served, database: &keystead_tests::Database) -> keystead_client::Client {
    let output = tokio::process::Command::new(keystead_tests::binary::keystead())
        .args([
            "admin",
            "create-caller",
            "--name",
            "ops",
            "--grants",
            "admin",
            "--database-url",
            database.url(),
        ])
        .arg("--data-dir")
        .arg(served.data_directory())
        .output()
        .await
        .expect("keystead runs");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    let key = text.split_whitespace().find(|word| word.starts_with("ks_")).expect("a key is shown");
    served.as_caller(key)
}

async fn tenants(served: &Served, operator: &keystead_client::Client) {
    let create = v1::CreateTenantRequest { name: "acme".to_owned(), request_id: request_id(4) };
    let tenant = operator.admin().create_tenant(create.clone()).await.expect("made").tenant.expect("it");
    assert_eq!(
        operator.admin().create_tenant(create).await.expect("the same").tenant.as_ref(),
        Some(&tenant)
    );
    let duplicate = v1::CreateTenantRequest { name: "acme".to_owned(), ..Default::default() };
    let duplicate = operator.admin().create_tenant(duplicate).await;
    assert_rejected(&duplicate, Code::AlreadyExists, ErrorReason::TenantExists);
    let other = v1::CreateTenantRequest { name: "other".to_owned(), request_id: request_id(4) };
    let reused = operator.admin().create_tenant(other).await;
    assert_rejected(&reused, Code::InvalidArgument, ErrorReason::RequestIdReused);
    let listed = operator.admin().list_tenants(v1::ListTenantsRequest::default()).await.expect("listed");
    assert_eq!(listed.tenants.len(), 2);
    let get = v1::GetTenantRequest { tenant_id: tenant.tenant_id.clone() };
    assert_eq!(operator.admin().get_tenant(get.clone()).await.expect("got").tenant, Some(tenant));

    // A tenant's admin stays in its tenant; an instance-level caller has AdminService only.
    let elsewhere = served.client.admin().get_tenant(get).await;
    assert_rejected(&elsewhere, Code::PermissionDenied, ErrorReason::CallerNotAllowed);
    let above = served.client.admin().list_tenants(v1::ListTenantsRequest::default()).await;
    assert_rejected(&above, Code::PermissionDenied, ErrorReason::CallerNotAllowed);
    let users = operator.users().list_users(v1::ListUsersRequest::default()).await;
    assert_rejected(&users, Code::PermissionDenied, ErrorReason::CallerNotAllowed);
}

#[tokio::test]
async fn what_is_not_there_or_there_already_is_said() {
    on_every_engine(async |database| {
        let served = Served::start(&database).await;
        let client = &served.client;
        let id = |prefix: &str| format!("{prefix}_01h455vb4pex5vsknk084sn02q");
        let not_found = |answer: &Result<(), Error>, reason| assert_rejected(answer, Code::NotFound, reason);
        let answer = client.users().get_user(v1::GetUserRequest { user: Some(named("nobody")) }).await;
        not_found(&answer.map(drop), ErrorReason::UserNotFound);
        let start = v1::StartRegistrationRequest { user: Some(named("nobody")), ..Default::default() };
        let answer = client.ceremonies().start_registration(start).await;
        not_found(&answer.map(drop), ErrorReason::UserNotFound);
        let answer =
            client.credentials().get_credential(v1::GetCredentialRequest { credential_id: id("cred") }).await;
        not_found(&answer.map(drop), ErrorReason::CredentialNotFound);
        let start = v1::StartAuthenticationRequest { rp_id: "example.com".to_owned(), ..Default::default() };
        let answer = client.ceremonies().start_authentication(start).await;
        not_found(&answer.map(drop), ErrorReason::RelyingPartyNotFound);
        let disable = v1::DisableCallerRequest { caller_id: id("clr"), ..Default::default() };
        not_found(&client.admin().disable_caller(disable).await.map(drop), ErrorReason::CallerNotFound);
        let revoke = v1::RevokeApiKeyRequest { api_key_id: id("key"), ..Default::default() };
        not_found(&client.admin().revoke_api_key(revoke).await.map(drop), ErrorReason::ApiKeyNotFound);
        let duplicate = v1::CreateRelyingPartyRequest {
            rp_id: "localhost".to_owned(),
            origins: vec!["http://localhost:1".to_owned()],
            ..Default::default()
        };
        let answer = client.admin().create_relying_party(duplicate).await;
        assert_rejected(&answer, Code::AlreadyExists, ErrorReason::RelyingPartyExists);
        let duplicate = v1::CreateCallerRequest {
            name: "dev".to_owned(),
            grants: vec!["events".to_owned()],
            ..Default::default()
        };
        let answer = client.admin().create_caller(duplicate).await;
        assert_rejected(&answer, Code::AlreadyExists, ErrorReason::CallerExists);
    })
    .await;
}

#[tokio::test]
async fn lists_are_paged_and_a_token_fits_its_list_alone() {
    on_every_engine(async |database| {
        let served = Served::start(&database).await;
        let users = served.client.users();
        for n in 0..5 {
            let upsert = v1::UpsertUserRequest { external_id: format!("user{n}"), ..Default::default() };
            users.upsert_user(upsert).await.expect("made");
        }
        let (mut names, mut token, mut pages) = (Vec::new(), String::new(), 0);
        loop {
            let page = users
                .list_users(v1::ListUsersRequest { page_size: 2, page_token: token })
                .await
                .expect("a page");
            names.extend(page.users.into_iter().map(|user| user.external_id));
            pages += 1;
            token = page.next_page_token;
            if token.is_empty() {
                break;
            }
        }
        assert_eq!((names.join(" ").as_str(), pages), ("user4 user3 user2 user1 user0", 3));

        let page = users
            .list_users(v1::ListUsersRequest { page_size: 2, ..Default::default() })
            .await
            .expect("a page");
        let elsewhere = v1::ListEventsRequest { page_token: page.next_page_token, ..Default::default() };
        let answer = served.client.events().list_events(elsewhere).await;
        assert_rejected(&answer, Code::InvalidArgument, ErrorReason::InvalidPageToken);
        let events =
            v1::ListEventsRequest { page_size: 2, r#type: "user.created".to_owned(), ..Default::default() };
        let page = served.client.events().list_events(events).await.expect("a page");
        let other_filter = v1::ListEventsRequest { page_token: page.next_page_token, ..Default::default() };
        let answer = served.client.events().list_events(other_filter).await;
        assert_rejected(&answer, Code::InvalidArgument, ErrorReason::InvalidPageToken);
    })
    .await;
}

#[tokio::test]
async fn what_is_not_of_webauthns_shape_is_invalid_and_burns_nothing() {
    on_every_engine(async |database| {
        let served = Served::start(&database).await;
        let mut device = Authenticator::new(1);
        served.register("anna", &mut device).await;
        let right = served.answered(None, &mut device).await;
        let json =
            |text: &str| Some(v1::finish_authentication_request::Response::CredentialJson(text.to_owned()));
        for response in
            [None, json(""), json("{"), json("{}"), json(r#"{"id":"=","rawId":"!","type":"public-key"}"#)]
        {
            let wrong = v1::FinishAuthenticationRequest { response, ..right.clone() };
            let answer = served.client.ceremonies().finish_authentication(wrong).await;
            assert_rejected(&answer, Code::InvalidArgument, ErrorReason::FieldViolation);
        }
        let large = v1::FinishAuthenticationRequest { response: json(&" ".repeat(100_000)), ..right.clone() };
        assert!(served.client.ceremonies().finish_authentication(large).await.is_err());
        served.client.ceremonies().finish_authentication(right).await.expect("still open");
        let events = served
            .client
            .events()
            .list_events(v1::ListEventsRequest::default())
            .await
            .expect("events")
            .events;
        assert!(events.iter().all(|event| event.r#type != "authentication.turned_away"));
    })
    .await;
}

#[tokio::test]
async fn nobody_calls_without_a_key() {
    on_every_engine(async |database| {
        let served = Served::start(&database).await;
        let unknown =
            served.as_caller("ks_01h455vb4pex5vsknk084sn02q_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        // The first letter of the secret, which stands behind `ks_`, 26 letters and `_`, is another one.
        let mut tampered = served.api_key.clone();
        let other = if tampered[30..].starts_with('A') { "B" } else { "A" };
        tampered.replace_range(30..31, other);
        let tampered = served.as_caller(&tampered);
        for stranger in [unknown, tampered] {
            let answer = stranger.users().list_users(v1::ListUsersRequest::default()).await;
            assert_rejected(&answer, Code::Unauthenticated, ErrorReason::CallerUnauthenticated);
        }
        let channel =
            tonic::transport::Endpoint::from_shared(format!("http://{}", served.endpoint)).expect("a URL");
        let mut bare = AdminServiceClient::new(channel.connect().await.expect("connected"));
        let status = bare.list_tenants(v1::ListTenantsRequest::default()).await.expect_err("nobody");
        assert_eq!(status.code(), Code::Unauthenticated);
    })
    .await;
}

#[tokio::test]
async fn a_deadline_that_passes_is_answered_as_one() {
    on_every_engine(async |database| {
        let served = Served::start(&database).await;
        let hurried = served.client.with_timeout(std::time::Duration::from_micros(50));
        let answer = hurried.users().list_users(v1::ListUsersRequest::default()).await;
        assert!(matches!(answer, Err(Error::Deadline)), "{answer:?}");
        served.client.users().list_users(v1::ListUsersRequest::default()).await.expect("the server goes on");
    })
    .await;
}

fn assert_rejected<T: std::fmt::Debug>(answer: &Result<T, Error>, code: Code, reason: ErrorReason) {
    match answer {
        Err(Error::Rejected { code: got, reason: why, .. }) => assert_eq!((*got, *why), (code, reason)),
        other => panic!("not rejected with {reason:?}: {other:?}"),
    }
}
