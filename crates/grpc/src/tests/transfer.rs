//! Imports and exports over HTTP/2.

use keystead_domain::Grant;
use keystead_proto::v1::{
    self, CredentialRecord, ErrorReason, ImportCredentialsRequest, ImportCredentialsResponse, ImportOptions,
    ImportRow, credential_service_client::CredentialServiceClient, import_row::Row,
};
use tokio::sync::mpsc;
use tonic::{Code, Request, Status, Streaming, transport::Channel};

use super::{
    house::{House, reason, request},
    summary::{log_afresh, summaries},
};

/// An ES256 key: its algorithm, and the base point of P-256.
const KEY: &[u8] = b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20\
    \x6b\x17\xd1\xf2\xe1\x2c\x42\x47\xf8\xbc\xe6\xe5\x63\xa4\x40\xf2\
    \x77\x03\x7d\x81\x2d\xeb\x33\xa0\xf4\xa1\x39\x45\xd8\x98\xc2\x96\x22\x58\x20\
    \x4f\xe3\x42\xe2\xfe\x1a\x7f\x9b\x8e\xe7\xeb\x4a\x7c\x0f\x9e\x16\
    \x2b\xce\x33\x57\x6b\x31\x5e\xce\xcb\xb6\x40\x68\x37\xbf\x51\xf5";

/// The credential of one user of many.
pub(super) fn record(n: u16) -> CredentialRecord {
    CredentialRecord {
        external_id: format!("user-{n}"),
        user_display_name: format!("User {n}"),
        user_handle: n.to_be_bytes().to_vec(),
        rp_id: "example.org".to_owned(),
        webauthn_id: [&b"credential"[..], &n.to_be_bytes()].concat(),
        public_key: KEY.to_vec(),
        algorithm: -7,
        sign_count: 3,
        aaguid: "cb69481e-8ff7-4039-93ec-0a2729a154a8".to_owned(),
        attestation_format: "none".to_owned(),
        transports: vec!["usb".to_owned(), "nfc".to_owned()],
        attachment: v1::Attachment::CrossPlatform.into(),
        discoverable: Some(true),
        backup_eligible: Some(false),
        backed_up: Some(false),
        user_verification_initialized: Some(true),
        display_name: "Blue key".to_owned(),
        state: v1::CredentialState::Active.into(),
        create_time: Some(prost_types::Timestamp { seconds: 1_700_000_000 + i64::from(n), nanos: 0 }),
        last_use_time: Some(prost_types::Timestamp { seconds: 1_750_000_000, nanos: 0 }),
        ..CredentialRecord::default()
    }
}

fn row(number: i64, record: CredentialRecord) -> ImportRow {
    ImportRow { number, row: Some(Row::Record(record)) }
}

fn rows(numbers: std::ops::RangeInclusive<u16>) -> Vec<ImportRow> {
    numbers.map(|n| row(n.into(), record(n))).collect()
}

fn first(rows: Vec<ImportRow>) -> ImportCredentialsRequest {
    ImportCredentialsRequest { options: Some(ImportOptions::default()), rows }
}

fn more(rows: Vec<ImportRow>) -> ImportCredentialsRequest {
    ImportCredentialsRequest { options: None, rows }
}

type Client = CredentialServiceClient<Channel>;

/// A house with a relying party, a client of it, and the key of a caller who may import and export.
async fn open() -> (House, Client, String) {
    let house = House::build().await;
    house.relying_party().await;
    let key = house.caller(&[Grant::CredentialsRead, Grant::CredentialsWrite, Grant::Events]).await;
    let client = Client::new(house.channel().await);
    (house, client, key)
}

type Answers = Vec<Result<ImportCredentialsResponse, Status>>;

/// Sends these messages at once and gives all answers; the last one is an error where the import ended with one.
async fn import(client: &mut Client, key: &str, messages: Vec<ImportCredentialsRequest>) -> Answers {
    let messages = request(key, futures_util::stream::iter(messages));
    let mut answers = client.import_credentials(messages).await.expect("a stream").into_inner();
    let mut all = Vec::new();
    while let Some(answer) = answers.message().await.transpose() {
        all.push(answer);
    }
    all
}

fn counts(answer: &ImportCredentialsResponse) -> [i64; 4] {
    [answer.last_row, answer.imported, answer.already_present, answer.refused]
}

async fn export(client: &mut Client, key: &str, token: &str) -> Vec<v1::ExportCredentialsResponse> {
    let export = v1::ExportCredentialsRequest { resume_token: token.to_owned(), ..Default::default() };
    let mut stream = client.export_credentials(request(key, export)).await.expect("a stream").into_inner();
    let mut pages = Vec::new();
    while let Some(page) = stream.message().await.expect("a page") {
        pages.push(page);
    }
    pages
}

