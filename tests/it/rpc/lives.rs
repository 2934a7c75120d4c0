//! A credential's whole life, users' lifecycles, what a team accepts, and credentials that move between servers.

use keystead_authenticator::Authenticator;
use keystead_client::{
    Client, Code, Error,
    v1::{self, ErrorReason, credential_service_client::CredentialServiceClient},
};
use tonic::{Request, metadata::AsciiMetadataValue, transport::Channel};

use super::assert_rejected;
use crate::served::{Served, named, request_id};

fn refused<T: std::fmt::Debug>(answer: Result<T, Error>) -> ErrorReason {
    match answer {
        Err(Error::Refused(refusal)) => refusal.reason,
        other => panic!("not refused: {other:?}"),
    }
}

/// Put aside, taken up, lost, found, and ended.
pub(super) async fn credentials(served: &Served) {
    let client = served.client.credentials();
    let mut device = Authenticator::new(11);
    let registered = served.register("lives", &mut device).await;
    let id = || registered.credential_id.clone();
    let suspend = || v1::SuspendCredentialRequest { credential_id: id(), ..Default::default() };
    assert_eq!(refused(client.suspend_credential(suspend()).await), ErrorReason::WouldLockOut);
    let with_password = v1::SuspendCredentialRequest {
        remaining_methods: vec!["external:password".to_owned()],
        request_id: request_id(40),
        ..suspend()
    };
    for _ in 0..2 {
        let suspended = client.suspend_credential(with_password.clone()).await.expect("suspended");
        assert_eq!(suspended.credential.expect("it").state, i32::from(v1::CredentialState::Suspended));
        assert!(
            suspended
                .signals
                .expect("signals")
                .all_accepted_credentials_json
                .contains(&registered.webauthn_id)
        );
    }
    assert_eq!(refused(served.log_in(None, &mut device).await), ErrorReason::CredentialSuspended);
    let resume = v1::ResumeCredentialRequest { credential_id: id(), ..Default::default() };
    let resumed = client.resume_credential(resume.clone()).await.expect("resumed").credential.expect("it");
    assert!(resumed.usable && resumed.state == i32::from(v1::CredentialState::Active));
    let lost = v1::ReportLostRequest { credential_id: id(), ..Default::default() };
    let lost = client.report_lost(lost).await.expect("suspended").credential.expect("it");
    assert!(lost.reported_lost && !lost.usable && lost.state_change_time.is_some());
    client.resume_credential(resume.clone()).await.expect("found");
    served.log_in(Some("lives"), &mut device).await.expect("logged in");

    let signals = v1::GetSignalsRequest { user: Some(named("lives")), ..Default::default() };
    let signals = client.get_signals(signals).await.expect("signals").signals.expect("signals");
    assert!(signals.current_user_details_json.contains("lives"));

    let unaware =
        v1::RevokeCredentialRequest { credential_id: id(), acknowledge_lockout: true, ..Default::default() };
    let unaware = client.revoke_credential(unaware).await;
    assert_rejected(&unaware, Code::InvalidArgument, ErrorReason::FieldViolation);
    let revoke = v1::RevokeCredentialRequest {
        credential_id: id(),
        remaining_methods: vec!["external:password".to_owned()],
        ..Default::default()
    };
    client.revoke_credential(revoke).await.expect("revoked");
    assert_eq!(refused(client.resume_credential(resume).await), ErrorReason::CredentialRevoked);
}

/// A user comes and goes.
pub(super) async fn users(served: &Served) {
    let users = served.client.users();
    let upsert = v1::UpsertUserRequest {
        external_id: "comes".to_owned(),
        lifecycle: v1::UserLifecycle::Pending.into(),
        ..Default::default()
    };
    let made = users.upsert_user(upsert).await.expect("made").user.expect("him");
    assert_eq!(made.lifecycle, i32::from(v1::UserLifecycle::Pending));
    let set = |lifecycle: v1::UserLifecycle, state_version| v1::SetLifecycleRequest {
        user: Some(named("comes")),
        lifecycle: lifecycle.into(),
        state_version,
        ..Default::default()
    };
    let active =
        users.set_lifecycle(set(v1::UserLifecycle::Active, 2)).await.expect("set").user.expect("him");
    assert_eq!(active.lifecycle, i32::from(v1::UserLifecycle::Active));
    let stale = users.set_lifecycle(set(v1::UserLifecycle::Pending, 1)).await;
    assert_rejected(&stale, Code::Aborted, ErrorReason::StateVersionStale);
    users.set_lifecycle(set(v1::UserLifecycle::Deactivated, 3)).await.expect("set");
    let start = v1::StartRegistrationRequest { user: Some(named("comes")), ..Default::default() };
    let start = served.client.ceremonies().start_registration(start).await;
    assert_eq!(refused(start), ErrorReason::AccountDeactivated);
}

