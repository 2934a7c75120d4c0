//! Requests about relying parties. Origins are judged by the use case, which knows the RP ID.

use std::time::Duration;

use keystead_domain::{RelyingPartyId, RpId, TenantId};
use keystead_proto::v1;
use keystead_service::{CreateRelyingParty, PageRequest, SetOrigins};

use super::{
    super::{
        Decoded, Fields, Noted,
        shared::{id, optional_name, page, request_id},
    },
    tenant,
};
use crate::arrival::Arrival;

pub(crate) fn create_relying_party(
    arrival: Arrival,
    message: v1::CreateRelyingPartyRequest,
) -> Decoded<CreateRelyingParty> {
    let mut fields = Fields::default();
    let tenant = tenant(&mut fields, &message.tenant_id);
    let rp_id = fields.take("rp_id", RpId::new(message.rp_id));
    let name = optional_name(&mut fields, "name", message.name);
    let ceremony_lifetime = lifetime(&mut fields, message.ceremony_lifetime);
    let request_id = request_id(&mut fields, message.request_id);
    fields.finish(|| {
        let command = CreateRelyingParty {
            tenant: tenant?,
            rp_id: rp_id?,
            name: name?,
            origins: message.origins,
            top_origins: message.top_origins,
            related_origins: message.related_origins,
            ceremony_lifetime: ceremony_lifetime?,
        };
        Ok((arrival.repeatable(request_id?), command))
    })
}

pub(crate) fn list_relying_parties(
    arrival: Arrival,
    message: v1::ListRelyingPartiesRequest,
) -> Decoded<(Option<TenantId>, PageRequest)> {
    let mut fields = Fields::default();
    let tenant = tenant(&mut fields, &message.tenant_id);
    let page = page(&mut fields, message.page_size, message.page_token);
    fields.finish(|| Ok((arrival.plain(), (tenant?, page?))))
}

pub(crate) fn set_origins(
    arrival: Arrival,
    message: v1::SetRelyingPartyOriginsRequest,
) -> Decoded<SetOrigins> {
    let mut fields = Fields::default();
    let tenant = tenant(&mut fields, &message.tenant_id);
    let relying_party = relying_party(&mut fields, &message.relying_party_id);
    let request_id = request_id(&mut fields, message.request_id);
    fields.finish(|| {
        let command = SetOrigins {
            tenant: tenant?,
            relying_party: relying_party?,
            origins: message.origins,
            top_origins: message.top_origins,
            related_origins: message.related_origins,
        };
        Ok((arrival.repeatable(request_id?), command))
    })
}

pub(crate) fn set_default_relying_party(
    arrival: Arrival,
    message: v1::SetDefaultRelyingPartyRequest,
) -> Decoded<(Option<TenantId>, RelyingPartyId)> {
    let mut fields = Fields::default();
    let tenant = tenant(&mut fields, &message.tenant_id);
    let relying_party = relying_party(&mut fields, &message.relying_party_id);
    let request_id = request_id(&mut fields, message.request_id);
    fields.finish(|| Ok((arrival.repeatable(request_id?), (tenant?, relying_party?))))
}

fn relying_party(fields: &mut Fields, text: &str) -> Result<RelyingPartyId, Noted> {
    id(fields, "relying_party_id", text)
}

/// A duration; how long it may be is the use case's to say.
fn lifetime(fields: &mut Fields, lifetime: Option<prost_types::Duration>) -> Result<Option<Duration>, Noted> {
    let lifetime = lifetime.map(Duration::try_from).transpose();
    lifetime.map_err(|_| fields.note("ceremony_lifetime", "must not be negative"))
}
