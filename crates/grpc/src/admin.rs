//! `AdminService`: tenants, relying parties, callers and their keys.

use keystead_proto::v1::{
    CreateApiKeyRequest, CreateApiKeyResponse, CreateCallerRequest, CreateCallerResponse,
    CreateRelyingPartyRequest, CreateRelyingPartyResponse, CreateTenantRequest, CreateTenantResponse,
    DisableCallerRequest, DisableCallerResponse, GetTenantRequest, GetTenantResponse, ListApiKeysRequest,
    ListApiKeysResponse, ListCallersRequest, ListCallersResponse, ListRelyingPartiesRequest,
    ListRelyingPartiesResponse, ListTenantsRequest, ListTenantsResponse, RevokeApiKeyRequest,
    RevokeApiKeyResponse, SetCallerFinishersRequest, SetCallerFinishersResponse, SetCallerGrantsRequest,
    SetCallerGrantsResponse, SetDefaultRelyingPartyRequest, SetDefaultRelyingPartyResponse,
    SetRelyingPartyOriginsRequest, SetRelyingPartyOriginsResponse, admin_service_server::AdminService,
};
use tonic::{Request, Response, Status};

use crate::{api::Api, arrival, decode::admin as decode, encode, status};

#[tonic::async_trait]
impl AdminService for Api {
    async fn create_tenant(
        &self,
        request: Request<CreateTenantRequest>,
    ) -> Result<Response<CreateTenantResponse>, Status> {
        let (arrival, message) = arrival::of(request)?;
        let (call, name) = decode::create_tenant(arrival, message)?;
        let tenant = self.service.create_tenant(&call, name).await.map_err(status::of)?;
        Ok(Response::new(CreateTenantResponse { tenant: Some(encode::tenant(&tenant)) }))
    }

    async fn get_tenant(
        &self,
        request: Request<GetTenantRequest>,
    ) -> Result<Response<GetTenantResponse>, Status> {
        let (arrival, message) = arrival::of(request)?;
        let (call, tenant) = decode::get_tenant(arrival, message)?;
        let tenant = self.service.get_tenant(&call, tenant).await.map_err(status::of)?;
        Ok(Response::new(GetTenantResponse { tenant: Some(encode::tenant(&tenant)) }))
    }

    async fn list_tenants(
        &self,
        request: Request<ListTenantsRequest>,
    ) -> Result<Response<ListTenantsResponse>, Status> {
        let (arrival, message) = arrival::of(request)?;
        let (call, page) = decode::list_tenants(arrival, message)?;
        let listed = self.service.list_tenants(&call, &page).await.map_err(status::of)?;
        Ok(Response::new(ListTenantsResponse {
            tenants: listed.items.iter().map(encode::tenant).collect(),
            next_page_token: encode::next_page_token(listed.next),
        }))
    }

    async fn create_relying_party(
        &self,
        request: Request<CreateRelyingPartyRequest>,
    ) -> Result<Response<CreateRelyingPartyResponse>, Status> {
        let (arrival, message) = arrival::of(request)?;
        let (call, command) = decode::create_relying_party(arrival, message)?;
        let made = self.service.create_relying_party(&call, command).await.map_err(status::of)?;
        Ok(Response::new(CreateRelyingPartyResponse { relying_party: Some(encode::relying_party(&made)) }))
    }

    async fn list_relying_parties(
        &self,
        request: Request<ListRelyingPartiesRequest>,
    ) -> Result<Response<ListRelyingPartiesResponse>, Status> {
        let (arrival, message) = arrival::of(request)?;
        let (call, (tenant, page)) = decode::list_relying_parties(arrival, message)?;
        let listed = self.service.list_relying_parties(&call, tenant, &page).await.map_err(status::of)?;
        Ok(Response::new(ListRelyingPartiesResponse {
            relying_parties: listed.items.iter().map(encode::relying_party).collect(),
            next_page_token: encode::next_page_token(listed.next),
        }))
    }

    async fn set_relying_party_origins(
        &self,
        request: Request<SetRelyingPartyOriginsRequest>,
    ) -> Result<Response<SetRelyingPartyOriginsResponse>, Status> {
        let (arrival, message) = arrival::of(request)?;
        let (call, command) = decode::set_origins(arrival, message)?;
        let changed = self.service.set_origins(&call, command).await.map_err(status::of)?;
        Ok(Response::new(SetRelyingPartyOriginsResponse {
            relying_party: Some(encode::relying_party(&changed)),
        }))
    }