/// What a team accepts.
pub(super) async fn profiles(served: &Served) {
    let admin = served.client.admin();
    let hardware = v1::RegistrationProfile {
        name: "hardware".to_owned(),
        attachment: v1::Attachment::CrossPlatform.into(),
        algorithms: vec![-7],
        max_credentials: 2,
        locked: true,
        allowed_aaguids: vec!["2FC0579F-8113-47EA-B116-BB5A8DB9202A".to_owned()],
        aaguid_mode: v1::AaguidMode::RegistrationAndUse.into(),
        ..Default::default()
    };
    let preview =
        v1::PreviewRegistrationProfileRequest { profile: Some(hardware.clone()), ..Default::default() };
    let preview = admin.preview_registration_profile(preview).await.expect("a preview");
    assert_eq!((preview.credentials_excluded, preview.users_unreachable), (0, 0));
    let create = v1::CreateRegistrationProfileRequest {
        profile: Some(hardware.clone()),
        request_id: request_id(41),
        ..Default::default()
    };
    let made = admin.create_registration_profile(create.clone()).await.expect("made").profile.expect("it");
    let again = admin.create_registration_profile(create).await.expect("the same").profile.expect("it");
    assert_eq!(made, again);
    assert!(made.current && made.profile_id.starts_with("prf_"));
    assert_eq!(made.allowed_aaguids, ["2fc0579f-8113-47ea-b116-bb5a8db9202a"]);
    assert_eq!(made.user_verification, i32::from(v1::UserVerification::Required));
    let list = v1::ListRegistrationProfilesRequest { current_only: true, ..Default::default() };
    let listed = admin.list_registration_profiles(list).await.expect("listed").profiles;
    let names: Vec<&str> = listed.iter().map(|profile| profile.name.as_str()).collect();
    assert_eq!(names, ["hardware", "security-keys", "default"]);

    let start = |profile: &str, overrides| v1::StartRegistrationRequest {
        user: Some(named("anna")),
        profile: profile.to_owned(),
        overrides,
        ..Default::default()
    };
    let ceremonies = served.client.ceremonies();
    let started = ceremonies.start_registration(start("hardware", None)).await.expect("started");
    assert!(started.options_json.contains(r#""authenticatorAttachment":"cross-platform""#));
    let laxer = v1::RegistrationOverrides {
        user_verification: v1::UserVerification::Discouraged.into(),
        ..Default::default()
    };
    let laxer = ceremonies.start_registration(start("hardware", Some(laxer))).await;
    assert_rejected(&laxer, Code::InvalidArgument, ErrorReason::FieldViolation);
    let unknown = ceremonies.start_registration(start("no such", None)).await;
    assert_rejected(&unknown, Code::NotFound, ErrorReason::ProfileNotFound);
}

/// Names of authenticators, put and taken out again.
pub(super) async fn catalogue(operator: &Client) {
    let admin = operator.admin();
    let model = v1::AuthenticatorModel {
        aaguid: "01020304-0506-0708-090a-0b0c0d0e0f10".to_owned(),
        name: "Acme Key".to_owned(),
        sync_model: v1::SyncModel::DeviceBound.into(),
        ..Default::default()
    };
    let put = v1::PutAuthenticatorModelsRequest { models: vec![model.clone()], ..Default::default() };
    let put = admin.put_authenticator_models(put).await.expect("put").models;
    assert_eq!((put[0].name.as_str(), put[0].update_time.is_some()), ("Acme Key", true));
    assert_eq!(put[0].source, i32::from(v1::AuthenticatorModelSource::Operator));
    let list = v1::ListAuthenticatorModelsRequest { page_size: 500, ..Default::default() };
    let listed = admin.list_authenticator_models(list.clone()).await.expect("listed").models;
    assert!(listed.contains(&put[0]) && listed.len() > 50);
    let remove = v1::RemoveAuthenticatorModelsRequest { aaguids: vec![model.aaguid], ..Default::default() };
    admin.remove_authenticator_models(remove).await.expect("taken out");
    let left = admin.list_authenticator_models(list).await.expect("listed").models;
    assert_eq!(left.len(), listed.len() - 1);
}

/// Out by one stream, in by the other.
pub(super) async fn moved(served: &Served) {
    let mut device = Authenticator::new(12);
    served.register("mover", &mut device).await;
    let mut stub = stub(served).await;
    let export = v1::ExportCredentialsRequest { user: Some(named("mover")), ..Default::default() };
    let mut stream =
        stub.export_credentials(authorized(served, export)).await.expect("exported").into_inner();
    let mut records = Vec::new();
    while let Some(answer) = stream.message().await.expect("an answer") {
        assert!(!answer.resume_token.is_empty());
        records.extend(answer.records);
    }
    assert_eq!((records.len(), records[0].external_id.as_str()), (1, "mover"));

    let row = |number, record: &v1::CredentialRecord| v1::ImportRow {
        number,
        row: Some(v1::import_row::Row::Record(record.clone())),
    };
    let mut broken = records[0].clone();
    broken.webauthn_id = vec![7; 32];
    broken.public_key.truncate(20);
    let messages = vec![
        v1::ImportCredentialsRequest {
            options: Some(v1::ImportOptions::default()),
            rows: vec![row(1, &records[0])],
        },
        v1::ImportCredentialsRequest { options: None, rows: vec![row(2, &broken)] },
    ];
    let import = authorized(served, tokio_stream::iter(messages));
    let mut stream = stub.import_credentials(import).await.expect("begun").into_inner();
    let first = stream.message().await.expect("answered").expect("an answer");
    assert_eq!((first.last_row, first.imported, first.already_present, first.refused), (1, 0, 1, 0));
    let second = stream.message().await.expect("answered").expect("an answer");
    assert_eq!((second.last_row, second.already_present, second.refused), (2, 1, 1));
    assert_eq!(second.refused_rows[0].reason, i32::from(ErrorReason::PublicKeyMalformed));
    assert_eq!(stream.message().await.expect("the end"), None);
    served.log_in(Some("mover"), &mut device).await.expect("nothing was changed");
}

async fn stub(served: &Served) -> CredentialServiceClient<Channel> {
    let endpoint = tonic::transport::Endpoint::from_shared(format!("http://{}", served.endpoint));
    CredentialServiceClient::new(endpoint.expect("a URL").connect().await.expect("connected"))
}

fn authorized<M>(served: &Served, message: M) -> Request<M> {
    let mut request = Request::new(message);
    let bearer: AsciiMetadataValue = format!("Bearer {}", served.api_key).parse().expect("ASCII");
    request.metadata_mut().insert("authorization", bearer);
    request
}