/// An import that answers each message before the next one is sent.
async fn conversation(
    client: &mut Client,
    key: &str,
) -> (mpsc::UnboundedSender<ImportCredentialsRequest>, Streaming<ImportCredentialsResponse>) {
    let (send, mut messages) = mpsc::unbounded_channel();
    let messages = futures_util::stream::poll_fn(move |cx| messages.poll_recv(cx));
    let answers = client.import_credentials(request(key, messages)).await.expect("a stream");
    (send, answers.into_inner())
}

#[tokio::test]
async fn each_message_of_an_import_is_answered_once_it_is_committed() {
    let (_house, mut client, key) = open().await;
    log_afresh();
    let (send, mut answers) = conversation(&mut client, &key).await;
    for (message, expected) in [
        (first(Vec::new()), [0, 0, 0, 0]),
        (more(rows(1..=3)), [3, 3, 0, 0]),
        (more(rows(4..=5)), [5, 5, 0, 0]),
    ] {
        send.send(message).expect("a reader");
        let answer = answers.message().await.expect("no failure").expect("an answer");
        assert_eq!(counts(&answer), expected);
    }
    assert!(summaries().is_empty(), "the line comes when the stream ends");
    drop(send);
    assert!(answers.message().await.expect("no failure").is_none());

    let lines = summaries();
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["method"], "keystead.v1.CredentialService/ImportCredentials");
    assert_eq!(lines[0]["code"], "OK");
    assert!(lines[0]["caller"].as_str().is_some_and(|caller| caller.starts_with("clr_")));
    assert!(lines[0]["db_commits"].as_u64() >= Some(2), "{lines:?}");
    assert!(lines[0]["db_statements"].as_u64() > lines[0]["db_commits"].as_u64(), "{lines:?}");
}

#[tokio::test]
async fn row_that_cannot_be_taken_is_reported_and_holds_up_no_other() {
    let (_house, mut client, key) = open().await;
    let unknown = CredentialRecord { user_verification_initialized: None, ..record(2) };
    let broken = ImportRow { number: 3, row: Some(Row::Json("{".to_owned())) };
    let message = first(vec![row(1, record(1)), row(2, unknown), broken, row(4, record(4))]);
    let answers = import(&mut client, &key, vec![message]).await;
    let answer = answers[0].as_ref().expect("an answer");
    assert_eq!(counts(answer), [4, 2, 0, 2]);
    let refused: Vec<_> = answer.refused_rows.iter().map(|row| (row.number, row.reason())).collect();
    assert_eq!(refused, [(2, ErrorReason::UserVerificationUnknown), (3, ErrorReason::FieldViolation)]);
    assert!(answer.refused_rows.iter().all(|row| !row.problem.is_empty()));

    let again = import(&mut client, &key, vec![first(rows(1..=4))]).await;
    assert_eq!(counts(again[0].as_ref().expect("an answer")), [4, 2, 2, 0]);
}

#[tokio::test]
async fn dry_run_judges_everything_and_writes_nothing() {
    let (_house, mut client, key) = open().await;
    let options = Some(ImportOptions { dry_run: true, ..ImportOptions::default() });
    let message = ImportCredentialsRequest { options, rows: rows(1..=2) };
    let answers = import(&mut client, &key, vec![message]).await;
    assert_eq!(counts(answers[0].as_ref().expect("an answer")), [2, 2, 0, 0]);
    assert!(export(&mut client, &key, "").await.is_empty());
}

#[tokio::test]
async fn message_that_breaks_a_rule_ends_the_import_and_what_was_answered_holds() {
    let (_house, mut client, key) = open().await;
    let cases: Vec<(Vec<ImportCredentialsRequest>, usize)> = vec![
        (vec![], 0),
        (vec![more(rows(1..=1))], 0),
        (vec![first(rows(1..=1)), first(rows(2..=2))], 1),
        (vec![first(rows(1..=2)), more(rows(2..=3))], 1),
        (vec![first(vec![ImportRow { number: 1, row: None }])], 0),
        (vec![first(Vec::new()), more(vec![row(1, record(1)); 501])], 1),
    ];
    for (n, (messages, answered)) in cases.into_iter().enumerate() {
        let mut answers = import(&mut client, &key, messages).await;
        let last = answers.pop().expect("an end");
        assert_eq!(reason(last), "FIELD_VIOLATION", "case {n}");
        assert_eq!(answers.len(), answered, "case {n}");
        assert!(answers.iter().all(Result::is_ok), "case {n}");
    }
    let nowhere = Some(ImportOptions { rp_id: "example.com".to_owned(), ..ImportOptions::default() });
    let answers =
        import(&mut client, &key, vec![ImportCredentialsRequest { options: nowhere, rows: vec![] }]).await;
    assert_eq!(reason(answers.into_iter().next().expect("an end")), "RELYING_PARTY_NOT_FOUND");
}

