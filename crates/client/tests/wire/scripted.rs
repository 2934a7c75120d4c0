//! The server, and a client of it.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use keystead_client::v1::credential_service_server::{CredentialService, CredentialServiceServer};
use keystead_client::v1::{
    Credential, ExportCredentialsRequest, ExportCredentialsResponse, GetCredentialRequest,
    GetCredentialResponse, GetSignalsRequest, GetSignalsResponse, ImportCredentialsRequest,
    ImportCredentialsResponse, ListCredentialsRequest, ListCredentialsResponse, RenameCredentialRequest,
    RenameCredentialResponse, ReportLostRequest, ReportLostResponse, ResumeCredentialRequest,
    ResumeCredentialResponse, RevokeCredentialRequest, RevokeCredentialResponse, SuspendCredentialRequest,
    SuspendCredentialResponse,
};
use keystead_client::{Client, Config, Retry, Status};
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tokio_stream::{Stream, StreamExt as _};
use tonic::metadata::MetadataMap;
use tonic::transport::Server;
use tonic::{Request, Response, Streaming};

type Answers<M> = Pin<Box<dyn Stream<Item = Result<M, Status>> + Send>>;

pub(crate) const API_KEY: &str = "ks_01h455vb4pex5vsknk084sn02q_c2VjcmV0";

#[derive(Clone, Default)]
pub(crate) struct Scripted {
    failures: Arc<Mutex<VecDeque<Status>>>,
    arrived: Arc<Mutex<Vec<MetadataMap>>>,
    is_silent: bool,
}

impl Scripted {
    /// Fails with these first, and then succeeds.
    pub(crate) fn failing(failures: impl IntoIterator<Item = Status>) -> Self {
        let failures = Arc::new(Mutex::new(failures.into_iter().collect()));
        Self { failures, ..Self::default() }
    }

    pub(crate) fn unavailable(times: usize) -> Self {
        Self::failing((0..times).map(|_| Status::unavailable("away")))
    }

    pub(crate) fn silent() -> Self {
        Self { is_silent: true, ..Self::default() }
    }

    /// Serves on a free port for as long as the test runs, and answers with a client of it.
    pub(crate) async fn serve(&self) -> Client {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let endpoint = listener.local_addr().expect("an address").to_string();
        let server = Server::builder().add_service(CredentialServiceServer::new(self.clone()));
        tokio::spawn(server.serve_with_incoming(TcpListenerStream::new(listener)));
        connect(&endpoint)
    }

    async fn answer<Q>(&self, request: &Request<Q>) -> Result<(), Status> {
        self.arrived.lock().expect("no panic elsewhere").push(request.metadata().clone());
        if self.is_silent {
            std::future::pending::<()>().await;
        }
        let failure = self.failures.lock().expect("no panic elsewhere").pop_front();
        failure.map_or(Ok(()), Err)
    }

    pub(crate) fn arrived(&self) -> Vec<MetadataMap> {
        self.arrived.lock().expect("no panic elsewhere").clone()
    }
}

pub(crate) fn connect(endpoint: &str) -> Client {
    let retry = Retry { base_delay: Duration::from_millis(1), ..Retry::default() };
    Client::connect(Config { retry, ..Config::new(endpoint, API_KEY) }).expect("a usable configuration")
}

#[tonic::async_trait]
impl CredentialService for Scripted {
    type ImportCredentialsStream = Answers<ImportCredentialsResponse>;
    type ExportCredentialsStream = Answers<ExportCredentialsResponse>;

    async fn list_credentials(
        &self,
        request: Request<ListCredentialsRequest>,
    ) -> Result<Response<ListCredentialsResponse>, Status> {
        self.answer(&request).await.map(|()| Response::new(ListCredentialsResponse::default()))
    }

    async fn get_credential(
        &self,
        request: Request<GetCredentialRequest>,
    ) -> Result<Response<GetCredentialResponse>, Status> {
        self.answer(&request).await?;
        let credential_id = request.into_inner().credential_id;
        let credential = Some(Credential { credential_id, ..Credential::default() });
        Ok(Response::new(GetCredentialResponse { credential }))
    }

    async fn rename_credential(
        &self,
        request: Request<RenameCredentialRequest>,
    ) -> Result<Response<RenameCredentialResponse>, Status> {
        self.answer(&request).await.map(|()| Response::new(RenameCredentialResponse::default()))
    }

    async fn suspend_credential(
        &self,
        request: Request<SuspendCredentialRequest>,
    ) -> Result<Response<SuspendCredentialResponse>, Status> {
        self.answer(&request).await.map(|()| Response::new(SuspendCredentialResponse::default()))
    }

    async fn resume_credential(
        &self,
        request: Request<ResumeCredentialRequest>,
    ) -> Result<Response<ResumeCredentialResponse>, Status> {
        self.answer(&request).await.map(|()| Response::new(ResumeCredentialResponse::default()))
    }

    async fn revoke_credential(
        &self,
        request: Request<RevokeCredentialRequest>,
    ) -> Result<Response<RevokeCredentialResponse>, Status> {
        self.answer(&request).await.map(|()| Response::new(RevokeCredentialResponse::default()))
    }

    async fn report_lost(
        &self,
        request: Request<ReportLostRequest>,
    ) -> Result<Response<ReportLostResponse>, Status> {
        self.answer(&request).await.map(|()| Response::new(ReportLostResponse::default()))
    }

    async fn get_signals(
        &self,
        request: Request<GetSignalsRequest>,
    ) -> Result<Response<GetSignalsResponse>, Status> {
        self.answer(&request).await.map(|()| Response::new(GetSignalsResponse::default()))
    }

    /// Answers each message with how many rows came so far, and fails at one without rows.
    async fn import_credentials(
        &self,
        request: Request<Streaming<ImportCredentialsRequest>>,
    ) -> Result<Response<Self::ImportCredentialsStream>, Status> {
        self.answer(&request).await?;
        let mut imported = 0;
        let answers = request.into_inner().map(move |message| {
            let rows = message?.rows;
            let last = rows.last().ok_or_else(|| Status::unavailable("gone in between"))?;
            imported += i64::try_from(rows.len()).unwrap_or(i64::MAX);
            Ok(ImportCredentialsResponse { last_row: last.number, imported, ..Default::default() })
        });
        Ok(Response::new(Box::pin(answers)))
    }

    /// Answers two pages.
    async fn export_credentials(
        &self,
        request: Request<ExportCredentialsRequest>,
    ) -> Result<Response<Self::ExportCredentialsStream>, Status> {
        self.answer(&request).await?;
        let page = |token: &str| {
            Ok(ExportCredentialsResponse { resume_token: token.to_owned(), ..Default::default() })
        };
        Ok(Response::new(Box::pin(tokio_stream::iter([page("one"), page("two")]))))
    }
}
