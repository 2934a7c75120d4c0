//! Events in answers.

use keystead_domain::{ClientContext, Event, EventOutcome};
use keystead_proto::v1;

use super::time;

pub(crate) fn event(event: &Event) -> v1::Event {
    v1::Event {
        event_id: event.id.to_string(),
        event_time: Some(time(event.at)),
        r#type: event.kind.as_str().to_owned(),
        outcome: outcome(event.outcome),
        reasons: event.reasons.iter().map(|reason| reason.as_str().to_owned()).collect(),
        user_id: text(event.user_id.as_ref()),
        credential_id: text(event.credential_id.as_ref()),
        ceremony_id: text(event.ceremony_id.as_ref()),
        caller_id: text(event.caller_id.as_ref()),
        request_id: text(event.request_id.as_ref()),
        trace_id: event.trace_id.map(|id| format!("{:032x}", u128::from_be_bytes(id))).unwrap_or_default(),
        client: client(&event.client),
        acting_user: event.acting_user.as_ref().map(|user| user.as_str().to_owned()).unwrap_or_default(),
    }
}

fn outcome(outcome: EventOutcome) -> i32 {
    let word = match outcome {
        EventOutcome::Success => v1::EventOutcome::Success,
        EventOutcome::Refused => v1::EventOutcome::Refused,
        EventOutcome::Noted => v1::EventOutcome::Noted,
    };
    word.into()
}

fn text<T: ToString>(value: Option<&T>) -> String {
    value.map(T::to_string).unwrap_or_default()
}

/// Absent where the caller said nothing. The device handle and the capabilities are not kept with events.
fn client(client: &ClientContext) -> Option<v1::ClientContext> {
    if client.is_empty() {
        return None;
    }
    Some(v1::ClientContext {
        ip_address: text(client.ip_address.as_ref()),
        user_agent: text(client.user_agent.as_ref()),
        origin: text(client.origin.as_ref()),
        country: text(client.country.as_ref()),
        ..v1::ClientContext::default()
    })
}
