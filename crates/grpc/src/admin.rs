//! `AdminService`: tenants, relying parties, registration profiles, the AAGUID catalogue, callers and their keys.

use keystead_proto::v1::{
    CreateApiKeyRequest, CreateApiKeyResponse, CreateCallerRequest, CreateCallerResponse,
    CreateRegistrationProfileRequest, CreateRegistrationProfileResponse, CreateRelyingPartyRequest,
    CreateRelyingPartyResponse, CreateTenantRequest, CreateTenantResponse, DisableCallerRequest,
    DisableCallerResponse, GetTenantRequest, GetTenantResponse, ListApiKeysRequest, ListApiKeysResponse,
    ListAuthenticatorModelsRequest, ListAuthenticatorModelsResponse, ListCallersRequest, ListCallersResponse,
    ListRegistrationProfilesRequest, ListRegistrationProfilesResponse, ListRelyingPartiesRequest,
    ListRelyingPartiesResponse, ListTenantsRequest, ListTenantsResponse, PreviewRegistrationProfileRequest,
    PreviewRegistrationProfileResponse, PutAuthenticatorModelsRequest, PutAuthenticatorModelsResponse,
    RemoveAuthenticatorModelsRequest, RemoveAuthenticatorModelsResponse, RevokeApiKeyRequest,
    RevokeApiKeyResponse, SetCallerFinishersRequest, SetCallerFinishersResponse, SetCallerGrantsRequest,
    SetCallerGrantsResponse, SetDefaultRelyingPartyRequest, SetDefaultRelyingPartyResponse,
    SetRelyingPartyOriginsRequest, SetRelyingPartyOriginsResponse, admin_service_server::AdminService,
};
use keystead_service::ListedProfile;
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
        Ok(Response::new(CreateRelyingPartyResponse {
            relying_party: Some(encode::relying_party(&made.relying_party)),
            warnings: made.warnings,
        }))
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
            relying_party: Some(encode::relying_party(&changed.relying_party)),
            warnings: changed.warnings,
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

    async fn create_registration_profile(
        &self,
        request: Request<CreateRegistrationProfileRequest>,
    ) -> Result<Response<CreateRegistrationProfileResponse>, Status> {
        let (arrival, message) = arrival::of(request)?;
        let (call, command) = decode::create_registration_profile(arrival, message)?;
        let profile = self.service.create_registration_profile(&call, command).await.map_err(status::of)?;
        Ok(Response::new(CreateRegistrationProfileResponse {
            profile: Some(encode::registration_profile(&profile, true)),
        }))
    }

    async fn list_registration_profiles(
        &self,
        request: Request<ListRegistrationProfilesRequest>,
    ) -> Result<Response<ListRegistrationProfilesResponse>, Status> {
        let (arrival, message) = arrival::of(request)?;
        let (call, (tenant, filter, page)) = decode::list_registration_profiles(arrival, message)?;
        let listed = self.service.list_registration_profiles(&call, tenant, &filter, &page).await;
        let listed = listed.map_err(status::of)?;
        let profile = |it: &ListedProfile| encode::registration_profile(&it.profile, it.current);
        Ok(Response::new(ListRegistrationProfilesResponse {
            profiles: listed.items.iter().map(profile).collect(),
            next_page_token: encode::next_page_token(listed.next),
        }))
    }

    async fn preview_registration_profile(
        &self,
        request: Request<PreviewRegistrationProfileRequest>,
    ) -> Result<Response<PreviewRegistrationProfileResponse>, Status> {
        let (arrival, message) = arrival::of(request)?;
        let (call, (tenant, profile)) = decode::preview_registration_profile(arrival, message)?;
        let preview = self.service.preview_registration_profile(&call, tenant, &profile).await;
        Ok(Response::new(encode::previewed(preview.map_err(status::of)?)))
    }

    async fn list_authenticator_models(
        &self,
        request: Request<ListAuthenticatorModelsRequest>,
    ) -> Result<Response<ListAuthenticatorModelsResponse>, Status> {
        let (arrival, message) = arrival::of(request)?;
        let (call, page) = decode::list_authenticator_models(arrival, message)?;
        let listed = self.service.list_authenticator_models(&call, &page).await.map_err(status::of)?;
        Ok(Response::new(ListAuthenticatorModelsResponse {
            models: listed.items.iter().map(encode::authenticator_model).collect(),
            next_page_token: encode::next_page_token(listed.next),
        }))
    }

    async fn put_authenticator_models(
        &self,
        request: Request<PutAuthenticatorModelsRequest>,
    ) -> Result<Response<PutAuthenticatorModelsResponse>, Status> {
        let (arrival, message) = arrival::of(request)?;
        let (call, models) = decode::put_authenticator_models(arrival, message)?;
        let models = self.service.put_authenticator_models(&call, models).await.map_err(status::of)?;
        Ok(Response::new(PutAuthenticatorModelsResponse {
            models: models.iter().map(encode::authenticator_model).collect(),
        }))
    }

    async fn remove_authenticator_models(
        &self,
        request: Request<RemoveAuthenticatorModelsRequest>,
    ) -> Result<Response<RemoveAuthenticatorModelsResponse>, Status> {
        let (arrival, message) = arrival::of(request)?;
        let (call, aaguids) = decode::remove_authenticator_models(arrival, message)?;
        self.service.remove_authenticator_models(&call, aaguids).await.map_err(status::of)?;
        Ok(Response::new(RemoveAuthenticatorModelsResponse {}))
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