    async fn set_default_relying_party(
        &self,
        request: Request<SetDefaultRelyingPartyRequest>,
    ) -> Result<Response<SetDefaultRelyingPartyResponse>, Status> {
        let (arrival, message) = arrival::of(request)?;
        let (call, (tenant, id)) = decode::set_default_relying_party(arrival, message)?;
        let changed = self.service.set_default_relying_party(&call, tenant, id).await.map_err(status::of)?;
        Ok(Response::new(SetDefaultRelyingPartyResponse {
            relying_party: Some(encode::relying_party(&changed)),
        }))
    }

    async fn create_caller(
        &self,
        request: Request<CreateCallerRequest>,
    ) -> Result<Response<CreateCallerResponse>, Status> {
        let (arrival, message) = arrival::of(request)?;
        let (call, command) = decode::create_caller(arrival, message)?;
        let caller = self.service.create_caller(&call, command).await.map_err(status::of)?;
        Ok(Response::new(CreateCallerResponse { caller: Some(encode::caller(&caller)) }))
    }

    async fn list_callers(
        &self,
        request: Request<ListCallersRequest>,
    ) -> Result<Response<ListCallersResponse>, Status> {
        let (arrival, message) = arrival::of(request)?;
        let (call, (tenant, page)) = decode::list_callers(arrival, message)?;
        let listed = self.service.list_callers(&call, tenant, &page).await.map_err(status::of)?;
        Ok(Response::new(ListCallersResponse {
            callers: listed.items.iter().map(encode::caller).collect(),
            next_page_token: encode::next_page_token(listed.next),
        }))
    }

    async fn set_caller_grants(
        &self,
        request: Request<SetCallerGrantsRequest>,
    ) -> Result<Response<SetCallerGrantsResponse>, Status> {
        let (arrival, message) = arrival::of(request)?;
        let (call, (tenant, id, grants)) = decode::set_caller_grants(arrival, message)?;
        let caller = self.service.set_caller_grants(&call, tenant, id, grants).await.map_err(status::of)?;
        Ok(Response::new(SetCallerGrantsResponse { caller: Some(encode::caller(&caller)) }))
    }

    async fn set_caller_finishers(
        &self,
        request: Request<SetCallerFinishersRequest>,
    ) -> Result<Response<SetCallerFinishersResponse>, Status> {
        let (arrival, message) = arrival::of(request)?;
        let (call, (tenant, id, finishers)) = decode::set_caller_finishers(arrival, message)?;
        let caller =
            self.service.set_caller_finishers(&call, tenant, id, &finishers).await.map_err(status::of)?;
        Ok(Response::new(SetCallerFinishersResponse { caller: Some(encode::caller(&caller)) }))
    }

    async fn disable_caller(
        &self,
        request: Request<DisableCallerRequest>,
    ) -> Result<Response<DisableCallerResponse>, Status> {
        let (arrival, message) = arrival::of(request)?;
        let (call, (tenant, id)) = decode::disable_caller(arrival, message)?;
        let caller = self.service.disable_caller(&call, tenant, id).await.map_err(status::of)?;
        Ok(Response::new(DisableCallerResponse { caller: Some(encode::caller(&caller)) }))
    }

    async fn create_api_key(
        &self,
        request: Request<CreateApiKeyRequest>,
    ) -> Result<Response<CreateApiKeyResponse>, Status> {
        let (arrival, message) = arrival::of(request)?;
        let (call, (tenant, caller)) = decode::create_api_key(arrival, message)?;
        let minted = self.service.create_api_key(&call, tenant, caller).await.map_err(status::of)?;
        Ok(Response::new(encode::minted_api_key(&minted)))
    }

    async fn list_api_keys(
        &self,
        request: Request<ListApiKeysRequest>,
    ) -> Result<Response<ListApiKeysResponse>, Status> {
        let (arrival, message) = arrival::of(request)?;
        let (call, (tenant, caller, page)) = decode::list_api_keys(arrival, message)?;
        let listed = self.service.list_api_keys(&call, tenant, caller, &page).await.map_err(status::of)?;
        Ok(Response::new(ListApiKeysResponse {
            api_keys: listed.items.iter().map(encode::api_key).collect(),
            next_page_token: encode::next_page_token(listed.next),
        }))
    }

    async fn revoke_api_key(
        &self,
        request: Request<RevokeApiKeyRequest>,
    ) -> Result<Response<RevokeApiKeyResponse>, Status> {
        let (arrival, message) = arrival::of(request)?;
        let (call, (tenant, id)) = decode::revoke_api_key(arrival, message)?;
        let key = self.service.revoke_api_key(&call, tenant, id).await.map_err(status::of)?;
        Ok(Response::new(RevokeApiKeyResponse { api_key: Some(encode::api_key(&key)) }))
    }
}
