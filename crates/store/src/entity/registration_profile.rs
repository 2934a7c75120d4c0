//! Registration profiles.

use keystead_domain::{
    AaguidMode, AaguidRule, Algorithm, Attachment, AttestationConveyance, AttestationRule, CounterRule, Hint,
    Name, ProfileId, RegistrationProfile, ResidentKey, TenantId, UntrustedAttestation, UserVerification,
};
use sea_orm::entity::prelude::*;

use crate::{
    Error,
    row::{Id, Row, join, time},
};

mod roots;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "registration_profile")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant_id: Uuid,
    pub name: Vec<u8>,
    pub user_verification: i16,
    pub resident_key: i16,
    /// NULL: anywhere.
    pub attachment: Option<i16>,
    pub hints: String,
    pub attestation: i16,
    /// COSE numbers.
    pub algorithms: String,
    pub counter_rule: i16,
    pub max_credentials: i64,
    pub locked: bool,
    pub allowed_aaguids: String,
    pub denied_aaguids: String,
    pub aaguid_mode: i16,
    pub created_at: i64,
    /// Each with its length before it; NULL: none.
    pub attestation_roots: Option<Vec<u8>>,
    /// NULL: the row of a release that knew no roots.
    pub untrusted_attestation: Option<i16>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

const TABLE: &str = "registration_profile";

impl Model {
    /// # Errors
    /// The profile has no id or no time: it is built in, and never a row.
    pub(crate) fn new(tenant_id: TenantId, profile: &RegistrationProfile) -> Result<Self, Error> {
        let row = Row { table: TABLE, id: profile.id.map_or(Uuid::nil(), Id::column) };
        let id = row.known("id", profile.id)?;
        let created_at = row.known("created_at", profile.created_at)?;
        Ok(Self {
            id: id.column(),
            tenant_id: tenant_id.column(),
            name: profile.name.as_str().into(),
            user_verification: profile.user_verification.number().into(),
            resident_key: profile.resident_key.number().into(),
            attachment: profile.attachment.map(|attachment| attachment.number().into()),
            hints: join(profile.hints.iter().map(|hint| hint.as_str())),
            attestation: profile.attestation.number().into(),
            algorithms: texts(profile.algorithms.iter().map(|algorithm| algorithm.cose())),
            counter_rule: profile.counter_rule.number().into(),
            max_credentials: profile.max_credentials.into(),
            locked: profile.locked,
            allowed_aaguids: texts(&profile.aaguids.allowed),
            denied_aaguids: texts(&profile.aaguids.denied),
            aaguid_mode: profile.aaguids.mode.number().into(),
            created_at: created_at.micros(),
            attestation_roots: roots::write(row, &profile.attestation_rule.roots)?,
            untrusted_attestation: Some(profile.attestation_rule.untrusted.number().into()),
        })
    }
}

fn texts<T: ToString>(values: impl IntoIterator<Item = T>) -> String {
    let texts: Vec<String> = values.into_iter().map(|value| value.to_string()).collect();
    join(texts.iter().map(String::as_str))
}

impl TryFrom<Model> for RegistrationProfile {
    type Error = Error;

    fn try_from(model: Model) -> Result<Self, Error> {
        let row = Row { table: TABLE, id: model.id };
        Ok(Self {
            id: Some(ProfileId::from_column(model.id)),
            name: row.valid("name", Name::new(row.text("name", model.name)?))?,
            user_verification: row.choice(
                "user_verification",
                model.user_verification,
                UserVerification::from_number,
            )?,
            resident_key: row.choice("resident_key", model.resident_key, ResidentKey::from_number)?,
            attachment: row.optional_choice("attachment", model.attachment, Attachment::from_number)?,
            hints: row.words("hints", &model.hints, Hint::from_word)?,
            attestation: row.choice("attestation", model.attestation, AttestationConveyance::from_number)?,
            attestation_rule: attestation_rule(row, model.attestation_roots, model.untrusted_attestation)?,
            algorithms: row.words("algorithms", &model.algorithms, algorithm)?,
            counter_rule: row.choice("counter_rule", model.counter_rule, CounterRule::from_number)?,
            max_credentials: row.count("max_credentials", model.max_credentials)?,
            locked: model.locked,
            aaguids: AaguidRule {
                allowed: row.words("allowed_aaguids", &model.allowed_aaguids, |text| text.parse().ok())?,
                denied: row.words("denied_aaguids", &model.denied_aaguids, |text| text.parse().ok())?,
                mode: row.choice("aaguid_mode", model.aaguid_mode, AaguidMode::from_number)?,
            },
            created_at: Some(time(model.created_at)),
        })
    }
}

fn attestation_rule(
    row: Row,
    roots: Option<Vec<u8>>,
    untrusted: Option<i16>,
) -> Result<AttestationRule, Error> {
    let untrusted =
        row.optional_choice("untrusted_attestation", untrusted, UntrustedAttestation::from_number)?;
    Ok(AttestationRule {
        roots: row.known("attestation_roots", roots::read(&roots.unwrap_or_default()))?,
        untrusted: untrusted.unwrap_or(AttestationRule::nobody().untrusted),
    })
}

fn algorithm(number: &str) -> Option<Algorithm> {
    number.parse().ok().and_then(Algorithm::from_cose)
}
