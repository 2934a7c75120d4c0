//! `CredentialService`: credentials as people manage them, taken over and given away.

mod export;
mod import;

use std::pin::Pin;

use futures_util::Stream;
use keystead_proto::v1::{
    ExportCredentialsRequest, ExportCredentialsResponse, GetCredentialRequest, GetCredentialResponse,
    GetSignalsRequest, GetSignalsResponse, ImportCredentialsRequest, ImportCredentialsResponse,
    ListCredentialsRequest, ListCredentialsResponse, RenameCredentialRequest, RenameCredentialResponse,
    ReportLostRequest, ReportLostResponse, ResumeCredentialRequest, ResumeCredentialResponse,
    RevokeCredentialRequest, RevokeCredentialResponse, SuspendCredentialRequest, SuspendCredentialResponse,
    credential_service_server::CredentialService,
};
use tonic::{Request, Response, Status, Streaming};

use self::{export::Exporting, import::Importing};
use crate::{api::Api, arrival, decode::credentials as decode, encode, status};

/// The answers of a stream.
type Answers<M> = Pin<Box<dyn Stream<Item = Result<M, Status>> + Send>>;

#[tonic::async_trait]
impl CredentialService for Api {
    type ImportCredentialsStream = Answers<ImportCredentialsResponse>;
    type ExportCredentialsStream = Answers<ExportCredentialsResponse>;

    async fn list_credentials(
        &self,
        request: Request<ListCredentialsRequest>,
    ) -> Result<Response<ListCredentialsResponse>, Status> {
        let (arrival, message) = arrival::of(request)?;
        let (call, (filter, page)) = decode::list_credentials(arrival, message)?;
        let listed = self.service.list_credentials(&call, &filter, &page).await.map_err(status::of)?;
        Ok(Response::new(ListCredentialsResponse {
            credentials: listed.items.iter().map(encode::credential).collect(),
            next_page_token: encode::next_page_token(listed.next),
        }))
    }

    async fn get_credential(
        &self,
        request: Request<GetCredentialRequest>,
    ) -> Result<Response<GetCredentialResponse>, Status> {
        let (arrival, message) = arrival::of(request)?;
        let (call, id) = decode::get_credential(arrival, message)?;
        let credential = self.service.get_credential(&call, id).await.map_err(status::of)?;
        Ok(Response::new(GetCredentialResponse { credential: Some(encode::credential(&credential)) }))
    }

    async fn rename_credential(
        &self,
        request: Request<RenameCredentialRequest>,
    ) -> Result<Response<RenameCredentialResponse>, Status> {
        let (arrival, message) = arrival::of(request)?;
        let (call, (id, name)) = decode::rename_credential(arrival, message)?;
        let managed = self.service.rename_credential(&call, id, name).await.map_err(status::of)?;
        let (credential, signals) = encode::managed(managed);
        Ok(Response::new(RenameCredentialResponse { credential, signals }))
    }

    async fn suspend_credential(
        &self,
        request: Request<SuspendCredentialRequest>,
    ) -> Result<Response<SuspendCredentialResponse>, Status> {
        let (arrival, message) = arrival::of(request)?;
        let (call, taking) = decode::suspend_credential(arrival, message)?;
        let managed = self.service.suspend_credential(&call, taking).await.map_err(status::of)?;
        let (credential, signals) = encode::managed(managed);
        Ok(Response::new(SuspendCredentialResponse { credential, signals }))
    }

    async fn resume_credential(
        &self,
        request: Request<ResumeCredentialRequest>,
    ) -> Result<Response<ResumeCredentialResponse>, Status> {
        let (arrival, message) = arrival::of(request)?;
        let (call, (id, acting_user)) = decode::resume_credential(arrival, message)?;
        let managed = self.service.resume_credential(&call, id, acting_user).await.map_err(status::of)?;
        let (credential, signals) = encode::managed(managed);
        Ok(Response::new(ResumeCredentialResponse { credential, signals }))
    }

    async fn revoke_credential(
        &self,
        request: Request<RevokeCredentialRequest>,
    ) -> Result<Response<RevokeCredentialResponse>, Status> {
        let (arrival, message) = arrival::of(request)?;
        let (call, taking) = decode::revoke_credential(arrival, message)?;
        let managed = self.service.revoke_credential(&call, taking).await.map_err(status::of)?;
        let (credential, signals) = encode::managed(managed);
        Ok(Response::new(RevokeCredentialResponse { credential, signals }))
    }

    async fn report_lost(
        &self,
        request: Request<ReportLostRequest>,
    ) -> Result<Response<ReportLostResponse>, Status> {
        let (arrival, message) = arrival::of(request)?;
        let (call, (id, acting_user)) = decode::report_lost(arrival, message)?;
        let managed = self.service.report_lost(&call, id, acting_user).await.map_err(status::of)?;
        let (credential, signals) = encode::managed(managed);
        Ok(Response::new(ReportLostResponse { credential, signals }))
    }

    async fn get_signals(
        &self,
        request: Request<GetSignalsRequest>,
    ) -> Result<Response<GetSignalsResponse>, Status> {
        let (arrival, message) = arrival::of(request)?;
        let (call, (user, rp_id)) = decode::get_signals(arrival, message)?;
        let signals = self.service.get_signals(&call, &user, rp_id.as_ref()).await.map_err(status::of)?;
        Ok(Response::new(GetSignalsResponse { signals: encode::signals(signals) }))
    }

    async fn import_credentials(
        &self,
        request: Request<Streaming<ImportCredentialsRequest>>,
    ) -> Result<Response<Self::ImportCredentialsStream>, Status> {
        let (arrival, messages) = arrival::of(request)?;
        let limit = self.settings.default_deadline;
        let importing = Importing::new(self.service.clone(), arrival.plain(), limit);
        Ok(Response::new(Box::pin(importing.answers(messages))))
    }

    async fn export_credentials(
        &self,
        request: Request<ExportCredentialsRequest>,
    ) -> Result<Response<Self::ExportCredentialsStream>, Status> {
        let (arrival, message) = arrival::of(request)?;
        let (call, (filter, resume_token)) = decode::export_credentials(arrival, message)?;
        let limit = self.settings.default_deadline;
        let exporting = Exporting { service: self.service.clone(), call, filter, resume_token, limit };
        Ok(Response::new(Box::pin(exporting.answers())))
    }
}
