//! The client against a server that notes what arrives and answers what it is told.

mod scripted;
mod streams;

use std::time::Duration;

use keystead_client::v1::{ErrorReason, GetCredentialRequest, Refusal, RenameCredentialRequest, RetryHint};
use keystead_client::{Code, Error, RequestId, Status};
use prost::Message as _;
use prost_types::Any;
use tokio::net::TcpListener;

use scripted::{API_KEY, Scripted, connect};

fn get() -> GetCredentialRequest {
    GetCredentialRequest { credential_id: "cred_01h455vb4pex5vsknk084sn02q".to_owned() }
}

#[tokio::test]
async fn call_carries_the_api_key_and_the_deadline() {
    let server = Scripted::default();
    let client = server.serve().await;
    let answer = client.credentials().get_credential(get()).await.expect("an answer");
    assert_eq!(answer.credential.expect("a credential").credential_id, get().credential_id);

    let arrived = server.arrived();
    let header = |name| arrived[0].get(name).expect("the header").to_str().expect("text").to_owned();
    assert_eq!(header("authorization"), format!("Bearer {API_KEY}"));
    assert!(header("user-agent").starts_with("keystead-client/"), "{}", header("user-agent"));
    let micros = header("grpc-timeout").strip_suffix('u').and_then(|micros| micros.parse().ok());
    let timeout = Duration::from_micros(micros.expect("microseconds"));
    assert!(timeout > Duration::from_secs(9) && timeout <= Duration::from_secs(10), "{timeout:?}");
}

#[tokio::test]
async fn read_is_repeated_until_the_server_is_back() {
    let server = Scripted::unavailable(2);
    let client = server.serve().await;
    client.credentials().get_credential(get()).await.expect("the third attempt answers");
    let arrived = server.arrived();
    assert_eq!(arrived.len(), 3);
    assert!(arrived.iter().all(|metadata| metadata.contains_key("authorization")));
}

#[tokio::test]
async fn change_with_request_id_is_repeated() {
    let server = Scripted::unavailable(1);
    let client = server.serve().await;
    let request_id = RequestId::from_random(*b"drawn by chance!").into();
    let request = RenameCredentialRequest { request_id, ..Default::default() };
    client.credentials().rename_credential(request).await.expect("the second attempt answers");
    assert_eq!(server.arrived().len(), 2);
}

#[tokio::test]
async fn change_without_request_id_is_not_repeated() {
    let server = Scripted::unavailable(1);
    let client = server.serve().await;
    let error = client.credentials().rename_credential(RenameCredentialRequest::default()).await;
    assert!(matches!(error, Err(Error::Transport(status)) if status.code() == Code::Unavailable));
    assert_eq!(server.arrived().len(), 1);
}

#[tokio::test]
async fn refusal_arrives_with_its_details() {
    let refusal = Refusal {
        reason: ErrorReason::CredentialRevoked.into(),
        message: "This passkey no longer works here.".to_owned(),
        retry: RetryHint::OtherMethod.into(),
        ..Default::default()
    };
    let details = tonic_types::Status {
        code: Code::FailedPrecondition.into(),
        message: "refused".to_owned(),
        details: vec![Any::from_msg(&refusal).expect("an encodable message")],
    };
    let details = details.encode_to_vec().into();
    let server = Scripted::failing([Status::with_details(Code::FailedPrecondition, "refused", details)]);
    let error = server.serve().await.credentials().get_credential(get()).await.expect_err("a refusal");
    let Error::Refused(seen) = error else { panic!("{error:?}") };
    assert_eq!((seen.reason, seen.retry), (ErrorReason::CredentialRevoked, RetryHint::OtherMethod));
    assert_eq!(seen.message, refusal.message);
}

#[tokio::test]
async fn silent_server_is_left_at_the_deadline() {
    let server = Scripted::silent();
    let client = server.serve().await.with_timeout(Duration::from_millis(50));
    let error = client.credentials().get_credential(get()).await.expect_err("no answer");
    assert!(matches!(error, Error::Deadline), "{error:?}");
}

#[tokio::test]
async fn absent_server_is_a_fault_of_the_transport() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let endpoint = listener.local_addr().expect("an address").to_string();
    drop(listener);
    let error = connect(&endpoint).credentials().get_credential(get()).await.expect_err("nobody there");
    assert!(matches!(&error, Error::Transport(status) if status.code() == Code::Unavailable), "{error:?}");
}

#[tokio::test]
async fn api_key_does_not_show_in_debug_of_a_client() {
    let client = connect("127.0.0.1:1");
    let shown = format!("{client:?} {:#?}", client.ceremonies());
    assert!(!shown.contains(API_KEY), "{shown}");
}

#[tokio::test]
async fn calls_can_be_spawned() {
    let server = Scripted::default();
    let client = server.serve().await;
    let call = tokio::spawn(async move { client.credentials().get_credential(get()).await });
    call.await.expect("no panic").expect("an answer");
}
