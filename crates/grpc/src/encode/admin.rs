//! Configuration in answers.

use keystead_domain::{ApiKey, AuthenticatorModel, Caller, CallerState, Grant, RelyingParty, Tenant};
use keystead_proto::v1;
use keystead_service::MintedApiKey;

use super::{credential, duration, time};

pub(crate) fn tenant(tenant: &Tenant) -> v1::Tenant {
    v1::Tenant {
        tenant_id: tenant.id.to_string(),
        name: tenant.name.as_str().to_owned(),
        create_time: Some(time(tenant.created_at)),
    }
}

pub(crate) fn relying_party(relying_party: &RelyingParty) -> v1::RelyingParty {
    v1::RelyingParty {
        relying_party_id: relying_party.id.to_string(),
        rp_id: relying_party.rp_id.as_str().to_owned(),
        name: relying_party.name.as_str().to_owned(),
        origins: relying_party.origins.iter().map(|origin| origin.as_str().to_owned()).collect(),
        top_origins: relying_party.top_origins.iter().map(|origin| origin.as_str().to_owned()).collect(),
        is_default: relying_party.is_default,
        ceremony_lifetime: duration(relying_party.ceremony_lifetime),
        create_time: Some(time(relying_party.created_at)),
        related_origins: relying_party.related_origins.iter().map(|it| it.as_str().to_owned()).collect(),
    }
}

/// Only what an operator put has a time.
pub(crate) fn authenticator_model(model: &AuthenticatorModel) -> v1::AuthenticatorModel {
    let source = match model.updated_at {
        Some(_) => v1::AuthenticatorModelSource::Operator,
        None => v1::AuthenticatorModelSource::BuiltIn,
    };
    v1::AuthenticatorModel {
        aaguid: model.aaguid.to_string(),
        name: model.name.as_str().to_owned(),
        sync_model: credential::sync_model(model.sync_model),
        source: source.into(),
        update_time: model.updated_at.map(time),
    }
}

pub(crate) fn caller(caller: &Caller) -> v1::Caller {
    v1::Caller {
        caller_id: caller.id.to_string(),
        tenant_id: caller.tenant_id.map(|id| id.to_string()).unwrap_or_default(),
        name: caller.name.as_str().to_owned(),
        grants: caller.grants.iter().map(Grant::as_str).map(str::to_owned).collect(),
        may_be_finished_by: caller.may_be_finished_by.iter().map(ToString::to_string).collect(),
        state: state(caller.state),
        create_time: Some(time(caller.created_at)),
    }
}

fn state(state: CallerState) -> i32 {
    let word = match state {
        CallerState::Active => v1::CallerState::Active,
        CallerState::Disabled => v1::CallerState::Disabled,
    };
    word.into()
}

pub(crate) fn api_key(key: &ApiKey) -> v1::ApiKey {
    v1::ApiKey {
        api_key_id: key.id.to_string(),
        caller_id: key.caller_id.to_string(),
        create_time: Some(time(key.created_at)),
        revoke_time: key.revoked_at.map(time),
    }
}

/// The one answer that holds a secret, and the one time it does.
pub(crate) fn minted_api_key(minted: &MintedApiKey) -> v1::CreateApiKeyResponse {
    v1::CreateApiKeyResponse {
        api_key_id: minted.id.to_string(),
        api_key: minted.secret.as_ref().map(|secret| secret.as_str().to_owned()).unwrap_or_default(),
    }
}
