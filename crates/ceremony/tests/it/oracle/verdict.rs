//! The two verdicts on one assertion: ours, and that of `webauthn-rs-core`.

use std::time::Duration;

use ciborium::Value as Cbor;
use keystead_authenticator::Algorithm;
use keystead_ceremony::{
    ShapeError,
    assertion::{Response, Unproven},
};
use keystead_domain::{Challenge, Origin, Reason, RelatedOrigin};
use serde_json::json;
use url::Url;
use webauthn_rs_core::{
    WebauthnCore,
    proto::{
        AttestationFormat, AttestationMetadata, AuthenticationState, COSEAlgorithm, COSEEC2Key, COSEKey,
        COSEKeyType, COSERSAKey, Credential, ECDSACurve, ParsedAttestation, ParsedAttestationData,
        PublicKeyCredential, RegisteredExtensions, UserVerificationPolicy,
    },
};

use super::case::{Case, View};
use crate::response::{relying_party, text};

/// What both say of an assertion that verifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Facts {
    user_verified: bool,
    backup_eligible: bool,
    backed_up: bool,
    sign_count: u32,
}

/// Why we refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    Shape(ShapeError),
    OtherChallenge,
    /// No credential has this id.
    Unknown,
    Reason(Reason),
    StoredKey,
}

/// Our verdict: what a login asks of this crate, in the order in which it does.
pub(crate) fn ours(case: &Case) -> Result<Facts, Refusal> {
    let response = Response::from_json(&case.document).map_err(Refusal::Shape)?;
    if !response.answers(&Challenge(case.challenge)) {
        return Err(Refusal::OtherChallenge);
    }
    let checked = response.check(&relying_party(&[])).map_err(Refusal::Reason)?;
    if response.webauthn_id().is_none_or(|id| id.as_bytes() != case.stored_id) {
        return Err(Refusal::Unknown);
    }
    let algorithm = keystead_domain::Algorithm::from_cose(case.algorithm.cose()).unwrap();
    let asserted = checked.verify(&case.public_key, algorithm).map_err(|unproven| match unproven {
        Unproven::Signature => Refusal::Reason(Reason::SignatureInvalid),
        Unproven::StoredKey => Refusal::StoredKey,
    })?;
    Ok(Facts {
        user_verified: asserted.user_verified,
        backup_eligible: asserted.backup_eligible,
        backed_up: asserted.backed_up,
        sign_count: asserted.sign_count,
    })
}

/// The verdict of `webauthn-rs-core` on the same relying party and credential. It compares flag BE and the counter with
/// what is stored; we leave both to the policy, so what is stored fits.
pub(crate) fn theirs(core: &WebauthnCore, view: &View<'_>) -> Result<Facts, String> {
    let case = view.case;
    let response: PublicKeyCredential =
        serde_json::from_str(&case.document).map_err(|error| error.to_string())?;
    let flags = view.authenticator_data.get(32).copied().unwrap_or_default();
    let result = core
        .authenticate_single_credential(&response, &state(case), &credential(case, flags & 0x08 != 0))
        .map_err(|error| format!("{error:?}"))?;
    Ok(Facts {
        user_verified: result.user_verified(),
        backup_eligible: result.backup_eligible(),
        backed_up: result.backup_state(),
        sign_count: result.counter(),
    })
}

/// The relying party of [`relying_party`], as `webauthn-rs-core` has it.
pub(crate) fn core() -> WebauthnCore {
    let rp = relying_party(&[]);
    let origins = rp.origins.iter().map(Origin::as_str);
    let related = rp.related_origins.iter().map(RelatedOrigin::as_str);
    let origins = origins.chain(related).map(|origin| Url::parse(origin).unwrap()).collect();
    let a_minute = Duration::from_mins(1);
    WebauthnCore::new_unsafe_experts_only("Example", rp.rp_id.as_str(), origins, a_minute, None, None)
}

fn state(case: &Case) -> AuthenticationState {
    let state = json!({
        "credentials": [],
        "policy": UserVerificationPolicy::Discouraged_DO_NOT_USE,
        "challenge": text(&case.challenge),
        "appid": null,
        "allow_backup_eligible_upgrade": false,
    });
    serde_json::from_value(state).unwrap()
}

fn credential(case: &Case, backup_eligible: bool) -> Credential {
    Credential {
        cred_id: case.stored_id.clone(),
        cred: key(case),
        counter: 0,
        transports: None,
        user_verified: false,
        backup_eligible,
        backup_state: false,
        registration_policy: UserVerificationPolicy::Discouraged_DO_NOT_USE,
        extensions: RegisteredExtensions::none(),
        attestation: ParsedAttestation {
            data: ParsedAttestationData::None,
            metadata: AttestationMetadata::None,
        },
        attestation_format: AttestationFormat::None,
    }
}

fn key(case: &Case) -> COSEKey {
    let ec = |curve| {
        let (x, y) = (cose_bytes(&case.public_key, -2), cose_bytes(&case.public_key, -3));
        COSEKeyType::EC_EC2(COSEEC2Key { curve, x, y })
    };
    let (type_, key) = match case.algorithm {
        Algorithm::Es256 => (COSEAlgorithm::ES256, ec(ECDSACurve::SECP256R1)),
        Algorithm::Es384 => (COSEAlgorithm::ES384, ec(ECDSACurve::SECP384R1)),
        Algorithm::Rs256 => {
            let (n, e) = (cose_bytes(&case.public_key, -1), cose_bytes(&case.public_key, -2));
            (COSEAlgorithm::RS256, COSEKeyType::RSA(COSERSAKey { n, e: e.try_into().unwrap() }))
        }
        other => panic!("webauthn-rs-core cannot judge {other:?}"),
    };
    COSEKey { type_, key }
}

/// A byte string of a `COSE_Key`, by its label.
pub(crate) fn cose_bytes(key: &[u8], label: i64) -> Vec<u8> {
    let members = ciborium::from_reader::<Cbor, _>(key).unwrap().into_map().unwrap();
    let (_, value) = members.into_iter().find(|(found, _)| *found == Cbor::from(label)).unwrap();
    value.into_bytes().unwrap()
}
