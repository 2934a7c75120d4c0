use super::service;

service! {
    /// The credentials of users, for a settings page and for support.
    Credentials, credential_service_client::CredentialServiceClient;

    /// Lists credentials, newest first.
    list_credentials(ListCredentialsRequest) -> ListCredentialsResponse, Always;

    /// Reads one credential.
    get_credential(GetCredentialRequest) -> GetCredentialResponse, Always;

    /// Gives a credential another display name.
    rename_credential(RenameCredentialRequest) -> RenameCredentialResponse, WithRequestId;

    /// Ends a credential for good, at once.
    revoke_credential(RevokeCredentialRequest) -> RevokeCredentialResponse, WithRequestId;
}
