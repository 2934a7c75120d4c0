use keystead_domain::{
    AaguidMode, Algorithm, Attachment, AttestationConveyance, CounterRule, Hint, Name, RegistrationProfile,
    ResidentKey, UntrustedAttestation, UserVerification,
};
use keystead_proto::v1::{
    CreateRegistrationProfileRequest, ListRegistrationProfilesRequest, PreviewRegistrationProfileRequest,
    RegistrationProfile as Message,
};

use super::{super::admin as decode, *};

const YUBIKEY: &str = "cb69481e-8ff7-4039-93ec-0a2729a154a8";

const CERTIFICATE: &[u8] = include_bytes!("../../../../../tests/authenticator/keys/batch_certificate.der");

fn message() -> Message {
    Message {
        profile_id: "not read".to_owned(),
        name: "staff".to_owned(),
        user_verification: 3,
        resident_key: 1,
        attachment: 2,
        hints: vec!["security-key".to_owned()],
        attestation: 3,
        algorithms: vec![-8, -7],
        counter_rule: 4,
        max_credentials: 5,
        locked: true,
        allowed_aaguids: vec![YUBIKEY.to_uppercase()],
        denied_aaguids: vec!["00000000-0000-0000-0000-000000000000".to_owned()],
        aaguid_mode: 2,
        create_time: Some(prost_types::Timestamp { seconds: i64::MAX, nanos: -1 }),
        current: true,
        attestation_roots: vec![CERTIFICATE.to_vec()],
        untrusted_attestation: 2,
    }
}

fn create() -> CreateRegistrationProfileRequest {
    CreateRegistrationProfileRequest {
        tenant_id: "tnt_01h2xcejqtf2nbrexx3vqjhp41".to_owned(),
        profile: Some(message()),
        acknowledge_lockout: true,
        request_id: REQUEST.to_owned(),
    }
}

fn profile(message: &mut CreateRegistrationProfileRequest) -> &mut Message {
    message.profile.as_mut().unwrap()
}

#[test]
fn violations_of_a_profile_name_its_members() {
    assert_violations(
        &create(),
        decode::create_registration_profile,
        &[
            (|m| m.tenant_id = USER.to_owned(), &["tenant_id"]),
            (|m| m.profile = None, &["profile"]),
            (|m| profile(m).name.clear(), &["profile.name"]),
            (|m| profile(m).name = "n".repeat(65), &["profile.name"]),
            (|m| profile(m).user_verification = 4, &["profile.user_verification"]),
            (|m| profile(m).resident_key = 4, &["profile.resident_key"]),
            (|m| profile(m).attachment = 3, &["profile.attachment"]),
            (|m| profile(m).hints.push("Hybrid".to_owned()), &["profile.hints[1]"]),
            (|m| profile(m).hints = vec!["hybrid".to_owned(); 4], &["profile.hints"]),
            (|m| profile(m).attestation = -1, &["profile.attestation"]),
            (|m| profile(m).attestation_roots.push(vec![]), &["profile.attestation_roots[1]"]),
            (|m| profile(m).attestation_roots.push(vec![0x30; 8193]), &["profile.attestation_roots[1]"]),
            (|m| profile(m).attestation_roots[0].push(0), &["profile.attestation_roots[0]"]),
            (|m| profile(m).untrusted_attestation = 3, &["profile.untrusted_attestation"]),
            (|m| profile(m).algorithms = vec![-7, 7], &["profile.algorithms[1]"]),
            (|m| profile(m).algorithms = vec![-7, -7], &["profile.algorithms[1]"]),
            (|m| profile(m).algorithms = vec![-7; 9], &["profile.algorithms"]),
            (|m| profile(m).counter_rule = 5, &["profile.counter_rule"]),
            (|m| profile(m).allowed_aaguids.push(String::new()), &["profile.allowed_aaguids[1]"]),
            (|m| profile(m).denied_aaguids[0] = YUBIKEY.replace('-', ""), &["profile.denied_aaguids[0]"]),
            (|m| profile(m).aaguid_mode = 3, &["profile.aaguid_mode"]),
            (|m| m.request_id = "r".to_owned(), &["request_id"]),
            (
                |m| (profile(m).attachment, profile(m).aaguid_mode) = (9, 9),
                &["profile.attachment", "profile.aaguid_mode"],
            ),
        ],
    );
    let preview = PreviewRegistrationProfileRequest { profile: Some(message()), ..Default::default() };
    assert_violations(
        &preview,
        decode::preview_registration_profile,
        &[
            (|m| m.profile = None, &["profile"]),
            (|m| m.profile.as_mut().unwrap().name.clear(), &["profile.name"]),
            (|m| m.tenant_id = "tnt_".to_owned(), &["tenant_id"]),
        ],
    );
    let list = ListRegistrationProfilesRequest { name: "staff".to_owned(), ..Default::default() };
    assert_violations(
        &list,
        decode::list_registration_profiles,
        &[
            (|m| m.name = "n".repeat(65), &["name"]),
            (|m| m.page_size = -1, &["page_size"]),
            (|m| m.tenant_id = "x".to_owned(), &["tenant_id"]),
        ],
    );
}

#[test]
fn profile_carries_what_was_said_and_nothing_that_only_an_answer_has() {
    let (_, command) = decode::create_registration_profile(arrival(), create()).unwrap();
    let profile = command.profile;
    assert!(command.acknowledge_lockout && command.tenant.is_some());
    assert_eq!((profile.id, profile.created_at), (None, None));
    assert_eq!(profile.name, Name::new("staff").unwrap());
    assert_eq!(profile.user_verification, UserVerification::Discouraged);
    assert_eq!(profile.resident_key, ResidentKey::Required);
    assert_eq!(profile.attachment, Some(Attachment::CrossPlatform));
    assert_eq!(profile.hints, [Hint::SecurityKey]);
    assert_eq!(profile.attestation, AttestationConveyance::Direct);
    assert_eq!(profile.attestation_rule.roots, [CERTIFICATE]);
    assert_eq!(profile.attestation_rule.untrusted, UntrustedAttestation::Accept);
    assert_eq!(profile.algorithms, [Algorithm::Ed25519, Algorithm::Es256]);
    assert_eq!(profile.counter_rule, CounterRule::Reject);
    assert_eq!((profile.max_credentials, profile.locked), (5, true));
    assert_eq!(profile.aaguids.allowed, [YUBIKEY.parse().unwrap()]);
    assert_eq!(profile.aaguids.denied, [keystead_domain::Aaguid([0; 16])]);
    assert_eq!(profile.aaguids.mode, AaguidMode::RegistrationAndUse);
}

#[test]
fn what_a_profile_leaves_out_is_as_in_the_built_in_one() {
    let message = Message { name: "default".to_owned(), ..Message::default() };
    let request = CreateRegistrationProfileRequest { profile: Some(message), ..Default::default() };
    let (_, command) = decode::create_registration_profile(arrival(), request).unwrap();
    assert_eq!(command.profile, RegistrationProfile::built_in());
}

#[test]
fn list_of_profiles_may_be_narrowed() {
    let list = |name: &str, current_only| {
        let name = name.to_owned();
        let request = ListRegistrationProfilesRequest { name, current_only, ..Default::default() };
        decode::list_registration_profiles(arrival(), request).unwrap().1.1
    };
    let filter = list("", false);
    assert!(filter.name.is_none() && !filter.current_only);
    let filter = list("staff", true);
    assert!(filter.name.is_some() && filter.current_only);
}
