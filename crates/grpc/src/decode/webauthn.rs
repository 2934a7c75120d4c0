//! The vocabulary of WebAuthn, and the browser's answers.

use keystead_ceremony::{ShapeError, assertion, is_certificate, registration};
use keystead_domain::{
    Aaguid, Algorithm, Attachment, AttestationConveyance, AttestationRule, Hint, Mediation,
    RegistrationOverrides, ResidentKey, UserVerification,
};
use keystead_proto::v1;

use super::{
    Fields, Noted,
    fields::Path,
    shared::{each, id, word},
};

const MOST_HINTS: usize = 3;

pub(super) fn user_verification(
    fields: &mut Fields,
    field: impl Into<Path>,
    number: i32,
) -> Result<Option<UserVerification>, Noted> {
    word(fields, field, number, |word| match word {
        v1::UserVerification::Unspecified => None,
        v1::UserVerification::Required => Some(UserVerification::Required),
        v1::UserVerification::Preferred => Some(UserVerification::Preferred),
        v1::UserVerification::Discouraged => Some(UserVerification::Discouraged),
    })
}

pub(super) fn resident_key(
    fields: &mut Fields,
    field: impl Into<Path>,
    number: i32,
) -> Result<Option<ResidentKey>, Noted> {
    word(fields, field, number, |word| match word {
        v1::ResidentKey::Unspecified => None,
        v1::ResidentKey::Required => Some(ResidentKey::Required),
        v1::ResidentKey::Preferred => Some(ResidentKey::Preferred),
        v1::ResidentKey::Discouraged => Some(ResidentKey::Discouraged),
    })
}

pub(super) fn attachment(
    fields: &mut Fields,
    field: impl Into<Path>,
    number: i32,
) -> Result<Option<Attachment>, Noted> {
    word(fields, field, number, |word| match word {
        v1::Attachment::Unspecified => None,
        v1::Attachment::Platform => Some(Attachment::Platform),
        v1::Attachment::CrossPlatform => Some(Attachment::CrossPlatform),
    })
}

pub(super) fn mediation(fields: &mut Fields, number: i32) -> Result<Mediation, Noted> {
    let mediation = word(fields, "mediation", number, |word| match word {
        v1::Mediation::Unspecified => None,
        v1::Mediation::Modal => Some(Mediation::Modal),
        v1::Mediation::Conditional => Some(Mediation::Conditional),
    })?;
    Ok(mediation.unwrap_or(Mediation::Modal))
}

pub(super) fn attestation(
    fields: &mut Fields,
    field: impl Into<Path>,
    number: i32,
) -> Result<Option<AttestationConveyance>, Noted> {
    word(fields, field, number, |word| match word {
        v1::AttestationConveyance::Unspecified => None,
        v1::AttestationConveyance::None => Some(AttestationConveyance::None),
        v1::AttestationConveyance::Indirect => Some(AttestationConveyance::Indirect),
        v1::AttestationConveyance::Direct => Some(AttestationConveyance::Direct),
        v1::AttestationConveyance::Enterprise => Some(AttestationConveyance::Enterprise),
    })
}

pub(super) fn hints(fields: &mut Fields, field: &'static str, words: &[String]) -> Result<Vec<Hint>, Noted> {
    if words.len() > MOST_HINTS {
        return Err(fields.note(field, "must be at most 3"));
    }
    let problem = "must be `security-key`, `client-device` or `hybrid`";
    each(words, |n, word| fields.take(format!("{field}[{n}]"), Hint::from_word(word).ok_or(problem)))
}

/// COSE numbers, best first, each once.
pub(super) fn algorithms(
    fields: &mut Fields,
    field: &'static str,
    numbers: &[i32],
) -> Result<Vec<Algorithm>, Noted> {
    if numbers.len() > Algorithm::ALL.len() {
        return Err(fields.note(field, "must be at most 8"));
    }
    each(numbers, |n, number| {
        let is_first = !numbers[..n].contains(number);
        let algorithm = Algorithm::from_cose((*number).into());
        let algorithm = algorithm.ok_or("is not the COSE number of an algorithm that can log in here");
        let algorithm = algorithm.and_then(|it| is_first.then_some(it).ok_or("is there twice"));
        fields.take(format!("{field}[{n}]"), algorithm)
    })
}

/// AAGUIDs as UUIDs, in either case; how many there may be is the use case's to say.
pub(super) fn aaguids(
    fields: &mut Fields,
    field: &'static str,
    texts: &[String],
) -> Result<Vec<Aaguid>, Noted> {
    each(texts, |n, text| id(fields, format!("{field}[{n}]"), text))
}