#[tokio::test]
async fn what_is_exported_is_what_was_imported_and_can_be_imported_elsewhere() {
    let (_here, mut client, key) = open().await;
    // More than a page, in the order in which they were registered.
    import(&mut client, &key, vec![first(rows(1..=300))]).await;
    let pages = export(&mut client, &key, "").await;
    assert_eq!(pages.iter().map(|page| page.records.len()).collect::<Vec<_>>(), [250, 50]);
    let exported: Vec<_> = pages.iter().flat_map(|page| page.records.clone()).collect();
    for (n, exported) in (1..).zip(&exported) {
        let ids = CredentialRecord {
            user_id: exported.user_id.clone(),
            credential_id: exported.credential_id.clone(),
            ..record(n)
        };
        assert_eq!(*exported, ids);
        assert!(exported.user_id.starts_with("usr_") && exported.credential_id.starts_with("cred_"));
    }
    let resumed = export(&mut client, &key, &pages[0].resume_token).await;
    assert_eq!(resumed.len(), 1);
    assert!(resumed[0].records == pages[1].records, "it goes on where the first page ended");
    assert!(export(&mut client, &key, &pages[1].resume_token).await.is_empty());

    let (_elsewhere, mut other, other_key) = open().await;
    let rows = (1..).zip(exported).map(|(number, record)| row(number, record)).collect();
    let answers = import(&mut other, &other_key, vec![first(rows)]).await;
    assert_eq!(counts(answers[0].as_ref().expect("an answer")), [300, 300, 0, 0]);
}

#[tokio::test]
async fn export_that_cannot_be_ends_with_its_reason() {
    let (_house, mut client, key) = open().await;
    let nobody = v1::UserRef { r#ref: Some(v1::user_ref::Ref::ExternalId("nobody".to_owned())) };
    for (export, expected) in [
        (v1::ExportCredentialsRequest { user: Some(nobody), ..Default::default() }, "USER_NOT_FOUND"),
        (
            v1::ExportCredentialsRequest { rp_id: "example.com".to_owned(), ..Default::default() },
            "RELYING_PARTY_NOT_FOUND",
        ),
        (
            v1::ExportCredentialsRequest { resume_token: "AAAA".to_owned(), ..Default::default() },
            "INVALID_PAGE_TOKEN",
        ),
    ] {
        let mut stream =
            client.export_credentials(request(&key, export)).await.expect("a stream").into_inner();
        assert_eq!(reason(stream.message().await), expected);
    }
    let bad = v1::ExportCredentialsRequest { states: vec![9], ..Default::default() };
    assert_eq!(reason(client.export_credentials(request(&key, bad)).await), "FIELD_VIOLATION");
}

#[tokio::test]
async fn streams_need_their_grants() {
    let (house, mut client, _) = open().await;
    let reader = house.caller(&[Grant::CredentialsRead]).await;
    let writer = house.caller(&[Grant::CredentialsWrite]).await;
    let none: Request<_> = request(&reader, futures_util::stream::iter(Vec::new()));
    assert_eq!(reason(client.import_credentials(none).await), "CALLER_NOT_ALLOWED");
    let export = v1::ExportCredentialsRequest::default();
    assert_eq!(reason(client.export_credentials(request(&writer, export)).await), "CALLER_NOT_ALLOWED");
}

#[tokio::test]
async fn only_messages_of_an_import_may_be_large() {
    let (_house, mut client, key) = open().await;
    let text = |bytes: usize| ImportRow { number: 1, row: Some(Row::Json(" ".repeat(bytes))) };
    let answers = import(&mut client, &key, vec![first(vec![text(1024 * 1024 - 64)])]).await;
    assert_eq!(counts(answers[0].as_ref().expect("an answer")), [1, 0, 0, 1]);
    let answers = import(&mut client, &key, vec![first(vec![text(1024 * 1024)])]).await;
    assert_eq!(answers[0].as_ref().expect_err("too large").code(), Code::OutOfRange);

    let large = "a".repeat(64 * 1024);
    let get = v1::GetCredentialRequest { credential_id: large.clone() };
    let refused = client.get_credential(request(&key, get)).await.expect_err("too large");
    assert_eq!(refused.code(), Code::OutOfRange);
    let export = v1::ExportCredentialsRequest { resume_token: large, ..Default::default() };
    let refused = client.export_credentials(request(&key, export)).await.expect_err("too large");
    assert_eq!(refused.code(), Code::OutOfRange);
}
