//! Finished ceremonies.

use keystead_domain::{
    AttemptId, CallerId, CeremonyId, CeremonyKind, CeremonyOutcome, CredentialId, Epoch, Reason,
    RelyingPartyId, TenantId, UserId, Verdict,
};
use sea_orm::entity::prelude::*;

use crate::{
    Error,
    row::{Id, Row, time},
};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "ceremony_outcome")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub ceremony_id: Uuid,
    pub kind: i16,
    pub tenant_id: Uuid,
    pub relying_party_id: Uuid,
    pub caller_id: Uuid,
    pub user_id: Option<Uuid>,
    pub user_epoch: Option<i64>,
    pub credential_id: Option<Uuid>,
    pub request_id_hash: Option<Vec<u8>>,
    pub payload_hash: Vec<u8>,
    pub attempt_id: Uuid,
    /// The reason of a refusal; NULL: accepted.
    pub refusal: Option<i16>,
    pub finished_at: i64,
    pub expires_at: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub(crate) fn new(tenant_id: TenantId, outcome: &CeremonyOutcome) -> Self {
        Self {
            ceremony_id: outcome.ceremony_id.column(),
            kind: outcome.kind.number().into(),
            tenant_id: tenant_id.column(),
            relying_party_id: outcome.relying_party_id.column(),
            caller_id: outcome.caller_id.column(),
            user_id: outcome.user_id.map(Id::column),
            user_epoch: outcome.user_epoch.map(|epoch| epoch.0.into()),
            credential_id: outcome.credential_id.map(Id::column),
            request_id_hash: outcome.request_id_hash.map(|hash| hash.to_vec()),
            payload_hash: outcome.payload_hash.to_vec(),
            attempt_id: Uuid::from_bytes(outcome.attempt_id.0),
            refusal: match outcome.verdict {
                Verdict::Accepted => None,
                Verdict::Refused(reason) => Some(reason.number().cast_signed()),
            },
            finished_at: outcome.finished_at.micros(),
            expires_at: outcome.expires_at.micros(),
        }
    }
}

impl TryFrom<Model> for CeremonyOutcome {
    type Error = Error;

    fn try_from(model: Model) -> Result<Self, Error> {
        let row = Row { table: "ceremony_outcome", id: model.ceremony_id };
        Ok(Self {
            ceremony_id: CeremonyId::from_column(model.ceremony_id),
            kind: row.choice("kind", model.kind, CeremonyKind::from_number)?,
            tenant_id: TenantId::from_column(model.tenant_id),
            relying_party_id: RelyingPartyId::from_column(model.relying_party_id),
            caller_id: CallerId::from_column(model.caller_id),
            user_id: model.user_id.map(UserId::from_column),
            user_epoch: model
                .user_epoch
                .map(|epoch| row.count("user_epoch", epoch).map(Epoch))
                .transpose()?,
            credential_id: model.credential_id.map(CredentialId::from_column),
            request_id_hash: model
                .request_id_hash
                .map(|hash| row.bytes("request_id_hash", hash))
                .transpose()?,
            payload_hash: row.bytes("payload_hash", model.payload_hash)?,
            attempt_id: AttemptId(model.attempt_id.into_bytes()),
            verdict: model.refusal.map_or(Verdict::Accepted, refusal),
            finished_at: time(model.finished_at),
            expires_at: time(model.expires_at),
        })
    }
}

/// A reason of a later release has no name here: all this one can say is that the ceremony is over.
fn refusal(number: i16) -> Verdict {
    Verdict::Refused(Reason::from_number(number.cast_unsigned()).unwrap_or(Reason::CeremonyConsumed))
}
