//! Registration profiles, the AAGUID catalogue, lifecycles and the management of credentials, as their callers meet them.

use keystead_domain::Grant;
use keystead_proto::v1::{
    self, ImportCredentialsRequest, ImportOptions, ImportRow, admin_service_client::AdminServiceClient,
    credential_service_client::CredentialServiceClient, import_row::Row,
    user_service_client::UserServiceClient,
};
use tonic::Status;

use super::{
    house::{House, reason, request},
    transfer::record,
};
use crate::status;

const YUBIKEY: &str = "cb69481e-8ff7-4039-93ec-0a2729a154a8";
const OTHER: &str = "ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4";

/// The caller's key, and the credentials of two users, one each.
async fn with_credentials(house: &House) -> (String, Vec<v1::Credential>) {
    house.relying_party().await;
    let grants = [Grant::Admin, Grant::CredentialsRead, Grant::CredentialsWrite, Grant::UsersWrite];
    let key = house.caller(&grants).await;
    let mut client = CredentialServiceClient::new(house.routes());
    let row = |n: u16| ImportRow { number: n.into(), row: Some(Row::Record(record(n))) };
    let message =
        ImportCredentialsRequest { options: Some(ImportOptions::default()), rows: vec![row(1), row(2)] };
    let messages = request(&key, futures_util::stream::iter([message]));
    let mut answers = client.import_credentials(messages).await.expect("a stream").into_inner();
    assert_eq!(answers.message().await.expect("an answer").map(|answer| answer.imported), Some(2));
    let list = request(&key, v1::ListCredentialsRequest::default());
    let mut listed = client.list_credentials(list).await.expect("credentials").into_inner().credentials;
    listed.sort_by_key(|credential| credential.create_time.map(|at| at.seconds));
    (key, listed)
}

fn metadata(refused: &Status, name: &str) -> Option<String> {
    let info = tonic_types::StatusExt::get_details_error_info(refused)?;
    info.metadata.get(name).cloned()
}

fn profile(name: &str) -> v1::RegistrationProfile {
    v1::RegistrationProfile { name: name.to_owned(), ..Default::default() }
}

fn create(profile: v1::RegistrationProfile) -> v1::CreateRegistrationProfileRequest {
    v1::CreateRegistrationProfileRequest { profile: Some(profile), ..Default::default() }
}

#[tokio::test]
async fn profiles_are_made_listed_and_tried() {
    let house = House::build().await;
    let (key, _) = with_credentials(&house).await;
    let mut admin = AdminServiceClient::new(house.routes());
    let staff = v1::RegistrationProfile {
        hints: vec!["security-key".to_owned()],
        algorithms: vec![-8, -7],
        counter_rule: v1::CounterRule::Reject.into(),
        max_credentials: 5,
        locked: true,
        allowed_aaguids: vec![YUBIKEY.to_uppercase()],
        attachment: v1::Attachment::CrossPlatform.into(),
        ..profile("staff")
    };
    let made = admin.create_registration_profile(request(&key, create(staff.clone()))).await;
    let made = made.expect("a profile").into_inner().profile.expect("a profile");
    let expected = v1::RegistrationProfile {
        profile_id: made.profile_id.clone(),
        create_time: made.create_time,
        user_verification: v1::UserVerification::Required.into(),
        resident_key: v1::ResidentKey::Preferred.into(),
        attestation: v1::AttestationConveyance::None.into(),
        allowed_aaguids: vec![YUBIKEY.to_owned()],
        aaguid_mode: v1::AaguidMode::RegistrationOnly.into(),
        current: true,
        untrusted_attestation: v1::UntrustedAttestation::Refuse.into(),
        ..staff
    };
    assert_eq!(made, expected);
    assert!(made.profile_id.starts_with("prf_") && made.create_time.is_some());

    let list = v1::ListRegistrationProfilesRequest::default();
    let listed = admin.list_registration_profiles(request(&key, list)).await.expect("profiles").into_inner();
    assert_eq!(listed.profiles[0], made);
    let built_in = listed.profiles.last().expect("the built-in one");
    assert_eq!((built_in.name.as_str(), built_in.profile_id.as_str()), ("default", ""));
    assert_eq!((built_in.max_credentials, &*built_in.algorithms), (20, &[-7, -8, -257][..]));
    assert!(built_in.current && built_in.create_time.is_none());
    let list = v1::ListRegistrationProfilesRequest { name: "staff".to_owned(), ..Default::default() };
    let listed = admin.list_registration_profiles(request(&key, list)).await.expect("profiles").into_inner();
    assert_eq!(listed.profiles, [made]);

    let bad = v1::RegistrationProfile { max_credentials: 101, ..profile("staff") };
    let refused = admin.create_registration_profile(request(&key, create(bad))).await;
    assert_eq!(reason(refused), "FIELD_VIOLATION");
}

