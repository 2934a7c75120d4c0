//! Requests of `UserService`.

use keystead_domain::{ExternalId, UserRef};
use keystead_proto::v1;
use keystead_service::{PageRequest, UpsertUser};

use super::{
    Decoded, Fields,
    shared::{display_name, page, request_id, user},
};
use crate::arrival::Arrival;

pub(crate) fn upsert_user(arrival: Arrival, message: v1::UpsertUserRequest) -> Decoded<UpsertUser> {
    let mut fields = Fields::default();
    let external_id = fields.take("external_id", ExternalId::new(message.external_id));
    let display_name = message.display_name.map(|text| display_name(&mut fields, text)).transpose();
    let request_id = request_id(&mut fields, message.request_id);
    fields.finish(|| {
        let command = UpsertUser { external_id: external_id?, display_name: display_name? };
        Ok((arrival.repeatable(request_id?), command))
    })
}

pub(crate) fn get_user(arrival: Arrival, message: v1::GetUserRequest) -> Decoded<UserRef> {
    let mut fields = Fields::default();
    let user = user(&mut fields, message.user);
    fields.finish(|| Ok((arrival.plain(), user?)))
}

pub(crate) fn list_users(arrival: Arrival, message: v1::ListUsersRequest) -> Decoded<PageRequest> {
    let mut fields = Fields::default();
    let page = page(&mut fields, message.page_size, message.page_token);
    fields.finish(|| Ok((arrival.plain(), page?)))
}
