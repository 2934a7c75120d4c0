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

impl TryFrom<Model> for Event {
    type Error = Error;

    fn try_from(model: Model) -> Result<Self, Error> {
        let row = Row { table: "event", id: model.id };
        let kind = row.text("kind", model.kind)?;
        Ok(Self {
            id: EventId::from_column(model.id),
            tenant_id: owning_tenant(model.tenant_id),
            at: time(model.occurred_at),
            kind: row.known("kind", EventKind::from_name(&kind))?,
            outcome: row.choice("outcome", model.outcome, EventOutcome::from_number)?,
            reasons: row.words("reasons", &model.reasons, reason)?,
            user_id: model.user_id.map(UserId::from_column),
            credential_id: model.credential_id.map(CredentialId::from_column),
            ceremony_id: model.ceremony_id.map(CeremonyId::from_column),
            caller_id: model.caller_id.map(CallerId::from_column),
            request_id: model.request_id,
            trace_id: model.trace_id.map(Uuid::into_bytes),
            acting_user: model
                .acting_user
                .map(|user| row.valid("acting_user", ActingUser::new(user)))
                .transpose()?,
            client: ClientContext {
                ip_address: model.client_ip_address,
                user_agent: model.client_user_agent,
                origin: model.client_origin,
                country: model.client_country,
            },
        })
    }
}

fn reason(name: &str) -> Option<Reason> {
    Reason::ALL.iter().copied().find(|reason| reason.as_str() == name)
}
