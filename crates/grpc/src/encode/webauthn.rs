//! The vocabulary of WebAuthn, and options for the browser.

use keystead_ceremony::{CreationOptions, RequestOptions};
use keystead_domain::{
    Algorithm, Attachment, AttestationConveyance, Descriptor, Hint, ResidentKey, Transport, UserVerification,
};
use keystead_proto::v1;

use super::duration;

pub(super) fn user_verification(value: UserVerification) -> i32 {
    let word = match value {
        UserVerification::Required => v1::UserVerification::Required,
        UserVerification::Preferred => v1::UserVerification::Preferred,
        UserVerification::Discouraged => v1::UserVerification::Discouraged,
    };
    word.into()
}

pub(super) fn resident_key(value: ResidentKey) -> i32 {
    let word = match value {
        ResidentKey::Required => v1::ResidentKey::Required,
        ResidentKey::Preferred => v1::ResidentKey::Preferred,
        ResidentKey::Discouraged => v1::ResidentKey::Discouraged,
    };
    word.into()
}

pub(super) fn attachment(value: Option<Attachment>) -> i32 {
    let word = match value {
        None => v1::Attachment::Unspecified,
        Some(Attachment::Platform) => v1::Attachment::Platform,
        Some(Attachment::CrossPlatform) => v1::Attachment::CrossPlatform,
    };
    word.into()
}

pub(super) fn attestation(value: AttestationConveyance) -> i32 {
    let word = match value {
        AttestationConveyance::None => v1::AttestationConveyance::None,
        AttestationConveyance::Indirect => v1::AttestationConveyance::Indirect,
        AttestationConveyance::Direct => v1::AttestationConveyance::Direct,
        AttestationConveyance::Enterprise => v1::AttestationConveyance::Enterprise,
    };
    word.into()
}

pub(super) fn hints(hints: &[Hint]) -> Vec<String> {
    hints.iter().map(|hint| hint.as_str().to_owned()).collect()
}

pub(super) fn transports(transports: &[Transport]) -> Vec<String> {
    transports.iter().map(|transport| transport.as_str().to_owned()).collect()
}

/// The typed form; `to_json` gives the other.
pub(super) fn creation_options(options: &CreationOptions) -> v1::CreationOptions {
    let rp = v1::RelyingPartyEntity {
        id: options.rp_id.as_str().to_owned(),
        name: options.rp_name.as_str().to_owned(),
    };
    let user = v1::UserEntity {
        id: options.user_handle.as_bytes().to_vec(),
        name: options.user_name.clone(),
        display_name: options.user_display_name.clone(),
    };
    let selection = v1::AuthenticatorSelection {
        attachment: attachment(options.attachment),
        resident_key: resident_key(options.resident_key),
        user_verification: user_verification(options.user_verification),
    };
    v1::CreationOptions {
        rp: Some(rp),
        user: Some(user),
        challenge: options.challenge.0.to_vec(),
        parameters: options.algorithms.iter().copied().map(parameter).collect(),
        timeout: duration(options.timeout),
        exclude_credentials: options.exclude.iter().map(descriptor).collect(),
        authenticator_selection: Some(selection),
        attestation: options.attestation.as_str().to_owned(),
        hints: hints(&options.hints),
        credential_properties: true,
    }
}

/// The typed form; `to_json` gives the other.
pub(super) fn request_options(options: &RequestOptions) -> v1::RequestOptions {
    v1::RequestOptions {
        challenge: options.challenge.0.to_vec(),
        timeout: duration(options.timeout),
        rp_id: options.rp_id.as_str().to_owned(),
        allow_credentials: options.allow.iter().map(descriptor).collect(),
        user_verification: user_verification(options.user_verification),
        hints: hints(&options.hints),
    }
}

fn parameter(algorithm: Algorithm) -> v1::CredentialParameter {
    v1::CredentialParameter { algorithm: algorithm.cose() }
}

fn descriptor(descriptor: &Descriptor) -> v1::CredentialDescriptor {
    v1::CredentialDescriptor {
        id: descriptor.id.as_bytes().to_vec(),
        transports: transports(&descriptor.transports),
    }
}
