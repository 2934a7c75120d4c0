//! The floor: one server with the same two RPCs, driver, pool, durability and database, which does the least that a login can
//! be: start answers 32 random bytes; finish reads one row by key, verifies one P-256 signature over bytes of the real size,
//! and in one transaction updates one row, inserts two, and commits. It checks nothing else, and is no example.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use aws_lc_rs::{digest, signature};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use keystead_proto::v1::{
    AssertionResponse, Authentication, FinishAuthenticationRequest, FinishAuthenticationResponse,
    FinishRegistrationRequest, FinishRegistrationResponse, RequestOptions, StartAuthenticationRequest,
    StartAuthenticationResponse, StartRegistrationRequest, StartRegistrationResponse, UserSummary,
    ceremony_service_server::{CeremonyService, CeremonyServiceServer},
    finish_authentication_request::Response as Answer,
};
use serde_json::{Value, json};
use tonic::{Request, Response, Status, transport::Server};

mod database;

use database::{Database, Row};

use crate::{
    people::{Person, random},
    progress::{self, Until},
};

/// Serves until it is ended.
pub(crate) async fn serve(url: &str) {
    let floor = Floor { database: Arc::new(Database::open(url).await) };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    println!("gRPC {}", listener.local_addr().expect("an address"));
    Server::builder()
        .tcp_nodelay(true)
        .add_service(CeremonyServiceServer::new(floor))
        .serve_with_incoming(tokio_stream::wrappers::TcpListenerStream::new(listener))
        .await
        .expect("served");
}

/// Rows of one transaction.
const BATCH: u64 = 5_000;

/// Gives the floor its rows: those of the people, and as many others.
pub(crate) async fn fill(url: &str, people: &[Person], others: u64) {
    eprintln!("filling the floor's tables");
    let database = Database::open(url).await;
    let done = AtomicU64::new(0);
    let filling = async {
        let mut first = 0;
        while first < others {
            let until = others.min(first + BATCH);
            let row = |n| Row { id: spread(n, others), public_key: vec![4; 65] };
            database.insert((first..until).map(row).collect()).await;
            done.store(until, Ordering::Relaxed);
            first = until;
        }
    };
    progress::shown(&done, Until::Done(others), filling).await;
    // Ids are random: these rows come to lie among the others.
    let known = people.iter().map(Person::passkey);
    let rows =
        known.map(|passkey| Row { id: passkey.id().to_vec(), public_key: point(&passkey.public_key()) });
    database.insert(rows.collect()).await;
}

/// An id in ascending order, as far from the next one as random ids are on average: rows put in by it make as good a table as
/// the same number of rows in any order, in a fraction of the time.
fn spread(n: u64, of: u64) -> Vec<u8> {
    let head = n * (u64::MAX / of);
    [&head.to_be_bytes()[..], &random::<24>()].concat()
}

/// The uncompressed point of an ES256 key: both coordinates stand at fixed places in its `COSE_Key` (CTAP2 canonical form).
fn point(cose: &[u8]) -> Vec<u8> {
    [&[4], &cose[10..42], &cose[45..77]].concat()
}

/// Request options as a browser takes them.
pub(crate) fn options(challenge: &[u8]) -> String {
    json!({
        "challenge": URL_SAFE_NO_PAD.encode(challenge),
        "rpId": "localhost",
        "allowCredentials": [],
        "userVerification": "required",
    })
    .to_string()
}

/// A browser's response in the typed form.
pub(crate) fn assertion(json: &str) -> AssertionResponse {
    let json: Value = serde_json::from_str(json).expect("JSON");
    let bytes = |value: &Value| URL_SAFE_NO_PAD.decode(value.as_str().expect("text")).expect("base64url");
    let response = &json["response"];
    AssertionResponse {
        raw_id: bytes(&json["rawId"]),
        client_data_json: bytes(&response["clientDataJSON"]),
        authenticator_data: bytes(&response["authenticatorData"]),
        signature: bytes(&response["signature"]),
        ..AssertionResponse::default()
    }
}

struct Floor {
    database: Arc<Database>,
}

#[tonic::async_trait]
impl CeremonyService for Floor {
    async fn start_authentication(
        &self,
        _: Request<StartAuthenticationRequest>,
    ) -> Result<Response<StartAuthenticationResponse>, Status> {
        let options = RequestOptions { challenge: random::<32>().to_vec(), ..RequestOptions::default() };
        Ok(Response::new(StartAuthenticationResponse {
            request_options: Some(options),
            ..StartAuthenticationResponse::default()
        }))
    }

    async fn finish_authentication(
        &self,
        request: Request<FinishAuthenticationRequest>,
    ) -> Result<Response<FinishAuthenticationResponse>, Status> {
        let Some(Answer::Assertion(answer)) = request.into_inner().response else {
            return Err(Status::invalid_argument("typed only"));
        };
        let public_key = self.database.public_key(&answer.raw_id).await;
        let hash = digest::digest(&digest::SHA256, &answer.client_data_json);
        let signed = [answer.authenticator_data.as_slice(), hash.as_ref()].concat();
        signature::UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_ASN1, public_key)
            .verify(&signed, &answer.signature)
            .map_err(|_| Status::failed_precondition("the signature does not verify"))?;
        self.database.record_login(&answer.raw_id, random(), random()).await;
        let user = UserSummary { user_id: "user".to_owned(), external_id: "user".to_owned() };
        let authentication = Authentication { user: Some(user), ..Authentication::default() };
        Ok(Response::new(FinishAuthenticationResponse {
            authentication: Some(authentication),
            ..FinishAuthenticationResponse::default()
        }))
    }

    async fn start_registration(
        &self,
        _: Request<StartRegistrationRequest>,
    ) -> Result<Response<StartRegistrationResponse>, Status> {
        Err(Status::unimplemented("the floor registers nobody"))
    }

    async fn finish_registration(
        &self,
        _: Request<FinishRegistrationRequest>,
    ) -> Result<Response<FinishRegistrationResponse>, Status> {
        Err(Status::unimplemented("the floor registers nobody"))
    }
}
