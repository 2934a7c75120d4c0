//! Requests about callers and their API keys.

use keystead_domain::{ApiKeyId, CallerId, Grant, GrantSet, TenantId};
use keystead_proto::v1;
use keystead_service::{CreateCaller, PageRequest};

use super::{
    super::{
        Decoded, Fields, Noted,
        shared::{each, id, page, request_id},
    },
    name, tenant,
};
use crate::arrival::Arrival;

const MOST_GRANTS: usize = 32;

pub(crate) fn create_caller(arrival: Arrival, message: v1::CreateCallerRequest) -> Decoded<CreateCaller> {
    let mut fields = Fields::default();
    let tenant = tenant(&mut fields, &message.tenant_id);
    let name = name(&mut fields, message.name);
    let grants = match message.grants.as_slice() {
        [] => Err(fields.note("grants", "is required")),
        names => grants(&mut fields, names),
    };
    let may_be_finished_by = finishers(&mut fields, &message.may_be_finished_by);
    let request_id = request_id(&mut fields, message.request_id);
    fields.finish(|| {
        let command = CreateCaller {
            tenant: tenant?,
            name: name?,
            grants: grants?,
            may_be_finished_by: may_be_finished_by?,
        };
        Ok((arrival.repeatable(request_id?), command))
    })
}

pub(crate) fn list_callers(
    arrival: Arrival,
    message: v1::ListCallersRequest,
) -> Decoded<(Option<TenantId>, PageRequest)> {
    let mut fields = Fields::default();
    let tenant = tenant(&mut fields, &message.tenant_id);
    let page = page(&mut fields, message.page_size, message.page_token);
    fields.finish(|| Ok((arrival.plain(), (tenant?, page?))))
}

pub(crate) fn set_caller_grants(
    arrival: Arrival,
    message: v1::SetCallerGrantsRequest,
) -> Decoded<(Option<TenantId>, CallerId, GrantSet)> {
    let mut fields = Fields::default();
    let tenant = tenant(&mut fields, &message.tenant_id);
    let caller = caller(&mut fields, &message.caller_id);
    let grants = grants(&mut fields, &message.grants);
    let request_id = request_id(&mut fields, message.request_id);
    fields.finish(|| Ok((arrival.repeatable(request_id?), (tenant?, caller?, grants?))))
}

pub(crate) fn set_caller_finishers(
    arrival: Arrival,
    message: v1::SetCallerFinishersRequest,
) -> Decoded<(Option<TenantId>, CallerId, Vec<CallerId>)> {
    let mut fields = Fields::default();
    let tenant = tenant(&mut fields, &message.tenant_id);
    let caller = caller(&mut fields, &message.caller_id);
    let may_be_finished_by = finishers(&mut fields, &message.may_be_finished_by);
    let request_id = request_id(&mut fields, message.request_id);
    fields.finish(|| Ok((arrival.repeatable(request_id?), (tenant?, caller?, may_be_finished_by?))))
}

pub(crate) fn disable_caller(
    arrival: Arrival,
    message: v1::DisableCallerRequest,
) -> Decoded<(Option<TenantId>, CallerId)> {
    let mut fields = Fields::default();
    let tenant = tenant(&mut fields, &message.tenant_id);
    let caller = caller(&mut fields, &message.caller_id);
    let request_id = request_id(&mut fields, message.request_id);
    fields.finish(|| Ok((arrival.repeatable(request_id?), (tenant?, caller?))))
}

pub(crate) fn create_api_key(
    arrival: Arrival,
    message: v1::CreateApiKeyRequest,
) -> Decoded<(Option<TenantId>, CallerId)> {
    let mut fields = Fields::default();
    let tenant = tenant(&mut fields, &message.tenant_id);
    let caller = caller(&mut fields, &message.caller_id);
    let request_id = request_id(&mut fields, message.request_id);
    fields.finish(|| Ok((arrival.repeatable(request_id?), (tenant?, caller?))))
}

pub(crate) fn list_api_keys(
    arrival: Arrival,
    message: v1::ListApiKeysRequest,
) -> Decoded<(Option<TenantId>, CallerId, PageRequest)> {
    let mut fields = Fields::default();
    let tenant = tenant(&mut fields, &message.tenant_id);
    let caller = caller(&mut fields, &message.caller_id);
    let page = page(&mut fields, message.page_size, message.page_token);
    fields.finish(|| Ok((arrival.plain(), (tenant?, caller?, page?))))
}

pub(crate) fn revoke_api_key(
    arrival: Arrival,
    message: v1::RevokeApiKeyRequest,
) -> Decoded<(Option<TenantId>, ApiKeyId)> {
    let mut fields = Fields::default();
    let tenant = tenant(&mut fields, &message.tenant_id);
    let key = id(&mut fields, "api_key_id", &message.api_key_id);
    let request_id = request_id(&mut fields, message.request_id);
    fields.finish(|| Ok((arrival.repeatable(request_id?), (tenant?, key?))))
}

fn caller(fields: &mut Fields, text: &str) -> Result<CallerId, Noted> {
    id(fields, "caller_id", text)
}

fn grants(fields: &mut Fields, names: &[String]) -> Result<GrantSet, Noted> {
    if names.len() > MOST_GRANTS {
        return Err(fields.note("grants", "must be at most 32"));
    }
    each(names, |n, name| fields.take(format!("grants[{n}]"), name.parse::<Grant>()))
}

/// How many there may be is the use case's to say.
fn finishers(fields: &mut Fields, ids: &[String]) -> Result<Vec<CallerId>, Noted> {
    each(ids, |n, text| id(fields, format!("may_be_finished_by[{n}]"), text))
}
