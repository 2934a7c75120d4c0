//! Registration profiles in answers.

use keystead_domain::{
    Aaguid, AaguidMode, Algorithm, CounterRule, RegistrationProfile, UntrustedAttestation,
};
use keystead_proto::v1;
use keystead_service::ProfilePreview;

use super::{count, time, webauthn};

/// A profile, and whether it is the newest of its name.
pub(crate) fn registration_profile(profile: &RegistrationProfile, current: bool) -> v1::RegistrationProfile {
    v1::RegistrationProfile {
        profile_id: profile.id.map(|id| id.to_string()).unwrap_or_default(),
        name: profile.name.as_str().to_owned(),
        user_verification: webauthn::user_verification(profile.user_verification),
        resident_key: webauthn::resident_key(profile.resident_key),
        attachment: webauthn::attachment(profile.attachment),
        hints: webauthn::hints(&profile.hints),
        attestation: webauthn::attestation(profile.attestation),
        algorithms: profile.algorithms.iter().copied().map(Algorithm::cose).collect(),
        counter_rule: counter_rule(profile.counter_rule),
        max_credentials: profile.max_credentials,
        locked: profile.locked,
        allowed_aaguids: profile.aaguids.allowed.iter().map(Aaguid::to_string).collect(),
        denied_aaguids: profile.aaguids.denied.iter().map(Aaguid::to_string).collect(),
        aaguid_mode: aaguid_mode(profile.aaguids.mode),
        create_time: profile.created_at.map(time),
        current,
        attestation_roots: profile.attestation_rule.roots.clone(),
        untrusted_attestation: untrusted_attestation(profile.attestation_rule.untrusted),
    }
}

fn untrusted_attestation(untrusted: UntrustedAttestation) -> i32 {
    let word = match untrusted {
        UntrustedAttestation::Refuse => v1::UntrustedAttestation::Refuse,
        UntrustedAttestation::Accept => v1::UntrustedAttestation::Accept,
    };
    word.into()
}

fn counter_rule(rule: CounterRule) -> i32 {
    let word = match rule {
        CounterRule::Ignore => v1::CounterRule::Ignore,
        CounterRule::Flag => v1::CounterRule::Flag,
        CounterRule::StepUp => v1::CounterRule::StepUp,
        CounterRule::Reject => v1::CounterRule::Reject,
    };
    word.into()
}

fn aaguid_mode(mode: AaguidMode) -> i32 {
    let word = match mode {
        AaguidMode::RegistrationOnly => v1::AaguidMode::RegistrationOnly,
        AaguidMode::RegistrationAndUse => v1::AaguidMode::RegistrationAndUse,
    };
    word.into()
}

pub(crate) fn previewed(preview: ProfilePreview) -> v1::PreviewRegistrationProfileResponse {
    let named = |(user_id, external_id): (keystead_domain::UserId, keystead_domain::ExternalId)| {
        v1::UserSummary { user_id: user_id.to_string(), external_id: external_id.as_str().to_owned() }
    };
    v1::PreviewRegistrationProfileResponse {
        credentials_excluded: count(preview.credentials_excluded),
        users_unreachable: count(preview.users_unreachable),
        unreachable_users: preview.unreachable.into_iter().map(named).collect(),
    }
}
