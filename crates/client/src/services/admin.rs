use super::service;

service! {
    /// Set-up: tenants, relying parties, registration profiles, the AAGUID catalogue, callers and their keys.
    Admin, admin_service_client::AdminServiceClient;

    /// Makes a tenant; for instance-level callers only.
    create_tenant(CreateTenantRequest) -> CreateTenantResponse, WithRequestId;

    /// Reads a tenant.
    get_tenant(GetTenantRequest) -> GetTenantResponse, Always;

    /// Lists tenants, newest first; for instance-level callers only.
    list_tenants(ListTenantsRequest) -> ListTenantsResponse, Always;

    /// Makes a relying party. The first of a tenant is its default.
    create_relying_party(CreateRelyingPartyRequest) -> CreateRelyingPartyResponse, WithRequestId;

    /// Lists the tenant's relying parties, newest first.
    list_relying_parties(ListRelyingPartiesRequest) -> ListRelyingPartiesResponse, Always;

    /// Replaces the origins of a relying party.
    set_relying_party_origins(SetRelyingPartyOriginsRequest) -> SetRelyingPartyOriginsResponse, WithRequestId;

    /// Makes a relying party the tenant's default.
    set_default_relying_party(SetDefaultRelyingPartyRequest) -> SetDefaultRelyingPartyResponse, WithRequestId;

    /// Makes a registration profile: a new name, or what counts from now on under a name that there is.
    create_registration_profile(CreateRegistrationProfileRequest) -> CreateRegistrationProfileResponse, WithRequestId;

    /// Lists the tenant's registration profiles, newest first; the built-in `default` is last.
    list_registration_profiles(ListRegistrationProfilesRequest) -> ListRegistrationProfilesResponse, Always;

    /// Says what a registration profile would do to the people who log in, and makes nothing.
    preview_registration_profile(PreviewRegistrationProfileRequest) -> PreviewRegistrationProfileResponse, Always;

    /// Lists the AAGUID catalogue, by AAGUID.
    list_authenticator_models(ListAuthenticatorModelsRequest) -> ListAuthenticatorModelsResponse, Always;

    /// Puts entries into the AAGUID catalogue; for instance-level callers only.
    put_authenticator_models(PutAuthenticatorModelsRequest) -> PutAuthenticatorModelsResponse, WithRequestId;

    /// Takes entries that were put out of the AAGUID catalogue; for instance-level callers only.
    remove_authenticator_models(RemoveAuthenticatorModelsRequest) -> RemoveAuthenticatorModelsResponse, WithRequestId;

    /// Makes a caller.
    create_caller(CreateCallerRequest) -> CreateCallerResponse, WithRequestId;

    /// Lists the tenant's callers, newest first.
    list_callers(ListCallersRequest) -> ListCallersResponse, Always;

    /// Replaces a caller's grants and the callers that may finish what it started.
    set_caller_grants(SetCallerGrantsRequest) -> SetCallerGrantsResponse, WithRequestId;
    /// Replaces the callers that may finish what a caller started.
    set_caller_finishers(SetCallerFinishersRequest) -> SetCallerFinishersResponse, WithRequestId;

    /// Disables a caller: all its keys stop working.
    disable_caller(DisableCallerRequest) -> DisableCallerResponse, WithRequestId;

    /// Makes an API key and shows it once. A repeat answers without it, also one this client makes after a lost answer:
    /// revoke the key then, and make another.
    create_api_key(CreateApiKeyRequest) -> CreateApiKeyResponse, WithRequestId;

    /// Lists a caller's API keys, newest first, without their secrets.
    list_api_keys(ListApiKeysRequest) -> ListApiKeysResponse, Always;

    /// Revokes an API key.
    revoke_api_key(RevokeApiKeyRequest) -> RevokeApiKeyResponse, WithRequestId;
}
