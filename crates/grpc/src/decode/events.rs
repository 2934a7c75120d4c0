//! Requests of `EventService`.

use keystead_domain::{EventKind, Timestamp};
use keystead_proto::v1;
use keystead_service::{ListEvents, PageRequest};

use super::{
    Decoded, Fields, Noted,
    shared::{optional_id, optional_user, page},
};
use crate::arrival::Arrival;

pub(crate) fn list_events(
    arrival: Arrival,
    message: v1::ListEventsRequest,
) -> Decoded<(ListEvents, PageRequest)> {
    let mut fields = Fields::default();
    let user = optional_user(&mut fields, message.user);
    let ceremony_id = optional_id(&mut fields, "ceremony_id", &message.ceremony_id);
    let kind = kind(&mut fields, &message.r#type);
    let after = time(&mut fields, message.after_time);
    let page = page(&mut fields, message.page_size, message.page_token);
    fields.finish(|| {
        let filter = ListEvents { user: user?, ceremony_id: ceremony_id?, kind: kind?, after: after? };
        Ok((arrival.plain(), (filter, page?)))
    })
}

fn kind(fields: &mut Fields, name: &str) -> Result<Option<EventKind>, Noted> {
    match (name, EventKind::from_name(name)) {
        ("", _) => Ok(None),
        (_, Some(kind)) => Ok(Some(kind)),
        (_, None) => Err(fields.note("type", "is not a type of event this version knows")),
    }
}

/// What is finer than a microsecond is cut: it is an earlier moment, so nothing is missed.
fn time(fields: &mut Fields, time: Option<prost_types::Timestamp>) -> Result<Option<Timestamp>, Noted> {
    let Some(prost_types::Timestamp { seconds, nanos }) = time else { return Ok(None) };
    let micros = (0..1_000_000_000)
        .contains(&nanos)
        .then(|| seconds.checked_mul(1_000_000)?.checked_add(i64::from(nanos / 1_000)))
        .flatten();
    match micros {
        Some(micros) => Ok(Some(Timestamp::from_micros(micros))),
        None => Err(fields.note("after_time", "must be a time")),
    }
}
