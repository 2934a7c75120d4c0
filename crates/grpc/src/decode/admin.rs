//! Requests of `AdminService`.

mod authenticator_models;
mod callers;
mod registration_profiles;
mod relying_parties;

use keystead_domain::{Name, TenantId};
use keystead_proto::v1;
use keystead_service::PageRequest;

pub(crate) use self::{authenticator_models::*, callers::*, registration_profiles::*, relying_parties::*};
use super::{
    Decoded, Fields, Noted,
    shared::{optional_id, page, request_id},
};
use crate::arrival::Arrival;

pub(crate) fn create_tenant(arrival: Arrival, message: v1::CreateTenantRequest) -> Decoded<Name> {
    let mut fields = Fields::default();
    let name = name(&mut fields, message.name);
    let request_id = request_id(&mut fields, message.request_id);
    fields.finish(|| Ok((arrival.repeatable(request_id?), name?)))
}

pub(crate) fn get_tenant(arrival: Arrival, message: v1::GetTenantRequest) -> Decoded<Option<TenantId>> {
    let mut fields = Fields::default();
    let v1::GetTenantRequest { tenant_id } = message;
    let tenant = tenant(&mut fields, &tenant_id);
    fields.finish(|| Ok((arrival.plain(), tenant?)))
}

pub(crate) fn list_tenants(arrival: Arrival, message: v1::ListTenantsRequest) -> Decoded<PageRequest> {
    let mut fields = Fields::default();
    let page = page(&mut fields, message.page_size, message.page_token);
    fields.finish(|| Ok((arrival.plain(), page?)))
}

/// The tenant an instance-level caller names.
fn tenant(fields: &mut Fields, text: &str) -> Result<Option<TenantId>, Noted> {
    optional_id(fields, "tenant_id", text)
}

/// A required name.
fn name(fields: &mut Fields, text: String) -> Result<Name, Noted> {
    fields.take("name", Name::new(text))
}
