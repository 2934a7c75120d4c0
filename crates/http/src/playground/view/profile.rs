//! `keystead.v1.RegistrationProfile`, as far as a person chooses by it.

use keystead_domain::{AttestationConveyance, RegistrationProfile, ResidentKey, UserVerification};
use serde::Serialize;

use super::credential::attachment;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProfileView {
    name: String,
    user_verification: &'static str,
    resident_key: &'static str,
    attachment: Option<&'static str>,
    attestation: &'static str,
    max_credentials: u32,
    locked: bool,
}

impl From<&RegistrationProfile> for ProfileView {
    fn from(profile: &RegistrationProfile) -> Self {
        Self {
            name: profile.name.as_str().to_owned(),
            user_verification: user_verification(profile.user_verification),
            resident_key: resident_key(profile.resident_key),
            attachment: profile.attachment.map(attachment),
            attestation: attestation(profile.attestation),
            max_credentials: profile.max_credentials,
            locked: profile.locked,
        }
    }
}

const fn user_verification(asked: UserVerification) -> &'static str {
    match asked {
        UserVerification::Required => "USER_VERIFICATION_REQUIRED",
        UserVerification::Preferred => "USER_VERIFICATION_PREFERRED",
        UserVerification::Discouraged => "USER_VERIFICATION_DISCOURAGED",
    }
}

const fn resident_key(asked: ResidentKey) -> &'static str {
    match asked {
        ResidentKey::Required => "RESIDENT_KEY_REQUIRED",
        ResidentKey::Preferred => "RESIDENT_KEY_PREFERRED",
        ResidentKey::Discouraged => "RESIDENT_KEY_DISCOURAGED",
    }
}

const fn attestation(asked: AttestationConveyance) -> &'static str {
    match asked {
        AttestationConveyance::None => "ATTESTATION_CONVEYANCE_NONE",
        AttestationConveyance::Indirect => "ATTESTATION_CONVEYANCE_INDIRECT",
        AttestationConveyance::Direct => "ATTESTATION_CONVEYANCE_DIRECT",
        AttestationConveyance::Enterprise => "ATTESTATION_CONVEYANCE_ENTERPRISE",
    }
}
