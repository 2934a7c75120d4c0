//! `CredentialService`: credentials as people manage them.

use keystead_proto::v1::{
    GetCredentialRequest, GetCredentialResponse, ListCredentialsRequest, ListCredentialsResponse,
    RenameCredentialRequest, RenameCredentialResponse, RevokeCredentialRequest, RevokeCredentialResponse,
    credential_service_server::CredentialService,
};
use tonic::{Request, Response, Status};

use crate::{api::Api, arrival, decode::credentials as decode, encode, status};

#[tonic::async_trait]
impl CredentialService for Api {
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
        let credential = self.service.rename_credential(&call, id, name).await.map_err(status::of)?;
        Ok(Response::new(RenameCredentialResponse { credential: Some(encode::credential(&credential)) }))
    }

    async fn revoke_credential(
        &self,
        request: Request<RevokeCredentialRequest>,
    ) -> Result<Response<RevokeCredentialResponse>, Status> {
        let (arrival, message) = arrival::of(request)?;
        let (call, (id, acting_user)) = decode::revoke_credential(arrival, message)?;
        let credential = self.service.revoke_credential(&call, id, acting_user).await.map_err(status::of)?;
        Ok(Response::new(RevokeCredentialResponse { credential: Some(encode::credential(&credential)) }))
    }
}
