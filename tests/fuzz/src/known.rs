//! The relying party and the credentials that every input meets.

use std::sync::LazyLock;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use keystead_authenticator::{Algorithm, Authenticator, Credential, Settings};
use keystead_domain::{
    AttestationConveyance, Challenge, Mediation, Name, Origin, RegistrationTerms, RelatedOrigin,
    RelyingParty, RelyingPartyId, ResidentKey, RpId, TenantId, Timestamp, TopOrigin, UserVerification,
};
use serde_json::{Value, json};

/// The RP ID.
pub const RP_ID: &str = "example.org";
/// The first of the origins.
pub const ORIGIN: &str = "https://example.org";
/// What every ceremony asks.
pub const CHALLENGE: Challenge = Challenge([0xfe; 32]);

/// The relying party. It may be framed by one origin, as the published vectors want it.
pub static RP: LazyLock<RelyingParty> = LazyLock::new(|| {
    let rp_id = RpId::new(RP_ID).expect("an RP ID");
    let origin = |text: &str| Origin::new(text, &rp_id).expect("an origin");
    RelyingParty {
        id: RelyingPartyId::from_bytes([1; 16]),
        tenant_id: TenantId::from_bytes([2; 16]),
        name: Name::new("Example").expect("a name"),
        origins: vec![origin(ORIGIN), origin("https://login.example.org")],
        top_origins: vec![TopOrigin::new("https://example.com").expect("an origin")],
        related_origins: vec![RelatedOrigin::new("https://example.co.uk").expect("an origin")],
        is_default: true,
        ceremony_lifetime: RelyingParty::DEFAULT_LIFETIME,
        created_at: Timestamp::from_micros(0),
        rp_id,
    }
});

/// An authenticator for each algorithm, with one discoverable credential; keys and ids are the same in every run.
pub static AUTHENTICATORS: LazyLock<Vec<Authenticator>> = LazyLock::new(|| {
    Algorithm::ALL.iter().zip(1..).map(|(algorithm, seed)| registered(*algorithm, seed)).collect()
});

/// Whom the profile trusts: the root of the published vectors, and the makers of the authenticators' batch.
pub static ATTESTATION_ROOTS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let root = VECTORS["attestation_root"]["attestation_ca_cert"].as_str().expect("a root");
    let digits = root.as_bytes().chunks(2).map(|pair| str::from_utf8(pair).expect("digits"));
    let root = digits.map(|pair| u8::from_str_radix(pair, 16).expect("a byte")).collect();
    vec![root, include_bytes!("../../authenticator/keys/batch_certificate.der").to_vec()]
});

/// The vectors of the specification (§16).
pub static VECTORS: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../vectors/w3c_l3_vectors.json")).expect("the vectors are JSON")
});

/// Its one credential.
///
/// # Panics
/// Where the authenticator is none of [`AUTHENTICATORS`].
#[must_use]
pub fn credential(authenticator: &Authenticator) -> &Credential {
    &authenticator.credentials()[0]
}

/// Terms that take everything.
#[must_use]
pub fn terms(attestation: AttestationConveyance) -> RegistrationTerms {
    RegistrationTerms {
        profile: Name::default_profile(),
        mediation: Mediation::Modal,
        user_verification: UserVerification::Preferred,
        resident_key: ResidentKey::Preferred,
        attachment: None,
        attestation,
        algorithms: keystead_domain::Algorithm::ALL.to_vec(),
        hints: vec![],
    }
}

/// Options that the authenticators take, for one algorithm.
#[must_use]
pub fn creation_options(algorithm: Algorithm) -> Value {
    json!({
        "challenge": base64url(&CHALLENGE.0),
        "rp": { "id": RP_ID, "name": "Example" },
        "user": { "id": base64url(&[9; 64]), "name": "anna", "displayName": "" },
        "pubKeyCredParams": [{ "type": "public-key", "alg": algorithm.cose() }],
        "authenticatorSelection": { "residentKey": "required" },
        "attestation": "direct",
        "extensions": { "credProps": true },
    })
}

/// Options that the authenticators take.
#[must_use]
pub fn request_options() -> Value {
    json!({ "challenge": base64url(&CHALLENGE.0), "rpId": RP_ID })
}

/// The text of these bytes.
#[must_use]
pub fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes of a member that was read before, so that it is there.
pub(crate) fn bytes(document: &Value, path: &str) -> Vec<u8> {
    let text = document.pointer(path).and_then(Value::as_str).expect("a text");
    URL_SAFE_NO_PAD.decode(text).expect("base64url")
}

fn registered(algorithm: Algorithm, seed: u64) -> Authenticator {
    let settings = Settings { preferred_algorithm: Some(algorithm), ..Settings::default() };
    let mut authenticator = Authenticator::with_settings(seed, settings);
    authenticator.create(&creation_options(algorithm).to_string(), ORIGIN).expect("a credential");
    authenticator
}
