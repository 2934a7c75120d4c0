use keystead_domain::{
    Algorithm, AttestationConveyance, ExternalId, Hint, Mediation, Name, RegistrationOverrides as Overrides,
    ResidentKey, UserVerification,
};
use keystead_proto::v1::{
    AssertionResponse, ClientContext, FinishAuthenticationRequest, FinishRegistrationRequest,
    RegistrationOverrides, RegistrationResponse, StartAuthenticationRequest, StartRegistrationRequest,
    UserRef, finish_authentication_request as login, finish_registration_request as registration,
};

use super::{super::ceremony as decode, *};

/// A shape WebAuthn gives; nothing in it verifies.
const ASSERTION_JSON: &str = r#"{"id":"AQID","rawId":"AQID","type":"public-key","response":{
    "clientDataJSON":"eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiQUFBQSIsIm9yaWdpbiI6Imh0dHBzOi8vZXhhbXBsZS5vcmcifQ",
    "authenticatorData":"AAAA","signature":"AAAA"},"clientExtensionResults":{}}"#;
const REGISTRATION_JSON: &str = r#"{"id":"AQID","rawId":"AQID","type":"public-key","response":{
    "clientDataJSON":"eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiwiY2hhbGxlbmdlIjoiQUFBQSIsIm9yaWdpbiI6Imh0dHBzOi8vZXhhbXBsZS5vcmcifQ",
    "attestationObject":"oA"},"clientExtensionResults":{}}"#;
const CLIENT_DATA: &[u8] = br#"{"type":"webauthn.get","challenge":"AAAA","origin":"https://example.org"}"#;

fn client(change: fn(&mut ClientContext)) -> ClientContext {
    let mut client = ClientContext {
        ip_address: "2001:db8::1".to_owned(),
        user_agent: "Mozilla/5.0".to_owned(),
        origin: "https://login.example.org".to_owned(),
        country: "CH".to_owned(),
        ..ClientContext::default()
    };
    change(&mut client);
    client
}

fn start_authentication() -> StartAuthenticationRequest {
    StartAuthenticationRequest {
        user: Some(by_external_id("anna")),
        rp_id: "example.org".to_owned(),
        user_verification: 1,
        mediation: 2,
        hints: vec!["hybrid".to_owned(), "security-key".to_owned()],
        session_binding: "b".repeat(64),
        client: Some(client(|_| {})),
    }
}

fn finish_authentication() -> FinishAuthenticationRequest {
    FinishAuthenticationRequest {
        user: Some(by_id(USER)),
        ceremony_token: "t".repeat(1024),
        response: Some(login::Response::CredentialJson(ASSERTION_JSON.to_owned())),
        session_binding: String::new(),
        client: Some(client(|_| {})),
        request_id: REQUEST.to_owned(),
    }
}

fn start_registration() -> StartRegistrationRequest {
    StartRegistrationRequest {
        user: Some(by_external_id("anna")),
        rp_id: String::new(),
        profile: "staff".to_owned(),
        overrides: Some(RegistrationOverrides {
            user_verification: 2,
            resident_key: 1,
            attachment: 2,
            hints: vec!["security-key".to_owned()],
            attestation: 3,
            algorithms: vec![-8, -7],
        }),
        mediation: 2,
        session_binding: String::new(),
        client: None,
    }
}

fn overrides(message: &mut StartRegistrationRequest) -> &mut RegistrationOverrides {
    message.overrides.as_mut().unwrap()
}

fn finish_registration() -> FinishRegistrationRequest {
    FinishRegistrationRequest {
        user: Some(by_id(USER)),
        ceremony_token: "t".repeat(4096),
        response: Some(registration::Response::CredentialJson(REGISTRATION_JSON.to_owned())),
        display_name: "Anna's phone".to_owned(),
        session_binding: String::new(),
        client: None,
        request_id: String::new(),
    }
}

