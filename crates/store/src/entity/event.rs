//! Events.

use keystead_domain::{
    ActingUser, CallerId, CeremonyId, ClientContext, CredentialId, Event, EventId, EventKind, EventOutcome,
    Reason, UserId,
};
use sea_orm::entity::prelude::*;

use crate::{
    Error,
    row::{Id, Row, join, owner, owning_tenant, time},
};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "event")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant_id: Uuid,
    pub occurred_at: i64,
    pub kind: Vec<u8>,
    pub outcome: i16,
    pub reasons: String,
    pub user_id: Option<Uuid>,
    pub credential_id: Option<Uuid>,
    pub ceremony_id: Option<Uuid>,
    pub caller_id: Option<Uuid>,
    pub request_id: Option<String>,
    pub trace_id: Option<Uuid>,
    pub acting_user: Option<String>,
    pub client_ip_address: Option<String>,
    pub client_user_agent: Option<String>,
    pub client_origin: Option<String>,
    pub client_country: Option<String>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<&Event> for Model {
    fn from(event: &Event) -> Self {
        Self {
            id: event.id.column(),
            tenant_id: owner(event.tenant_id),
            occurred_at: event.at.micros(),
            kind: event.kind.as_str().into(),
            outcome: event.outcome.number().into(),
            reasons: join(event.reasons.iter().map(|reason| reason.as_str())),
            user_id: event.user_id.map(Id::column),
            credential_id: event.credential_id.map(Id::column),
            ceremony_id: event.ceremony_id.map(Id::column),
            caller_id: event.caller_id.map(Id::column),
            request_id: event.request_id.clone(),
            trace_id: event.trace_id.map(Uuid::from_bytes),
            acting_user: event.acting_user.as_ref().map(|user| user.as_str().to_owned()),
            client_ip_address: event.client.ip_address.clone(),
            client_user_agent: event.client.user_agent.clone(),
            client_origin: event.client.origin.clone(),
            client_country: event.client.country.clone(),
        }
    }
}

impl Model {
    /// The event; `None` where it is of a kind that only a later release knows. Reasons that only a later release knows are
    /// left out of it.
    ///
    /// # Errors
    /// The row holds another value that cannot be.
    pub(crate) fn into_event(self) -> Result<Option<Event>, Error> {
        let row = Row { table: "event", id: self.id };
        let kind = row.text("kind", self.kind)?;
        let Some(kind) = EventKind::from_name(&kind) else { return Ok(None) };
        Ok(Some(Event {
            id: EventId::from_column(self.id),
            tenant_id: owning_tenant(self.tenant_id),
            at: time(self.occurred_at),
            kind,
            outcome: row.choice("outcome", self.outcome, EventOutcome::from_number)?,
            reasons: self.reasons.split_ascii_whitespace().filter_map(reason).collect(),
            user_id: self.user_id.map(UserId::from_column),
            credential_id: self.credential_id.map(CredentialId::from_column),
            ceremony_id: self.ceremony_id.map(CeremonyId::from_column),
            caller_id: self.caller_id.map(CallerId::from_column),
            request_id: self.request_id,
            trace_id: self.trace_id.map(Uuid::into_bytes),
            acting_user: self
                .acting_user
                .map(|user| row.valid("acting_user", ActingUser::new(user)))
                .transpose()?,
            client: ClientContext {
                ip_address: self.client_ip_address,
                user_agent: self.client_user_agent,
                origin: self.client_origin,
                country: self.client_country,
                device_handle: None,
            },
        }))
    }
}

fn reason(name: &str) -> Option<Reason> {
    Reason::ALL.iter().copied().find(|reason| reason.as_str() == name)
}
