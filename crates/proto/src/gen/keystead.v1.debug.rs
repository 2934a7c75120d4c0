// This file is generated: see tests/generated/main.rs.
impl ::core::fmt::Debug for ClientContext {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.debug_struct("ClientContext")
            .field("ip_address", &self.ip_address)
            .field("user_agent", &self.user_agent)
            .field("origin", &self.origin)
            .field("country", &self.country)
            .field("device_handle", &crate::redacted::Redacted::text(&self.device_handle))
            .field("capabilities", &self.capabilities)
            .finish()
    }
}
impl ::core::fmt::Debug for CreateApiKeyResponse {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.debug_struct("CreateApiKeyResponse")
            .field("api_key_id", &self.api_key_id)
            .field("api_key", &crate::redacted::Redacted::text(&self.api_key))
            .finish()
    }
}
impl ::core::fmt::Debug for FinishAuthenticationRequest {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.debug_struct("FinishAuthenticationRequest")
            .field("user", &self.user)
            .field("ceremony_token", &crate::redacted::Redacted::text(&self.ceremony_token))
            .field("response", &self.response)
            .field("session_binding", &crate::redacted::Redacted::text(&self.session_binding))
            .field("client", &self.client)
            .field("request_id", &self.request_id)
            .finish()
    }
}
impl ::core::fmt::Debug for finish_authentication_request::Response {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        match self {
            Self::Assertion(value) => f.debug_tuple("Assertion").field(value).finish(),
            Self::CredentialJson(value) => f.debug_tuple("CredentialJson").field(&crate::redacted::Redacted::text(value)).finish(),
        }
    }
}
impl ::core::fmt::Debug for FinishRegistrationRequest {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.debug_struct("FinishRegistrationRequest")
            .field("user", &self.user)
            .field("ceremony_token", &crate::redacted::Redacted::text(&self.ceremony_token))
            .field("response", &self.response)
            .field("display_name", &self.display_name)
            .field("session_binding", &crate::redacted::Redacted::text(&self.session_binding))
            .field("client", &self.client)
            .field("request_id", &self.request_id)
            .finish()
    }
}
impl ::core::fmt::Debug for finish_registration_request::Response {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        match self {
            Self::Registration(value) => f.debug_tuple("Registration").field(value).finish(),
            Self::CredentialJson(value) => f.debug_tuple("CredentialJson").field(&crate::redacted::Redacted::text(value)).finish(),
        }
    }
}
impl ::core::fmt::Debug for StartAuthenticationRequest {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.debug_struct("StartAuthenticationRequest")
            .field("user", &self.user)
            .field("rp_id", &self.rp_id)
            .field("user_verification", &self.user_verification())
            .field("mediation", &self.mediation())
            .field("hints", &self.hints)
            .field("session_binding", &crate::redacted::Redacted::text(&self.session_binding))
            .field("client", &self.client)
            .finish()
    }
}
impl ::core::fmt::Debug for StartAuthenticationResponse {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.debug_struct("StartAuthenticationResponse")
            .field("ceremony_id", &self.ceremony_id)
            .field("ceremony_token", &crate::redacted::Redacted::text(&self.ceremony_token))
            .field("request_options", &self.request_options)
            .field("options_json", &self.options_json)
            .field("expire_time", &self.expire_time)
            .finish()
    }
}
impl ::core::fmt::Debug for StartRegistrationRequest {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.debug_struct("StartRegistrationRequest")
            .field("user", &self.user)
            .field("rp_id", &self.rp_id)
            .field("profile", &self.profile)
            .field("overrides", &self.overrides)
            .field("mediation", &self.mediation())
            .field("session_binding", &crate::redacted::Redacted::text(&self.session_binding))
            .field("client", &self.client)
            .finish()
    }
}
impl ::core::fmt::Debug for StartRegistrationResponse {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.debug_struct("StartRegistrationResponse")
            .field("ceremony_id", &self.ceremony_id)
            .field("ceremony_token", &crate::redacted::Redacted::text(&self.ceremony_token))
            .field("creation_options", &self.creation_options)
            .field("options_json", &self.options_json)
            .field("expire_time", &self.expire_time)
            .finish()
    }
}