#[test]
fn violations_of_start_authentication_name_their_fields() {
    assert_violations(
        &start_authentication(),
        decode::start_authentication,
        &[
            (|m| m.user = Some(UserRef { r#ref: None }), &["user"]),
            (|m| m.user = Some(by_id("anna")), &["user.user_id"]),
            (|m| m.user = Some(by_id("")), &["user.user_id"]),
            (|m| m.user = Some(by_id(CREDENTIAL)), &["user.user_id"]),
            (|m| m.user = Some(by_id(&USER.to_uppercase())), &["user.user_id"]),
            (|m| m.user = Some(by_external_id("")), &["user.external_id"]),
            (|m| m.user = Some(by_external_id(&"a".repeat(256))), &["user.external_id"]),
            (|m| m.user = Some(by_external_id("a\nb")), &["user.external_id"]),
            (|m| m.rp_id = "https://example.org".to_owned(), &["rp_id"]),
            (|m| m.user_verification = 4, &["user_verification"]),
            (|m| m.mediation = -1, &["mediation"]),
            (|m| m.hints.push("phone".to_owned()), &["hints[2]"]),
            (|m| m.hints = vec!["usb".to_owned(), "nfc".to_owned()], &["hints[0]", "hints[1]"]),
            (|m| m.hints = vec!["hybrid".to_owned(); 4], &["hints"]),
            (|m| m.session_binding.push('b'), &["session_binding"]),
            (|m| (m.rp_id, m.mediation) = ("-".to_owned(), 9), &["rp_id", "mediation"]),
        ],
    );
}

#[test]
fn violations_of_finish_authentication_name_their_fields() {
    assert_violations(
        &finish_authentication(),
        decode::finish_authentication,
        &[
            (|m| m.user = Some(UserRef { r#ref: None }), &["user"]),
            (|m| m.ceremony_token.clear(), &["ceremony_token"]),
            (|m| m.ceremony_token.push('t'), &["ceremony_token"]),
            (|m| m.response = None, &["response"]),
            (|m| m.response = Some(login::Response::CredentialJson("{".to_owned())), &["credential_json"]),
            (
                |m| m.response = Some(login::Response::CredentialJson(REGISTRATION_JSON.to_owned())),
                &["credential_json"],
            ),
            (
                |m| m.response = Some(login::Response::Assertion(AssertionResponse::default())),
                &["assertion.client_data_json"],
            ),
            (
                |m| {
                    m.response = Some(login::Response::Assertion(AssertionResponse {
                        client_data_json: CLIENT_DATA.to_vec(),
                        attachment: 3,
                        ..AssertionResponse::default()
                    }));
                },
                &["assertion.attachment"],
            ),
            (|m| m.request_id = "fifteen-bytes-x".to_owned(), &["request_id"]),
            (|m| m.request_id = "r".repeat(129), &["request_id"]),
        ],
    );
}

#[test]
fn violations_of_start_registration_name_their_fields() {
    assert_violations(
        &start_registration(),
        decode::start_registration,
        &[
            (|m| m.user = None, &["user"]),
            (|m| m.profile = "p".repeat(65), &["profile"]),
            (|m| m.mediation = 3, &["mediation"]),
            (|m| overrides(m).user_verification = 9, &["overrides.user_verification"]),
            (|m| overrides(m).resident_key = 9, &["overrides.resident_key"]),
            (|m| overrides(m).attachment = 9, &["overrides.attachment"]),
            (|m| overrides(m).hints = vec!["usb".to_owned()], &["overrides.hints[0]"]),
            (|m| overrides(m).hints = vec!["hybrid".to_owned(); 4], &["overrides.hints"]),
            (|m| overrides(m).attestation = 5, &["overrides.attestation"]),
            (
                |m| overrides(m).algorithms = vec![-7, 0, -65_535],
                &["overrides.algorithms[1]", "overrides.algorithms[2]"],
            ),
            (|m| overrides(m).algorithms = vec![-7, -8, -7], &["overrides.algorithms[2]"]),
            (|m| overrides(m).algorithms = vec![-7; 9], &["overrides.algorithms"]),
            (|m| m.session_binding = "b".repeat(65), &["session_binding"]),
        ],
    );
}

#[test]
fn violations_of_finish_registration_name_their_fields() {
    assert_violations(
        &finish_registration(),
        decode::finish_registration,
        &[
            (|m| m.user = None, &["user"]),
            (|m| m.ceremony_token.push('t'), &["ceremony_token"]),
            (|m| m.response = None, &["response"]),
            (
                |m| m.response = Some(registration::Response::CredentialJson(String::new())),
                &["credential_json"],
            ),
            (
                |m| m.response = Some(registration::Response::Registration(RegistrationResponse::default())),
                &["registration.client_data_json"],
            ),
            (|m| m.display_name = "n".repeat(256), &["display_name"]),
        ],
    );
}

#[test]
fn violations_of_the_client_name_their_fields() {
    assert_violations(
        &start_authentication(),
        decode::start_authentication,
        &[
            (
                |m| m.client = Some(client(|c| c.ip_address = "10.0.0.1:80".to_owned())),
                &["client.ip_address"],
            ),
            (|m| m.client = Some(client(|c| c.ip_address = "localhost".to_owned())), &["client.ip_address"]),
            (
                |m| m.client = Some(client(|c| c.origin = format!("https://{}", "a".repeat(248)))),
                &["client.origin"],
            ),
            (|m| m.client = Some(client(|c| c.origin = "https://a b".to_owned())), &["client.origin"]),
            (|m| m.client = Some(client(|c| c.country = "ch".to_owned())), &["client.country"]),
            (|m| m.client = Some(client(|c| c.country = "CHE".to_owned())), &["client.country"]),
            (|m| m.client = Some(client(|c| c.device_handle = "d".repeat(129))), &["client.device_handle"]),
            (
                |m| {
                    let capabilities = |c: &mut ClientContext| {
                        c.capabilities = (0..65).map(|n| (n.to_string(), true)).collect();
                    };
                    m.client = Some(client(capabilities));
                },
                &["client.capabilities"],
            ),
        ],
    );
}

#[test]
fn user_agent_is_cut_and_cleaned_because_nobodys_login_may_fail_for_it() {
    let mut message = start_authentication();
    message.client = Some(client(|c| c.user_agent = format!("a\tb{}", "ä".repeat(300))));
    let (call, _) = decode::start_authentication(arrival(), message).unwrap();
    let user_agent = call.client.user_agent.unwrap();
    assert_eq!(user_agent, format!("ab{}", "ä".repeat(255)));
}

#[test]
fn ip_address_is_kept_in_its_canonical_form() {
    let mut message = start_authentication();
    message.client = Some(client(|c| c.ip_address = "2001:DB8:0:0::1".to_owned()));
    let (call, _) = decode::start_authentication(arrival(), message).unwrap();
    assert_eq!(call.client.ip_address.as_deref(), Some("2001:db8::1"));
}

#[test]
fn start_authentication_carries_what_was_asked_for() {
    let (call, command) = decode::start_authentication(arrival(), start_authentication()).unwrap();
    let anna = ExternalId::new("anna").unwrap();
    assert_eq!(command.user, Some(keystead_domain::UserRef::External(anna)));
    assert_eq!(command.user_verification, Some(UserVerification::Required));
    assert_eq!(command.mediation, Mediation::Conditional);
    assert_eq!(command.hints, [Hint::Hybrid, Hint::SecurityKey]);
    assert_eq!((call.request_id, call.trace_id), (None, Some([3; 16])));

    let (call, command) =
        decode::start_authentication(arrival(), StartAuthenticationRequest::default()).unwrap();
    assert!(command.user.is_none() && command.rp_id.is_none() && command.user_verification.is_none());
    assert_eq!(command.mediation, Mediation::Modal);
    assert!(call.client.is_empty());
}

#[test]
fn start_registration_carries_what_was_asked_for() {
    let (_, command) = decode::start_registration(arrival(), start_registration()).unwrap();
    assert_eq!(command.profile, Some(Name::new("staff").unwrap()));
    assert_eq!(command.mediation, Mediation::Conditional);
    let asked = Overrides {
        user_verification: Some(UserVerification::Preferred),
        resident_key: Some(ResidentKey::Required),
        attachment: Some(keystead_domain::Attachment::CrossPlatform),
        hints: vec![Hint::SecurityKey],
        attestation: Some(AttestationConveyance::Direct),
        algorithms: vec![Algorithm::Ed25519, Algorithm::Es256],
    };
    assert_eq!(command.overrides, asked);

    let message = StartRegistrationRequest { user: Some(by_id(USER)), ..Default::default() };
    let (_, command) = decode::start_registration(arrival(), message).unwrap();
    assert_eq!((command.profile, command.overrides), (None, Overrides::default()));
    assert_eq!(command.mediation, Mediation::Modal);
}

#[test]
fn device_handle_reaches_the_call_and_an_empty_one_is_none() {
    for (handle, expected) in [("", None), ("d", Some("d"))] {
        let mut message = start_authentication();
        message.client = Some(client(|_| {}));
        message.client.as_mut().unwrap().device_handle = handle.to_owned();
        let (call, _) = decode::start_authentication(arrival(), message).unwrap();
        assert_eq!(call.client.device_handle.as_deref(), expected);
    }
}
