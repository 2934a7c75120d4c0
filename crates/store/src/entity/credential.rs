//! Credentials.

use keystead_domain::{
    Aaguid, Algorithm, Attachment, Attestation, AttestationTrust, Credential, CredentialId, CredentialState,
    Descriptor, DisplayName, Epoch, RelyingPartyId, TenantId, Timestamp, Transport, UserId, WebauthnId,
};
use sea_orm::entity::prelude::*;

use crate::{
    Error,
    row::{Id, Row, join, time},
};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "credential")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant_id: Uuid,
    pub user_id: Uuid,
    pub relying_party_id: Uuid,
    pub webauthn_id: Vec<u8>,
    pub user_epoch: i64,
    pub state: i16,
    pub display_name: String,
    pub public_key: Vec<u8>,
    /// The COSE number.
    pub algorithm: i64,
    pub sign_count: i64,
    pub sign_count_regressions: i64,
    pub aaguid: Uuid,
    pub attestation_format: String,
    pub attestation_trust: i16,
    pub transports: String,
    pub attachment: Option<i16>,
    pub discoverable: Option<bool>,
    pub backup_eligible: bool,
    pub backed_up: bool,
    pub user_verification_seen: bool,
    pub row_version: i64,
    pub created_at: i64,
    pub last_used_at: Option<i64>,
    pub revoked_at: Option<i64>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub(crate) fn new(tenant_id: TenantId, credential: &Credential) -> Self {
        Self {
            id: credential.id.column(),
            tenant_id: tenant_id.column(),
            user_id: credential.user_id.column(),
            relying_party_id: credential.relying_party_id.column(),
            webauthn_id: credential.webauthn_id.as_bytes().to_vec(),
            user_epoch: credential.user_epoch.0.into(),
            state: credential.state.number().into(),
            display_name: credential.display_name.as_str().to_owned(),
            public_key: credential.public_key.clone(),
            algorithm: credential.algorithm.cose().into(),
            sign_count: credential.sign_count.into(),
            sign_count_regressions: credential.sign_count_regressions.into(),
            aaguid: Uuid::from_bytes(credential.aaguid.0),
            attestation_format: credential.attestation.format.clone(),
            attestation_trust: credential.attestation.trust.number().into(),
            transports: join(credential.transports.iter().map(Transport::as_str)),
            attachment: credential.attachment.map(|attachment| attachment.number().into()),
            discoverable: credential.discoverable,
            backup_eligible: credential.backup_eligible,
            backed_up: credential.backed_up,
            user_verification_seen: credential.user_verification_seen,
            row_version: 1,
            created_at: credential.created_at.micros(),
            last_used_at: credential.last_used_at.map(Timestamp::micros),
            revoked_at: None,
        }
    }
}

/// A credential as options name it, from its two columns.
pub(crate) fn descriptor(row: Row, webauthn_id: Vec<u8>, transports: &str) -> Result<Descriptor, Error> {
    Ok(Descriptor {
        id: row.valid("webauthn_id", WebauthnId::new(webauthn_id))?,
        transports: row.words("transports", transports, Transport::new)?,
    })
}

/// A later release may know more kinds of trust; to this one theirs is a statement that it did not judge.
fn trust(number: i16) -> AttestationTrust {
    let known = u8::try_from(number).ok().and_then(AttestationTrust::from_number);
    known.unwrap_or(AttestationTrust::Unverified)
}

impl TryFrom<Model> for Credential {
    type Error = Error;

    fn try_from(model: Model) -> Result<Self, Error> {
        let row = Row { table: "credential", id: model.id };
        let Descriptor { id: webauthn_id, transports } =
            descriptor(row, model.webauthn_id, &model.transports)?;
        Ok(Self {
            id: CredentialId::from_column(model.id),
            webauthn_id,
            user_id: UserId::from_column(model.user_id),
            user_epoch: Epoch(row.count("user_epoch", model.user_epoch)?),
            relying_party_id: RelyingPartyId::from_column(model.relying_party_id),
            display_name: row.valid("display_name", DisplayName::new(model.display_name))?,
            state: row.choice("state", model.state, CredentialState::from_number)?,
            public_key: model.public_key,
            algorithm: row.known("algorithm", Algorithm::from_cose(model.algorithm))?,
            sign_count: row.count("sign_count", model.sign_count)?,
            sign_count_regressions: row.count("sign_count_regressions", model.sign_count_regressions)?,
            aaguid: Aaguid(model.aaguid.into_bytes()),
            attestation: Attestation {
                format: model.attestation_format,
                trust: trust(model.attestation_trust),
            },
            transports,
            attachment: model
                .attachment
                .map(|number| row.choice("attachment", number, Attachment::from_number))
                .transpose()?,
            discoverable: model.discoverable,
            backup_eligible: model.backup_eligible,
            backed_up: model.backed_up,
            user_verification_seen: model.user_verification_seen,
            created_at: time(model.created_at),
            last_used_at: model.last_used_at.map(time),
        })
    }
}