#[tokio::test]
async fn profile_that_locks_users_out_is_rejected_and_says_how_many() {
    let house = House::build().await;
    let (key, credentials) = with_credentials(&house).await;
    let mut admin = AdminServiceClient::new(house.routes());
    let strict = v1::RegistrationProfile {
        denied_aaguids: vec![YUBIKEY.to_owned()],
        aaguid_mode: v1::AaguidMode::RegistrationAndUse.into(),
        ..profile("default")
    };
    let preview =
        v1::PreviewRegistrationProfileRequest { profile: Some(strict.clone()), ..Default::default() };
    let preview = admin.preview_registration_profile(request(&key, preview)).await.expect("a preview");
    let preview = preview.into_inner();
    assert_eq!((preview.credentials_excluded, preview.users_unreachable), (2, 2));
    let mut named: Vec<_> = preview.unreachable_users.into_iter().map(|user| user.external_id).collect();
    named.sort();
    assert_eq!(named, ["user-1", "user-2"]);

    let refused = admin.create_registration_profile(request(&key, create(strict.clone()))).await;
    let refused = refused.expect_err("two users");
    assert_eq!(status::reason_of(&refused).as_deref(), Some("UNREACHABLE_USERS"));
    assert_eq!(metadata(&refused, "users").as_deref(), Some("2"));
    let create = v1::CreateRegistrationProfileRequest { acknowledge_lockout: true, ..create(strict) };
    admin.create_registration_profile(request(&key, create)).await.expect("acknowledged");

    let mut client = CredentialServiceClient::new(house.routes());
    let get = v1::GetCredentialRequest { credential_id: credentials[0].credential_id.clone() };
    let got = client.get_credential(request(&key, get)).await.expect("it").into_inner().credential;
    assert!(got.is_some_and(|credential| !credential.usable));
}

