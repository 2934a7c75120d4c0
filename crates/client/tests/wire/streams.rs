use std::time::Duration;

use keystead_client::v1::{ExportCredentialsRequest, ImportCredentialsRequest, ImportRow};
use keystead_client::{Code, Error};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use crate::scripted::{API_KEY, Scripted};

fn rows(numbers: impl IntoIterator<Item = i64>) -> ImportCredentialsRequest {
    let rows = numbers.into_iter().map(|number| ImportRow { number, row: None }).collect();
    ImportCredentialsRequest { options: None, rows }
}

#[tokio::test]
async fn messages_of_an_import_are_answered_one_by_one() {
    let server = Scripted::default();
    let client = server.serve().await;
    let (send, messages) = mpsc::channel(1);
    let mut answers =
        client.credentials().import_credentials(ReceiverStream::new(messages)).await.expect("a stream");
    for (message, last, imported) in [(rows(1..=3), 3, 3), (rows([7]), 7, 4)] {
        send.send(message).await.expect("a reader");
        let answer = answers.next().await.expect("no failure").expect("an answer");
        assert_eq!((answer.last_row, answer.imported), (last, imported));
    }
    drop(send);
    assert_eq!(answers.next().await.expect("no failure"), None);
}

#[tokio::test]
async fn stream_carries_the_api_key_and_no_deadline() {
    let server = Scripted::default();
    let client = server.serve().await.with_timeout(Duration::from_secs(5));
    client.credentials().import_credentials(tokio_stream::iter([])).await.expect("a stream");
    client.credentials().export_credentials(ExportCredentialsRequest::default()).await.expect("a stream");
    let arrived = server.arrived();
    assert_eq!(arrived.len(), 2);
    for metadata in arrived {
        assert_eq!(metadata.get("authorization").expect("a key"), &format!("Bearer {API_KEY}"));
        assert!(!metadata.contains_key("grpc-timeout"));
    }
}

#[tokio::test]
async fn what_was_answered_before_an_import_broke_holds() {
    let client = Scripted::default().serve().await;
    let messages = tokio_stream::iter([rows(1..=2), rows([])]);
    let mut answers = client.credentials().import_credentials(messages).await.expect("a stream");
    let answer = answers.next().await.expect("no failure yet").expect("an answer");
    assert_eq!(answer.last_row, 2);
    let error = answers.next().await.expect_err("gone in between");
    assert!(matches!(&error, Error::Transport(status) if status.code() == Code::Unavailable), "{error:?}");
}

#[tokio::test]
async fn import_is_never_sent_again() {
    let server = Scripted::unavailable(1);
    let client = server.serve().await;
    let opened = client.credentials().import_credentials(tokio_stream::iter([rows([1])])).await;
    assert!(matches!(opened, Err(Error::Transport(status)) if status.code() == Code::Unavailable));
    assert_eq!(server.arrived().len(), 1);
}

#[tokio::test]
async fn export_is_opened_again_until_the_server_is_back() {
    let server = Scripted::unavailable(2);
    let client = server.serve().await;
    let opened = client.credentials().export_credentials(ExportCredentialsRequest::default()).await;
    let mut answers = opened.expect("the third attempt");
    let mut tokens = Vec::new();
    while let Some(page) = answers.next().await.expect("no failure") {
        tokens.push(page.resume_token);
    }
    assert_eq!((tokens, server.arrived().len()), (vec!["one".to_owned(), "two".to_owned()], 3));
}

#[tokio::test]
async fn silent_server_opens_no_stream() {
    let server = Scripted::silent();
    let client = server.serve().await.with_timeout(Duration::from_millis(50));
    let opened = client.credentials().import_credentials(tokio_stream::iter([])).await;
    assert!(matches!(opened, Err(Error::Deadline)));
    let opened = client.credentials().export_credentials(ExportCredentialsRequest::default()).await;
    assert!(matches!(opened, Err(Error::Deadline)));
}
