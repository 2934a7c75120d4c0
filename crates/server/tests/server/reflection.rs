//! Reflection, as grpcurl asks for it.

use std::collections::BTreeSet;

use keystead_server::serve::Serve;
use tonic::{Code, transport::Channel};
use tonic_health::pb::health_check_response::ServingStatus::Serving;
use tonic_reflection::pb::{
    v1::{
        ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
        server_reflection_request::MessageRequest, server_reflection_response::MessageResponse,
    },
    v1alpha,
};

use crate::place::{Place, check, connect};

async fn ask(channel: Channel, question: MessageRequest) -> Result<MessageResponse, tonic::Status> {
    Ok(answer(channel, question).await?.unwrap())
}

/// What is answered; `None` where reflection ends the stream instead.
async fn answer(
    channel: Channel,
    question: MessageRequest,
) -> Result<Option<MessageResponse>, tonic::Status> {
    let request = ServerReflectionRequest { host: String::new(), message_request: Some(question) };
    let mut client = ServerReflectionClient::new(channel);
    let mut answers = client.server_reflection_info(tokio_stream::once(request)).await?.into_inner();
    Ok(answers.message().await?.map(|answer| answer.message_response.unwrap()))
}

async fn services(channel: Channel) -> BTreeSet<String> {
    match ask(channel, MessageRequest::ListServices(String::new())).await.unwrap() {
        MessageResponse::ListServicesResponse(list) => {
            list.service.into_iter().map(|found| found.name).collect()
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn every_service_is_listed_and_has_its_health() {
    let place = Place::with_keys();
    place.migrate().await;
    let mut running = place.start().await;
    running.prepared().await.unwrap();
    let channel = connect(&running).await;
    let listed = services(channel.clone()).await;
    assert!(listed.contains("grpc.health.v1.Health"), "{listed:?}");
    let ours: Vec<&String> = listed.iter().filter(|name| name.starts_with("keystead.")).collect();
    assert_eq!(ours.len(), 5, "{listed:?}");
    for name in ours {
        assert_eq!(check(channel.clone(), name).await.unwrap(), Serving, "{name}");
    }
    running.shutdown().await.unwrap();
}

#[tokio::test]
async fn details_of_errors_can_be_described() {
    let place = Place::with_keys();
    let running = place.start().await;
    let channel = connect(&running).await;
    for name in
        ["google.rpc.ErrorInfo", "google.rpc.BadRequest", "google.rpc.RetryInfo", "keystead.v1.Refusal"]
    {
        let question = MessageRequest::FileContainingSymbol(name.to_owned());
        let answer = ask(channel.clone(), question).await.unwrap();
        assert!(matches!(answer, MessageResponse::FileDescriptorResponse(_)), "{name}: {answer:?}");
    }
}

#[tokio::test]
async fn old_clients_find_v1alpha() {
    use v1alpha::{
        ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
        server_reflection_request::MessageRequest, server_reflection_response::MessageResponse,
    };
    let place = Place::with_keys();
    let running = place.start().await;
    let question = MessageRequest::ListServices(String::new());
    let request = ServerReflectionRequest { host: String::new(), message_request: Some(question) };
    let mut client = ServerReflectionClient::new(connect(&running).await);
    let mut answers = client.server_reflection_info(tokio_stream::once(request)).await.unwrap().into_inner();
    let answer = answers.message().await.unwrap().unwrap().message_response.unwrap();
    assert!(matches!(answer, MessageResponse::ListServicesResponse(list) if list.service.len() > 5));
}

#[tokio::test]
async fn questions_that_anybody_may_ask_are_short() {
    let place = Place::with_keys();
    let running = place.start().await;
    let channel = connect(&running).await;
    let long = "a".repeat(64 * 1024);
    let question = MessageRequest::FileContainingSymbol(long.clone());
    assert_eq!(answer(channel.clone(), question).await.unwrap(), None);
    assert_eq!(check(channel, &long).await.unwrap_err().code(), Code::OutOfRange);
}

#[tokio::test]
async fn reflection_can_be_switched_off() {
    let place = Place::with_keys();
    place.migrate().await;
    let mut settings = place.settings();
    settings.reflection.enabled = false;
    let mut running = Serve::new(settings).start().await.unwrap();
    running.prepared().await.unwrap();
    let refused = ask(connect(&running).await, MessageRequest::ListServices(String::new())).await;
    assert_eq!(refused.unwrap_err().code(), Code::Unimplemented);
    running.shutdown().await.unwrap();
}
