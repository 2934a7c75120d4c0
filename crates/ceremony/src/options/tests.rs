use keystead_domain::{RelyingParty, WebauthnId};

use super::*;

fn creation() -> CreationOptions {
    CreationOptions {
        rp_id: RpId::new("example.org").unwrap(),
        rp_name: Name::new("Example \"Org\"").unwrap(),
        user_handle: UserHandle::new([0xfb; 64]).unwrap(),
        user_name: "änna".into(),
        user_display_name: String::new(),
        challenge: Challenge([0xff; 32]),
        algorithms: Algorithm::DEFAULT.to_vec(),
        timeout: RelyingParty::DEFAULT_LIFETIME,
        exclude: vec![
            Descriptor {
                id: WebauthnId::new([1, 2, 3]).unwrap(),
                transports: vec![Transport::new("internal").unwrap(), Transport::new("hybrid").unwrap()],
            },
            Descriptor { id: WebauthnId::new([4]).unwrap(), transports: vec![] },
        ],
        attachment: None,
        resident_key: ResidentKey::Preferred,
        user_verification: UserVerification::Required,
        hints: vec![],
        attestation: AttestationConveyance::None,
    }
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn creation_options_have_every_member_parse_creation_options_from_json_takes() {
    let expected = json!({
        "rp": { "id": "example.org", "name": "Example \"Org\"" },
        "user": { "id": format!("{}-w", "-_v7".repeat(21)), "name": "änna", "displayName": "" },
        "challenge": format!("{}_8", "_".repeat(41)),
        "pubKeyCredParams": [
            { "type": "public-key", "alg": -7 },
            { "type": "public-key", "alg": -8 },
            { "type": "public-key", "alg": -257 },
        ],
        "timeout": 300_000,
        "excludeCredentials": [
            { "type": "public-key", "id": "AQID", "transports": ["internal", "hybrid"] },
            { "type": "public-key", "id": "BA" },
        ],
        "authenticatorSelection":
            { "residentKey": "preferred", "requireResidentKey": false, "userVerification": "required" },
        "attestation": "none",
        "extensions": { "credProps": true },
    });
    assert_eq!(parsed(&creation().to_json()), expected);
}

#[test]
fn require_resident_key_keeps_step_with_resident_key() {
    for (resident_key, word, required) in [
        (ResidentKey::Required, "required", true),
        (ResidentKey::Preferred, "preferred", false),
        (ResidentKey::Discouraged, "discouraged", false),
    ] {
        let json = parsed(&CreationOptions { resident_key, ..creation() }.to_json());
        let selection = &json["authenticatorSelection"];
        assert_eq!(
            (&selection["residentKey"], &selection["requireResidentKey"]),
            (&word.into(), &required.into())
        );
    }
}

#[test]
fn every_algorithm_is_named_in_the_order_of_the_offer() {
    let json = parsed(&CreationOptions { algorithms: Algorithm::ALL.to_vec(), ..creation() }.to_json());
    let offered: Vec<_> = json["pubKeyCredParams"]
        .as_array()
        .unwrap()
        .iter()
        .map(|offer| offer["alg"].as_i64().unwrap())
        .collect();
    assert_eq!(offered, [-7, -8, -257, -35, -36, -48, -49, -50]);
}

#[test]
fn hints_and_attestation_are_those_asked_for() {
    let hints = vec![Hint::SecurityKey, Hint::ClientDevice];
    let json = parsed(&CreationOptions { hints, ..creation() }.to_json());
    assert_eq!(json["hints"], json!(["security-key", "client-device"]));
    for (attestation, word) in [
        (AttestationConveyance::None, "none"),
        (AttestationConveyance::Indirect, "indirect"),
        (AttestationConveyance::Direct, "direct"),
        (AttestationConveyance::Enterprise, "enterprise"),
    ] {
        let json = parsed(&CreationOptions { attestation, ..creation() }.to_json());
        assert_eq!(json["attestation"], word);
    }
}

#[test]
fn an_attachment_is_named_only_where_one_is_asked_for() {
    let attachment = Some(Attachment::CrossPlatform);
    let json = parsed(&CreationOptions { attachment, ..creation() }.to_json());
    assert_eq!(json["authenticatorSelection"]["authenticatorAttachment"], "cross-platform");
    let json = parsed(&creation().to_json());
    assert_eq!(json["authenticatorSelection"].get("authenticatorAttachment"), None);
}

#[test]
fn request_options_have_every_member_parse_request_options_from_json_takes() {
    let options = RequestOptions {
        challenge: Challenge([0; 32]),
        timeout: Duration::from_millis(60_500),
        rp_id: RpId::new("example.org").unwrap(),
        allow: creation().exclude,
        user_verification: UserVerification::Preferred,
        hints: vec![Hint::Hybrid, Hint::SecurityKey],
    };
    let mut expected = json!({
        "challenge": "A".repeat(43),
        "timeout": 60_500,
        "rpId": "example.org",
        "allowCredentials": [
            { "type": "public-key", "id": "AQID", "transports": ["internal", "hybrid"] },
            { "type": "public-key", "id": "BA" },
        ],
        "userVerification": "preferred",
        "hints": ["hybrid", "security-key"],
    });
    assert_eq!(parsed(&options.to_json()), expected);

    expected.as_object_mut().unwrap().remove("hints");
    expected["allowCredentials"] = json!([]);
    let discoverable = RequestOptions { allow: vec![], hints: vec![], ..options };
    assert_eq!(parsed(&discoverable.to_json()), expected);
}

#[test]
fn an_endless_timeout_is_the_longest_a_browser_knows() {
    let json = parsed(&CreationOptions { timeout: Duration::MAX, ..creation() }.to_json());
    assert_eq!(json["timeout"], u32::MAX);
}

#[test]
fn the_users_names_are_not_in_debug_output() {
    let shown = format!("{:?}", CreationOptions { user_display_name: "Anna B.".into(), ..creation() });
    assert!(!shown.contains("nna"), "{shown}");
}
