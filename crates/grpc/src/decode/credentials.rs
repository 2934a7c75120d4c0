//! Requests of `CredentialService`.

use keystead_domain::{ActingUser, CredentialId, CredentialState, DisplayName};
use keystead_proto::v1;
use keystead_service::{CredentialFilter, PageRequest};

use super::{
    Decoded, Fields, Noted,
    shared::{display_name, each, id, optional_user, page, request_id, word},
};
use crate::arrival::Arrival;

pub(crate) fn list_credentials(
    arrival: Arrival,
    message: v1::ListCredentialsRequest,
) -> Decoded<(CredentialFilter, PageRequest)> {
    let mut fields = Fields::default();
    let user = optional_user(&mut fields, message.user);
    let states = states(&mut fields, &message.states);
    let page = page(&mut fields, message.page_size, message.page_token);
    fields.finish(|| {
        let filter = CredentialFilter { user: user?, states: states? };
        Ok((arrival.plain(), (filter, page?)))
    })
}

pub(crate) fn get_credential(arrival: Arrival, message: v1::GetCredentialRequest) -> Decoded<CredentialId> {
    let mut fields = Fields::default();
    let v1::GetCredentialRequest { credential_id } = message;
    let credential = id(&mut fields, "credential_id", &credential_id);
    fields.finish(|| Ok((arrival.plain(), credential?)))
}

pub(crate) fn rename_credential(
    arrival: Arrival,
    message: v1::RenameCredentialRequest,
) -> Decoded<(CredentialId, DisplayName)> {
    let mut fields = Fields::default();
    let credential = id(&mut fields, "credential_id", &message.credential_id);
    let display_name = display_name(&mut fields, message.display_name);
    let request_id = request_id(&mut fields, message.request_id);
    fields.finish(|| Ok((arrival.repeatable(request_id?), (credential?, display_name?))))
}

pub(crate) fn revoke_credential(
    arrival: Arrival,
    message: v1::RevokeCredentialRequest,
) -> Decoded<(CredentialId, Option<ActingUser>)> {
    let mut fields = Fields::default();
    let credential = id(&mut fields, "credential_id", &message.credential_id);
    let acting_user = acting_user(&mut fields, message.acting_user);
    let request_id = request_id(&mut fields, message.request_id);
    fields.finish(|| Ok((arrival.repeatable(request_id?), (credential?, acting_user?))))
}

/// In order and each once: the same states in another order are the same filter, also to a page token.
fn states(fields: &mut Fields, numbers: &[i32]) -> Result<Vec<CredentialState>, Noted> {
    let mut states: Vec<_> = each(numbers, |n, number| state(fields, format!("states[{n}]"), *number))?;
    states.sort_unstable();
    states.dedup();
    Ok(states)
}

fn state(fields: &mut Fields, field: String, number: i32) -> Result<CredentialState, Noted> {
    use v1::CredentialState::{Active, Quarantined, Revoked, Superseded, Suspended, Unspecified};
    let state = word(fields, field.clone(), number, |word| match word {
        Unspecified => None,
        Active => Some(CredentialState::Active),
        Suspended => Some(CredentialState::Suspended),
        Quarantined => Some(CredentialState::Quarantined),
        Revoked => Some(CredentialState::Revoked),
        Superseded => Some(CredentialState::Superseded),
    })?;
    state.ok_or_else(|| fields.note(field, "must be a state"))
}

fn acting_user(fields: &mut Fields, text: String) -> Result<Option<ActingUser>, Noted> {
    if text.is_empty() {
        return Ok(None);
    }
    fields.take("acting_user", ActingUser::new(text)).map(Some)
}