#[tokio::test]
async fn catalogue_is_the_instances_and_names_what_people_hold() {
    let house = House::build().await;
    let (key, credentials) = with_credentials(&house).await;
    let root = house.root().await;
    let mut admin = AdminServiceClient::new(house.routes());
    let model = |aaguid: &str, name: &str| v1::AuthenticatorModel {
        aaguid: aaguid.to_owned(),
        name: name.to_owned(),
        sync_model: v1::SyncModel::DeviceBound.into(),
        ..Default::default()
    };
    let models = vec![model(YUBIKEY, "Our key"), model(OTHER, "Their passkeys")];
    let put = v1::PutAuthenticatorModelsRequest { models, ..Default::default() };
    assert_eq!(
        reason(admin.put_authenticator_models(request(&key, put.clone())).await),
        "CALLER_NOT_ALLOWED"
    );
    let put = admin.put_authenticator_models(request(&root, put)).await.expect("put").into_inner().models;
    assert_eq!(put.len(), 2);
    assert!(put.iter().all(|model| model.update_time.is_some()));
    assert!(put.iter().all(|model| model.source() == v1::AuthenticatorModelSource::Operator));

    let mut client = CredentialServiceClient::new(house.routes());
    let get = v1::GetCredentialRequest { credential_id: credentials[0].credential_id.clone() };
    let got = client.get_credential(request(&key, get)).await.expect("it").into_inner().credential;
    let provider = got.and_then(|credential| credential.provider).expect("a provider");
    assert_eq!((provider.aaguid.as_str(), provider.name.as_str()), (YUBIKEY, "Our key"));
    assert_eq!((provider.sync_model(), provider.verified), (v1::SyncModel::DeviceBound, false));

    let remove =
        v1::RemoveAuthenticatorModelsRequest { aaguids: vec![YUBIKEY.to_owned()], ..Default::default() };
    assert_eq!(
        reason(admin.remove_authenticator_models(request(&key, remove.clone())).await),
        "CALLER_NOT_ALLOWED"
    );
    admin.remove_authenticator_models(request(&root, remove)).await.expect("removed");
    let (mut all, mut page_token) = (Vec::new(), String::new());
    loop {
        let list = v1::ListAuthenticatorModelsRequest { page_size: 500, page_token };
        let page = admin.list_authenticator_models(request(&key, list)).await.expect("models").into_inner();
        all.extend(page.models);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert!(all.is_sorted_by_key(|model| model.aaguid.clone()));
    assert!(all.iter().any(|model| model.aaguid == OTHER && model.name == "Their passkeys"));
    assert!(all.iter().all(|model| model.name != "Our key"));
}

#[tokio::test]
async fn credential_is_managed_through_its_whole_life() {
    let house = House::build().await;
    let (key, credentials) = with_credentials(&house).await;
    let mut client = CredentialServiceClient::new(house.routes());
    let imported = &credentials[0];
    assert_eq!(imported.source(), v1::CredentialSource::Import);
    assert_eq!((imported.profile.as_str(), imported.use_count), ("default", 0));
    assert!(imported.usable && imported.user_verification_initialized && !imported.reported_lost);
    assert!(imported.last_use_time.is_some() && imported.state_change_time.is_none());
    let id = imported.credential_id.clone();

    let revoke = v1::RevokeCredentialRequest { credential_id: id.clone(), ..Default::default() };
    let refused = client.revoke_credential(request(&key, revoke)).await.expect_err("his last way in");
    assert_eq!(status::reason_of(&refused).as_deref(), Some("WOULD_LOCK_OUT"));
    assert_eq!(metadata(&refused, "remedies").as_deref(), Some("add_passkey,name_remaining_method"));

    let suspend = v1::SuspendCredentialRequest {
        credential_id: id.clone(),
        remaining_methods: vec!["external:password".to_owned()],
        ..Default::default()
    };
    let suspended = client.suspend_credential(request(&key, suspend)).await.expect("suspended").into_inner();
    let credential = suspended.credential.expect("a credential");
    assert_eq!(credential.state(), v1::CredentialState::Suspended);
    assert!(!credential.usable && credential.state_change_time.is_some());
    let signals = suspended.signals.expect("signals to the owner's browser");
    let accepted: serde_json::Value =
        serde_json::from_str(&signals.all_accepted_credentials_json).expect("JSON");
    assert_eq!(accepted["allAcceptedCredentialIds"], serde_json::json!([credential.webauthn_id]));
    assert!(signals.unknown_credential_json.is_empty() && !signals.current_user_details_json.is_empty());

    let resume = v1::ResumeCredentialRequest {
        credential_id: id.clone(),
        acting_user: "support".to_owned(),
        ..Default::default()
    };
    let resumed = client.resume_credential(request(&key, resume)).await.expect("resumed").into_inner();
    assert!(resumed.credential.is_some_and(|it| it.state() == v1::CredentialState::Active));
    assert!(resumed.signals.is_none(), "the browser is not the owner's");

    let lost = v1::ReportLostRequest { credential_id: id.clone(), ..Default::default() };
    let lost = client.report_lost(request(&key, lost)).await.expect("suspended").into_inner();
    assert!(
        lost.credential.is_some_and(|it| it.reported_lost && it.state() == v1::CredentialState::Suspended)
    );

    let revoke = v1::RevokeCredentialRequest {
        credential_id: id.clone(),
        acting_user: "support".to_owned(),
        acknowledge_lockout: true,
        ..Default::default()
    };
    let revoked = client.revoke_credential(request(&key, revoke)).await.expect("revoked").into_inner();
    assert!(revoked.credential.is_some_and(|it| it.state() == v1::CredentialState::Revoked));
    let resume = v1::ResumeCredentialRequest { credential_id: id, ..Default::default() };
    assert_eq!(reason(client.resume_credential(request(&key, resume)).await), "CREDENTIAL_REVOKED");
}

#[tokio::test]
async fn signals_are_the_users_and_of_nobody_else() {
    let house = House::build().await;
    let (key, credentials) = with_credentials(&house).await;
    let mut client = CredentialServiceClient::new(house.routes());
    let of = |id: &str| v1::GetSignalsRequest {
        user: Some(v1::UserRef { r#ref: Some(v1::user_ref::Ref::ExternalId(id.to_owned())) }),
        rp_id: String::new(),
    };
    let got = client.get_signals(request(&key, of("user-2"))).await.expect("signals").into_inner().signals;
    let accepted = got.expect("signals").all_accepted_credentials_json;
    assert!(
        accepted.contains(&credentials[1].webauthn_id) && !accepted.contains(&credentials[0].webauthn_id)
    );
    assert_eq!(reason(client.get_signals(request(&key, of("nobody"))).await), "USER_NOT_FOUND");
    let elsewhere = v1::GetSignalsRequest { rp_id: "example.com".to_owned(), ..of("user-2") };
    assert_eq!(reason(client.get_signals(request(&key, elsewhere)).await), "RELYING_PARTY_NOT_FOUND");
}

#[tokio::test]
async fn lifecycle_is_said_in_order() {
    let house = House::build().await;
    let key = house.caller(&[Grant::UsersWrite]).await;
    let mut users = UserServiceClient::new(house.routes());
    let upsert = |lifecycle: v1::UserLifecycle| v1::UpsertUserRequest {
        external_id: "anna".to_owned(),
        lifecycle: lifecycle.into(),
        ..Default::default()
    };
    let dormant = users.upsert_user(request(&key, upsert(v1::UserLifecycle::Dormant))).await;
    assert_eq!(reason(dormant), "FIELD_VIOLATION");
    let made = users.upsert_user(request(&key, upsert(v1::UserLifecycle::Pending))).await.expect("a user");
    assert_eq!(made.into_inner().user.map(|user| user.lifecycle()), Some(v1::UserLifecycle::Pending));

    let set = |lifecycle: v1::UserLifecycle, state_version| v1::SetLifecycleRequest {
        user: Some(v1::UserRef { r#ref: Some(v1::user_ref::Ref::ExternalId("anna".to_owned())) }),
        lifecycle: lifecycle.into(),
        state_version,
        ..Default::default()
    };
    let active = users.set_lifecycle(request(&key, set(v1::UserLifecycle::Active, 7))).await.expect("active");
    assert_eq!(active.into_inner().user.map(|user| user.lifecycle()), Some(v1::UserLifecycle::Active));
    let late = users.set_lifecycle(request(&key, set(v1::UserLifecycle::Deactivated, 6))).await;
    let late = late.expect_err("overtaken");
    assert_eq!(late.code(), tonic::Code::Aborted);
    assert_eq!(status::reason_of(&late).as_deref(), Some("STATE_VERSION_STALE"));
}
