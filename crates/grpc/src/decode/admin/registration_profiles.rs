//! Requests about registration profiles. What is left out is as in the built-in profile; how many there may be of anything is
//! the use case's to say.

use keystead_domain::{
    AaguidMode, AaguidRule, AttestationRule, CounterRule, Name, RegistrationProfile, TenantId,
    UntrustedAttestation,
};
use keystead_proto::v1;
use keystead_service::{CreateRegistrationProfile, PageRequest, ProfileFilter};

use super::{
    super::{
        Decoded, Fields, Noted,
        shared::{optional_name, page, request_id, word},
        webauthn,
    },
    tenant,
};
use crate::arrival::Arrival;

pub(crate) fn create_registration_profile(
    arrival: Arrival,
    message: v1::CreateRegistrationProfileRequest,
) -> Decoded<CreateRegistrationProfile> {
    let mut fields = Fields::default();
    let tenant = tenant(&mut fields, &message.tenant_id);
    let profile = required_profile(&mut fields, message.profile);
    let acknowledge_lockout = message.acknowledge_lockout;
    let request_id = request_id(&mut fields, message.request_id);
    fields.finish(|| {
        let command = CreateRegistrationProfile { tenant: tenant?, profile: profile?, acknowledge_lockout };
        Ok((arrival.repeatable(request_id?), command))
    })
}

pub(crate) fn list_registration_profiles(
    arrival: Arrival,
    message: v1::ListRegistrationProfilesRequest,
) -> Decoded<(Option<TenantId>, ProfileFilter, PageRequest)> {
    let mut fields = Fields::default();
    let tenant = tenant(&mut fields, &message.tenant_id);
    let name = optional_name(&mut fields, "name", message.name);
    let current_only = message.current_only;
    let page = page(&mut fields, message.page_size, message.page_token);
    fields.finish(|| {
        let filter = ProfileFilter { name: name?, current_only };
        Ok((arrival.plain(), (tenant?, filter, page?)))
    })
}

pub(crate) fn preview_registration_profile(
    arrival: Arrival,
    message: v1::PreviewRegistrationProfileRequest,
) -> Decoded<(Option<TenantId>, RegistrationProfile)> {
    let mut fields = Fields::default();
    let tenant = tenant(&mut fields, &message.tenant_id);
    let profile = required_profile(&mut fields, message.profile);
    fields.finish(|| Ok((arrival.plain(), (tenant?, profile?))))
}

fn required_profile(
    fields: &mut Fields,
    message: Option<v1::RegistrationProfile>,
) -> Result<RegistrationProfile, Noted> {
    match message {
        Some(message) => profile(fields, message),
        None => Err(fields.note("profile", "is required")),
    }
}

/// What the answer adds (`profile_id`, `create_time`, `current`) is not read, so that an answer can be sent back changed.
fn profile(fields: &mut Fields, message: v1::RegistrationProfile) -> Result<RegistrationProfile, Noted> {
    let otherwise = RegistrationProfile::built_in();
    let name = fields.take("profile.name", Name::new(message.name));
    let user_verification =
        webauthn::user_verification(fields, "profile.user_verification", message.user_verification);
    let resident_key = webauthn::resident_key(fields, "profile.resident_key", message.resident_key);
    let attachment = webauthn::attachment(fields, "profile.attachment", message.attachment);
    let hints = webauthn::hints(fields, "profile.hints", &message.hints);
    let attestation = webauthn::attestation(fields, "profile.attestation", message.attestation);
    let roots = webauthn::certificates(fields, "profile.attestation_roots", &message.attestation_roots);
    let untrusted = untrusted_attestation(fields, message.untrusted_attestation);
    let algorithms = webauthn::algorithms(fields, "profile.algorithms", &message.algorithms);
    let counter_rule = counter_rule(fields, message.counter_rule);
    let allowed = webauthn::aaguids(fields, "profile.allowed_aaguids", &message.allowed_aaguids);
    let denied = webauthn::aaguids(fields, "profile.denied_aaguids", &message.denied_aaguids);
    let mode = aaguid_mode(fields, message.aaguid_mode);
    Ok(RegistrationProfile {
        id: None,
        name: name?,
        user_verification: user_verification?.unwrap_or(otherwise.user_verification),
        resident_key: resident_key?.unwrap_or(otherwise.resident_key),
        attachment: attachment?,
        hints: hints?,
        attestation: attestation?.unwrap_or(otherwise.attestation),
        attestation_rule: AttestationRule {
            roots: roots?,
            untrusted: untrusted?.unwrap_or(otherwise.attestation_rule.untrusted),
        },
        algorithms: Some(algorithms?).filter(|it| !it.is_empty()).unwrap_or(otherwise.algorithms),
        counter_rule: counter_rule?.unwrap_or(otherwise.counter_rule),
        max_credentials: match message.max_credentials {
            0 => otherwise.max_credentials,
            most => most,
        },
        locked: message.locked,
        aaguids: AaguidRule {
            allowed: allowed?,
            denied: denied?,
            mode: mode?.unwrap_or(otherwise.aaguids.mode),
        },
        created_at: None,
    })
}

fn untrusted_attestation(fields: &mut Fields, number: i32) -> Result<Option<UntrustedAttestation>, Noted> {
    word(fields, "profile.untrusted_attestation", number, |word| match word {
        v1::UntrustedAttestation::Unspecified => None,
        v1::UntrustedAttestation::Refuse => Some(UntrustedAttestation::Refuse),
        v1::UntrustedAttestation::Accept => Some(UntrustedAttestation::Accept),
    })
}

fn counter_rule(fields: &mut Fields, number: i32) -> Result<Option<CounterRule>, Noted> {
    word(fields, "profile.counter_rule", number, |word| match word {
        v1::CounterRule::Unspecified => None,
        v1::CounterRule::Ignore => Some(CounterRule::Ignore),
        v1::CounterRule::Flag => Some(CounterRule::Flag),
        v1::CounterRule::StepUp => Some(CounterRule::StepUp),
        v1::CounterRule::Reject => Some(CounterRule::Reject),
    })
}

fn aaguid_mode(fields: &mut Fields, number: i32) -> Result<Option<AaguidMode>, Noted> {
    word(fields, "profile.aaguid_mode", number, |word| match word {
        v1::AaguidMode::Unspecified => None,
        v1::AaguidMode::RegistrationOnly => Some(AaguidMode::RegistrationOnly),
        v1::AaguidMode::RegistrationAndUse => Some(AaguidMode::RegistrationAndUse),
    })
}
