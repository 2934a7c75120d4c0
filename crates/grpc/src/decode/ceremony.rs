//! Requests of `CeremonyService`.

use keystead_domain::SessionBinding;
use keystead_proto::v1;
use keystead_service::ceremony::{
    FinishAuthentication, FinishRegistration, StartAuthentication, StartRegistration, Token,
};

use super::{
    Decoded, Fields, Noted,
    client::client,
    shared::{display_name, optional_name, optional_rp_id, optional_user, request_id, user},
    webauthn,
};
use crate::arrival::Arrival;

/// Most bytes of a login's token.
const MOST_LOGIN_TOKEN: usize = 1024;
/// Most bytes of a registration's token.
const MOST_REGISTRATION_TOKEN: usize = 4096;

pub(crate) fn start_registration(
    arrival: Arrival,
    message: v1::StartRegistrationRequest,
) -> Decoded<StartRegistration> {
    let mut fields = Fields::default();
    let user = user(&mut fields, message.user);
    let rp_id = optional_rp_id(&mut fields, message.rp_id);
    let profile = optional_name(&mut fields, "profile", message.profile);
    let overrides = webauthn::overrides(&mut fields, &message.overrides.unwrap_or_default());
    let mediation = webauthn::mediation(&mut fields, message.mediation);
    let session_binding = session_binding(&mut fields, message.session_binding);
    let client = client(&mut fields, message.client);
    fields.finish(|| {
        let command = StartRegistration {
            user: user?,
            rp_id: rp_id?,
            profile: profile?,
            overrides: overrides?,
            mediation: mediation?,
            session_binding: session_binding?,
        };
        Ok((arrival.call(None, client?), command))
    })
}

pub(crate) fn finish_registration(
    arrival: Arrival,
    message: v1::FinishRegistrationRequest,
) -> Decoded<FinishRegistration> {
    let mut fields = Fields::default();
    let user = user(&mut fields, message.user);
    let token = token(&mut fields, message.ceremony_token, MOST_REGISTRATION_TOKEN);
    let response = webauthn::registration(&mut fields, message.response);
    let display_name = display_name(&mut fields, message.display_name);
    let session_binding = session_binding(&mut fields, message.session_binding);
    let client = client(&mut fields, message.client);
    let request_id = request_id(&mut fields, message.request_id);
    fields.finish(|| {
        let command = FinishRegistration {
            user: user?,
            token: token?,
            response: response?,
            display_name: display_name?,
            session_binding: session_binding?,
        };
        Ok((arrival.call(request_id?, client?), command))
    })
}

pub(crate) fn start_authentication(
    arrival: Arrival,
    message: v1::StartAuthenticationRequest,
) -> Decoded<StartAuthentication> {
    let mut fields = Fields::default();
    let user = optional_user(&mut fields, message.user);
    let rp_id = optional_rp_id(&mut fields, message.rp_id);
    let user_verification =
        webauthn::user_verification(&mut fields, "user_verification", message.user_verification);
    let mediation = webauthn::mediation(&mut fields, message.mediation);
    let hints = webauthn::hints(&mut fields, "hints", &message.hints);
    let session_binding = session_binding(&mut fields, message.session_binding);
    let client = client(&mut fields, message.client);
    fields.finish(|| {
        let command = StartAuthentication {
            user: user?,
            rp_id: rp_id?,
            user_verification: user_verification?,
            mediation: mediation?,
            hints: hints?,
            session_binding: session_binding?,
        };
        Ok((arrival.call(None, client?), command))
    })
}

pub(crate) fn finish_authentication(
    arrival: Arrival,
    message: v1::FinishAuthenticationRequest,
) -> Decoded<FinishAuthentication> {
    let mut fields = Fields::default();
    let user = optional_user(&mut fields, message.user);
    let token = token(&mut fields, message.ceremony_token, MOST_LOGIN_TOKEN);
    let response = webauthn::assertion(&mut fields, message.response);
    let session_binding = session_binding(&mut fields, message.session_binding);
    let client = client(&mut fields, message.client);
    let request_id = request_id(&mut fields, message.request_id);
    fields.finish(|| {
        let command = FinishAuthentication {
            user: user?,
            token: token?,
            response: response?,
            session_binding: session_binding?,
        };
        Ok((arrival.call(request_id?, client?), command))
    })
}

/// The size is checked before anything is decoded.
fn token(fields: &mut Fields, text: String, most: usize) -> Result<Token, Noted> {
    match text.len() {
        0 => Err(fields.note("ceremony_token", "is required")),
        length if length > most => {
            Err(fields.note("ceremony_token", format!("must have at most {most} bytes")))
        }
        _ => Ok(Token::new(text)),
    }
}

fn session_binding(fields: &mut Fields, text: String) -> Result<SessionBinding, Noted> {
    fields.take("session_binding", SessionBinding::new(text))
}
