//! Answers of `CeremonyService`.

use keystead_ceremony::{CreationOptions, RequestOptions};
use keystead_proto::v1;
use keystead_service::ceremony::{Finished, Login, Registration, Started};

use super::{credential, signals, time, user, webauthn};

pub(crate) fn started_registration(started: Started<CreationOptions>) -> v1::StartRegistrationResponse {
    v1::StartRegistrationResponse {
        ceremony_id: started.ceremony_id.to_string(),
        ceremony_token: started.token.into_string(),
        creation_options: Some(webauthn::creation_options(&started.options)),
        options_json: started.options.to_json(),
        expire_time: Some(time(started.expires_at)),
    }
}

pub(crate) fn finished_registration(finished: Finished<Registration>) -> v1::FinishRegistrationResponse {
    v1::FinishRegistrationResponse {
        credential: Some(credential(&finished.value.credential)),
        signals: signals(finished.signals),
        repeated: finished.repeated,
    }
}

pub(crate) fn started_authentication(started: Started<RequestOptions>) -> v1::StartAuthenticationResponse {
    v1::StartAuthenticationResponse {
        ceremony_id: started.ceremony_id.to_string(),
        ceremony_token: started.token.into_string(),
        request_options: Some(webauthn::request_options(&started.options)),
        options_json: started.options.to_json(),
        expire_time: Some(time(started.expires_at)),
    }
}

pub(crate) fn finished_authentication(finished: Finished<Login>) -> v1::FinishAuthenticationResponse {
    v1::FinishAuthenticationResponse {
        authentication: Some(authentication(&finished.value)),
        signals: signals(finished.signals),
        repeated: finished.repeated,
    }
}

fn authentication(login: &Login) -> v1::Authentication {
    v1::Authentication {
        user: Some(user::summary(&login.user)),
        credential: Some(credential(&login.credential)),
        methods: login.methods.iter().map(|method| (*method).to_owned()).collect(),
        // An assertion without presence is refused as UP_REQUIRED: there is no login without it.
        user_present: true,
        user_verified: login.user_verified,
        amr: login.amr.iter().map(|method| (*method).to_owned()).collect(),
        authenticate_time: Some(time(login.authenticated_at)),
    }
}