/// X.509 certificates in DER; how many there may be is the use case's to say.
pub(super) fn certificates(
    fields: &mut Fields,
    field: &'static str,
    ders: &[Vec<u8>],
) -> Result<Vec<Vec<u8>>, Noted> {
    each(ders, |n, der| fields.take(format!("{field}[{n}]"), certificate(der)))
}

fn certificate(der: &[u8]) -> Result<Vec<u8>, &'static str> {
    match der.len() {
        0..=AttestationRule::MOST_BYTES if is_certificate(der) => Ok(der.to_vec()),
        0..=AttestationRule::MOST_BYTES => Err("must be one X.509 certificate in DER"),
        _ => Err("must be at most 8 KiB"),
    }
}

/// What is not said is left to the profile.
pub(super) fn overrides(
    fields: &mut Fields,
    overrides: &v1::RegistrationOverrides,
) -> Result<RegistrationOverrides, Noted> {
    let user_verification =
        user_verification(fields, "overrides.user_verification", overrides.user_verification);
    let resident_key = resident_key(fields, "overrides.resident_key", overrides.resident_key);
    let attachment = attachment(fields, "overrides.attachment", overrides.attachment);
    let hints = hints(fields, "overrides.hints", &overrides.hints);
    let attestation = attestation(fields, "overrides.attestation", overrides.attestation);
    let algorithms = algorithms(fields, "overrides.algorithms", &overrides.algorithms);
    Ok(RegistrationOverrides {
        user_verification: user_verification?,
        resident_key: resident_key?,
        attachment: attachment?,
        hints: hints?,
        attestation: attestation?,
        algorithms: algorithms?,
    })
}

/// The answer to creation options, in either form.
pub(super) fn registration(
    fields: &mut Fields,
    response: Option<v1::finish_registration_request::Response>,
) -> Result<registration::Response, Noted> {
    use v1::finish_registration_request::Response::{CredentialJson, Registration};
    match response {
        Some(CredentialJson(text)) => json(fields, registration::Response::from_json(&text)),
        Some(Registration(typed)) => {
            let attachment = attachment(fields, "registration.attachment", typed.attachment)?;
            let parts = registration::Parts {
                id: typed.id,
                raw_id: typed.raw_id,
                kind: typed.r#type,
                client_data_json: typed.client_data_json,
                attestation_object: typed.attestation_object,
                transports: typed.transports,
                attachment,
                discoverable: typed.discoverable,
            };
            typed_form(fields, "registration", registration::Response::from_parts(parts))
        }
        None => Err(fields.note("response", "registration or credential_json is required")),
    }
}

/// The answer to request options, in either form.
pub(super) fn assertion(
    fields: &mut Fields,
    response: Option<v1::finish_authentication_request::Response>,
) -> Result<assertion::Response, Noted> {
    use v1::finish_authentication_request::Response::{Assertion, CredentialJson};
    match response {
        Some(CredentialJson(text)) => json(fields, assertion::Response::from_json(&text)),
        Some(Assertion(typed)) => {
            let attachment = attachment(fields, "assertion.attachment", typed.attachment)?;
            let parts = assertion::Parts {
                id: typed.id,
                raw_id: typed.raw_id,
                kind: typed.r#type,
                client_data_json: typed.client_data_json,
                authenticator_data: typed.authenticator_data,
                signature: typed.signature,
                user_handle: typed.user_handle,
                attachment,
            };
            typed_form(fields, "assertion", assertion::Response::from_parts(parts))
        }
        None => Err(fields.note("response", "assertion or credential_json is required")),
    }
}

/// The JSON form is one field; where in the text it fails is part of the problem.
fn json<T>(fields: &mut Fields, read: Result<T, ShapeError>) -> Result<T, Noted> {
    fields.take("credential_json", read)
}

/// The typed form has a field for each member of the JSON form.
fn typed_form<T>(fields: &mut Fields, message: &str, read: Result<T, ShapeError>) -> Result<T, Noted> {
    read.map_err(|ShapeError { field, problem }| match typed_name(field) {
        Some(name) => fields.note(format!("{message}.{name}"), problem),
        None => fields.note(message.to_owned(), format!("{field} {problem}")),
    })
}

fn typed_name(path: &str) -> Option<&'static str> {
    match path {
        "id" => Some("id"),
        "rawId" => Some("raw_id"),
        "type" => Some("type"),
        "response.clientDataJSON" => Some("client_data_json"),
        "response.attestationObject" => Some("attestation_object"),
        "response.transports" => Some("transports"),
        "response.authenticatorData" => Some("authenticator_data"),
        "response.signature" => Some("signature"),
        "response.userHandle" => Some("user_handle"),
        "authenticatorAttachment" => Some("attachment"),
        _ => None,
    }
}
