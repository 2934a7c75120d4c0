//! Requests about the AAGUID catalogue.

use keystead_domain::{Aaguid, AuthenticatorModel, Name, SyncModel};
use keystead_proto::v1;
use keystead_service::PageRequest;

use super::super::{
    Decoded, Fields, Noted,
    shared::{each, id, page, request_id, word},
    webauthn,
};
use crate::arrival::Arrival;

/// Most entries of one request.
const MOST: usize = 500;

pub(crate) fn list_authenticator_models(
    arrival: Arrival,
    message: v1::ListAuthenticatorModelsRequest,
) -> Decoded<PageRequest> {
    let mut fields = Fields::default();
    let page = page(&mut fields, message.page_size, message.page_token);
    fields.finish(|| Ok((arrival.plain(), page?)))
}

pub(crate) fn put_authenticator_models(
    arrival: Arrival,
    message: v1::PutAuthenticatorModelsRequest,
) -> Decoded<Vec<AuthenticatorModel>> {
    let mut fields = Fields::default();
    let count = count(&mut fields, "models", message.models.len());
    let models = each(&message.models, |n, model| self::model(&mut fields, n, model));
    let request_id = request_id(&mut fields, message.request_id);
    fields.finish(|| {
        count?;
        Ok((arrival.repeatable(request_id?), models?))
    })
}

pub(crate) fn remove_authenticator_models(
    arrival: Arrival,
    message: v1::RemoveAuthenticatorModelsRequest,
) -> Decoded<Vec<Aaguid>> {
    let mut fields = Fields::default();
    let count = count(&mut fields, "aaguids", message.aaguids.len());
    let aaguids = webauthn::aaguids(&mut fields, "aaguids", &message.aaguids);
    let request_id = request_id(&mut fields, message.request_id);
    fields.finish(|| {
        count?;
        Ok((arrival.repeatable(request_id?), aaguids?))
    })
}

fn count(fields: &mut Fields, field: &'static str, count: usize) -> Result<(), Noted> {
    if (1..=MOST).contains(&count) { Ok(()) } else { Err(fields.note(field, "must be 1 to 500")) }
}

/// What the answer adds (`source`, `update_time`) is not read.
fn model(
    fields: &mut Fields,
    n: usize,
    message: &v1::AuthenticatorModel,
) -> Result<AuthenticatorModel, Noted> {
    let aaguid = id(fields, format!("models[{n}].aaguid"), &message.aaguid);
    let name = fields.take(format!("models[{n}].name"), Name::new(message.name.as_str()));
    let sync_model = word(fields, format!("models[{n}].sync_model"), message.sync_model, |word| match word {
        v1::SyncModel::Unspecified => None,
        v1::SyncModel::Synced => Some(SyncModel::Synced),
        v1::SyncModel::DeviceBound => Some(SyncModel::DeviceBound),
        v1::SyncModel::Mixed => Some(SyncModel::Mixed),
    });
    Ok(AuthenticatorModel { aaguid: aaguid?, name: name?, sync_model: sync_model?, updated_at: None })
}
