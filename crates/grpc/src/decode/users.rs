//! Requests of `UserService`.

use keystead_domain::{ExternalId, Lifecycle, UserRef};
use keystead_proto::v1;
use keystead_service::{PageRequest, SetLifecycle, UpsertUser};

use super::{
    Decoded, Fields, Noted,
    shared::{acting_user, display_name, page, request_id, user, word},
};
use crate::arrival::Arrival;

pub(crate) fn upsert_user(arrival: Arrival, message: v1::UpsertUserRequest) -> Decoded<UpsertUser> {
    let mut fields = Fields::default();
    let external_id = fields.take("external_id", ExternalId::new(message.external_id));
    let display_name = message.display_name.map(|text| display_name(&mut fields, text)).transpose();
    let lifecycle = lifecycle(&mut fields, message.lifecycle);
    let request_id = request_id(&mut fields, message.request_id);
    fields.finish(|| {
        let command =
            UpsertUser { external_id: external_id?, display_name: display_name?, lifecycle: lifecycle? };
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

pub(crate) fn set_lifecycle(arrival: Arrival, message: v1::SetLifecycleRequest) -> Decoded<SetLifecycle> {
    let mut fields = Fields::default();
    let user = user(&mut fields, message.user);
    let lifecycle = match lifecycle(&mut fields, message.lifecycle) {
        Ok(None) => Err(fields.note("lifecycle", "is required")),
        Ok(Some(lifecycle)) => Ok(lifecycle),
        Err(noted) => Err(noted),
    };
    let state_version = state_version(&mut fields, message.state_version);
    let acting_user = acting_user(&mut fields, message.acting_user);
    let request_id = request_id(&mut fields, message.request_id);
    fields.finish(|| {
        let command = SetLifecycle {
            user: user?,
            lifecycle: lifecycle?,
            state_version: state_version?,
            acting_user: acting_user?,
        };
        Ok((arrival.repeatable(request_id?), command))
    })
}

/// Which one a new user may have is the use case's to say.
fn lifecycle(fields: &mut Fields, number: i32) -> Result<Option<Lifecycle>, Noted> {
    word(fields, "lifecycle", number, |word| match word {
        v1::UserLifecycle::Unspecified => None,
        v1::UserLifecycle::Pending => Some(Lifecycle::Pending),
        v1::UserLifecycle::Active => Some(Lifecycle::Active),
        v1::UserLifecycle::Dormant => Some(Lifecycle::Dormant),
        v1::UserLifecycle::Deactivated => Some(Lifecycle::Deactivated),
    })
}

/// 0 is no order number; a negative one, taken for none, would leave a check out.
fn state_version(fields: &mut Fields, version: i64) -> Result<Option<i64>, Noted> {
    match version {
        0 => Ok(None),
        1.. => Ok(Some(version)),
        _ => Err(fields.note("state_version", "must not be negative")),
    }
}
