//! Credentials.

use keystead_domain::{
    Aaguid, Algorithm, Attachment, Attestation, AttestationTrust, Credential, CredentialId, CredentialSource,
    CredentialState, CredentialUse, Descriptor, DisplayName, Epoch, Name, RelyingPartyId, TenantId,
    Timestamp, Transport, UserId, WebauthnId,
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
    // NULL in what follows is what the release before writes; so it reads what it does not know of.
    /// NULL: as `user_verification_seen` says.
    pub user_verification_initialized: Option<bool>,
    /// NULL: registered in a dialog.
    pub source: Option<i16>,
    /// NULL: `default`.
    pub profile: Option<Vec<u8>>,
    /// SHA-256; NULL: no device was named.
    pub device_hash: Option<Vec<u8>>,
    pub created_origin: Option<String>,
    pub created_user_agent: Option<String>,
    pub created_country: Option<String>,
    pub created_user_verified: Option<bool>,
    pub last_used_origin: Option<String>,
    pub last_used_user_agent: Option<String>,
    pub last_used_country: Option<String>,
    pub last_used_attachment: Option<i16>,
    pub last_used_user_verified: Option<bool>,
    pub use_count: i64,
    pub lost_at: Option<i64>,
    pub state_changed_at: Option<i64>,
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
            revoked_at: revoked_at(credential),
            user_verification_initialized: Some(credential.user_verification_initialized),
            source: Some(credential.source.number().into()),
            profile: Some(credential.profile.as_str().into()),
            device_hash: credential.device_hash.map(Into::into),
            created_origin: said(&credential.creation.origin),
            created_user_agent: said(&credential.creation.user_agent),
            created_country: said(&credential.creation.country),
            created_user_verified: Some(credential.creation.user_verified),
            last_used_origin: said(&credential.last_use.origin),
            last_used_user_agent: said(&credential.last_use.user_agent),
            last_used_country: said(&credential.last_use.country),
            last_used_attachment: credential.last_use.attachment.map(|attachment| attachment.number().into()),
            last_used_user_verified: Some(credential.last_use.user_verified),
            use_count: i64::try_from(credential.use_count).unwrap_or(i64::MAX),
            lost_at: credential.lost_at.map(Timestamp::micros),
            state_changed_at: credential.state_changed_at.map(Timestamp::micros),
        }
    }
}

/// What was not said is NULL.
pub(crate) fn said(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// When the credential was revoked, where it is: what was imported so has no other time than its row.
fn revoked_at(credential: &Credential) -> Option<i64> {
    let is_revoked = credential.state == CredentialState::Revoked;
    is_revoked.then(|| credential.state_changed_at.unwrap_or(credential.created_at).micros())
}

/// A credential as options name it, from its two columns.
pub(crate) fn descriptor(row: Row, webauthn_id: Vec<u8>, transports: &str) -> Result<Descriptor, Error> {
    Ok(Descriptor {
        id: row.valid("webauthn_id", WebauthnId::new(webauthn_id))?,
        transports: row.words("transports", transports, Transport::new)?,
    })
}

/// The profile a credential counts as registered under.
pub(crate) fn profile(row: Row, column: Option<Vec<u8>>) -> Result<Name, Error> {
    match column {
        Some(name) => row.valid("profile", Name::new(row.text("profile", name)?)),
        None => Ok(Name::default_profile()),
    }
}

/// How a credential came to be here.
pub(crate) fn source(row: Row, column: Option<i16>) -> Result<CredentialSource, Error> {
    let source = row.optional_choice("source", column, CredentialSource::from_number)?;
    Ok(source.unwrap_or(CredentialSource::Registration))
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
        let attachment = |column, number| row.optional_choice(column, number, Attachment::from_number);
        let registered_at = attachment("attachment", model.attachment)?;
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
            attachment: registered_at,
            discoverable: model.discoverable,
            backup_eligible: model.backup_eligible,
            backed_up: model.backed_up,
            user_verification_seen: model.user_verification_seen,
            created_at: time(model.created_at),
            last_used_at: model.last_used_at.map(time),
            user_verification_initialized: model
                .user_verification_initialized
                .unwrap_or(model.user_verification_seen),
            source: source(row, model.source)?,
            profile: profile(row, model.profile)?,
            device_hash: model.device_hash.map(|hash| row.bytes("device_hash", hash)).transpose()?,
            creation: CredentialUse {
                origin: model.created_origin.unwrap_or_default(),
                user_agent: model.created_user_agent.unwrap_or_default(),
                country: model.created_country.unwrap_or_default(),
                attachment: registered_at,
                user_verified: model.created_user_verified.unwrap_or_default(),
            },
            last_use: CredentialUse {
                origin: model.last_used_origin.unwrap_or_default(),
                user_agent: model.last_used_user_agent.unwrap_or_default(),
                country: model.last_used_country.unwrap_or_default(),
                attachment: attachment("last_used_attachment", model.last_used_attachment)?,
                user_verified: model.last_used_user_verified.unwrap_or_default(),
            },
            use_count: row.large("use_count", model.use_count)?,
            lost_at: model.lost_at.map(time),
            state_changed_at: model.state_changed_at.map(time),
        })
    }
}
