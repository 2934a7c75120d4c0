//! Requests of `CredentialService`.

mod transfer;

use keystead_domain::{ActingUser, CredentialId, CredentialState, DisplayName, Method, RpId, UserRef};
use keystead_proto::v1;
use keystead_service::{CredentialFilter, PageRequest, Taking};

pub(crate) use self::transfer::{export_credentials, import_options, import_rows, no_options};
use super::{
    Decoded, Fields, Noted,
    shared::{
        acting_user, display_name, each, id, optional_rp_id, optional_user, page, request_id, user, word,
    },
};
use crate::arrival::Arrival;

/// Most methods that a caller may say remain.
const MOST_METHODS: usize = 8;

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

pub(crate) fn suspend_credential(arrival: Arrival, message: v1::SuspendCredentialRequest) -> Decoded<Taking> {
    taking(
        arrival,
        Taken {
            credential_id: message.credential_id,
            acting_user: message.acting_user,
            request_id: message.request_id,
            remaining_methods: message.remaining_methods,
            acknowledge_lockout: message.acknowledge_lockout,
        },
    )
}

pub(crate) fn revoke_credential(arrival: Arrival, message: v1::RevokeCredentialRequest) -> Decoded<Taking> {
    taking(
        arrival,
        Taken {
            credential_id: message.credential_id,
            acting_user: message.acting_user,
            request_id: message.request_id,
            remaining_methods: message.remaining_methods,
            acknowledge_lockout: message.acknowledge_lockout,
        },
    )
}

pub(crate) fn resume_credential(
    arrival: Arrival,
    message: v1::ResumeCredentialRequest,
) -> Decoded<(CredentialId, Option<ActingUser>)> {
    acted_on(arrival, &message.credential_id, message.acting_user, message.request_id)
}

pub(crate) fn report_lost(
    arrival: Arrival,
    message: v1::ReportLostRequest,
) -> Decoded<(CredentialId, Option<ActingUser>)> {
    acted_on(arrival, &message.credential_id, message.acting_user, message.request_id)
}

pub(crate) fn get_signals(
    arrival: Arrival,
    message: v1::GetSignalsRequest,
) -> Decoded<(UserRef, Option<RpId>)> {
    let mut fields = Fields::default();
    let user = user(&mut fields, message.user);
    let rp_id = optional_rp_id(&mut fields, message.rp_id);
    fields.finish(|| Ok((arrival.plain(), (user?, rp_id?))))
}

/// The members that all requests have which take a credential away.
struct Taken {
    credential_id: String,
    acting_user: String,
    request_id: String,
    remaining_methods: Vec<String>,
    acknowledge_lockout: bool,
}

fn taking(arrival: Arrival, message: Taken) -> Decoded<Taking> {
    let mut fields = Fields::default();
    let id = id(&mut fields, "credential_id", &message.credential_id);
    let acting_user = acting_user(&mut fields, message.acting_user);
    let remaining_methods = methods(&mut fields, &message.remaining_methods);
    if message.acknowledge_lockout && acting_user == Ok(None) {
        fields.note("acknowledge_lockout", "is for one who acts for someone else's sake: name acting_user");
    }
    let request_id = request_id(&mut fields, message.request_id);
    fields.finish(|| {
        let taking = Taking {
            id: id?,
            acting_user: acting_user?,
            remaining_methods: remaining_methods?,
            acknowledge_lockout: message.acknowledge_lockout,
        };
        Ok((arrival.repeatable(request_id?), taking))
    })
}

fn methods(fields: &mut Fields, names: &[String]) -> Result<Vec<Method>, Noted> {
    if names.len() > MOST_METHODS {
        return Err(fields.note("remaining_methods", "must be at most 8"));
    }
    each(names, |n, name| fields.take(format!("remaining_methods[{n}]"), Method::new(name.as_str())))
}

fn acted_on(
    arrival: Arrival,
    credential: &str,
    acting: String,
    request: String,
) -> Decoded<(CredentialId, Option<ActingUser>)> {
    let mut fields = Fields::default();
    let credential = id(&mut fields, "credential_id", credential);
    let acting_user = acting_user(&mut fields, acting);
    let request_id = request_id(&mut fields, request);
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
