use super::service;

service! {
    /// Registrations and logins with `WebAuthn`: started, answered by the browser, finished exactly once.
    Ceremonies, ceremony_service_client::CeremonyServiceClient;

    /// Starts the registration of a credential for an existing user, and answers with the options for the browser.
    start_registration(StartRegistrationRequest) -> StartRegistrationResponse, Always;

    /// Verifies the browser's answer and stores the credential.
    finish_registration(FinishRegistrationRequest) -> FinishRegistrationResponse, WithRequestId;

    /// Starts a login, and answers with the options for the browser.
    start_authentication(StartAuthenticationRequest) -> StartAuthenticationResponse, Always;

    /// Verifies the browser's answer: `Ok` means that this user is logged in, now, with user verification.
    finish_authentication(FinishAuthenticationRequest) -> FinishAuthenticationResponse, WithRequestId;
}
