use ciborium::Value as Cbor;
use keystead_ceremony::registration::{Registered, Response, TrustPath};
use keystead_domain::{
    Aaguid, Algorithm, Attachment, Attestation, AttestationTrust, Challenge, Reason, ResidentKey, Transport,
    UserVerification, WebauthnId,
};

use crate::{
    key::{Key, cbor},
    response::{AT, BE, BS, CHALLENGE, ED, ID, Registration, Statement, UP, UV, self_signed, text},
};

fn verified(case: &Registration) -> Result<Registered, Reason> {
    Response::from_parts(case.parts()).unwrap().verify(&case.rp, &case.terms)
}

/// What a registration that is honest but for one change comes to.
fn outcome(change: impl FnOnce(&mut Registration)) -> Result<Registered, Reason> {
    let mut case = Registration::of(Algorithm::Es256);
    change(&mut case);
    verified(&case)
}

fn refusal(change: impl FnOnce(&mut Registration)) -> Option<Reason> {
    outcome(change).err()
}

fn map(entries: &[(&str, Cbor)]) -> Statement {
    Statement::Exactly(Cbor::Map(entries.iter().map(|(k, v)| ((*k).into(), v.clone())).collect()))
}

#[test]
fn an_honest_registration_yields_every_fact() {
    let mut case = Registration::of(Algorithm::Es256);
    case.transports = ["internal", "hybrid", "a,b", "", "internal", "future"].map(Into::into).into();
    let expected = Registered {
        webauthn_id: WebauthnId::new(ID).unwrap(),
        public_key: cbor(case.cose.clone()),
        algorithm: Algorithm::Es256,
        sign_count: 41,
        aaguid: Aaguid([0xaa; 16]),
        attestation: Attestation { format: "none".into(), trust: AttestationTrust::None },
        path: TrustPath::default(),
        transports: ["internal", "hybrid", "future"].map(|word| Transport::new(word).unwrap()).into(),
        attachment: Some(Attachment::Platform),
        discoverable: Some(true),
        backup_eligible: true,
        backed_up: true,
        user_verified: true,
        origin: "https://example.org".into(),
        conditional: false,
    };
    assert_eq!(verified(&case), Ok(expected));
}

#[test]
fn flags_are_told_apart() {
    let seen = |flags| {
        let registered = outcome(|case| {
            case.around.flags = flags | AT;
            case.terms.user_verification = UserVerification::Preferred;
        });
        registered.map(|r| (r.user_verified, r.backup_eligible, r.backed_up))
    };
    assert_eq!(seen(UP), Ok((false, false, false)));
    assert_eq!(seen(UP | UV), Ok((true, false, false)));
    assert_eq!(seen(UP | BE), Ok((false, true, false)));
    assert_eq!(seen(UP | BE | BS), Ok((false, true, true)));
}

#[test]
fn at_most_eight_transports_are_kept() {
    let many: Vec<String> = (0..20).map(|i| format!("t{i}")).collect();
    assert_eq!(outcome(|case| case.transports = many).unwrap().transports.len(), Transport::MOST);
}

#[test]
fn only_the_challenge_that_was_signed_is_answered() {
    let response = Response::from_parts(Registration::of(Algorithm::Es256).parts()).unwrap();
    assert!(response.answers(&CHALLENGE));
    let mut other = CHALLENGE;
    other.0[31] ^= 1;
    assert!(!response.answers(&other));
    let mut shorter = Registration::of(Algorithm::Es256);
    shorter.around.client_data["challenge"] = "".into();
    assert!(!Response::from_parts(shorter.parts()).unwrap().answers(&Challenge([0; 32])));
}

#[test]
fn a_type_other_than_public_key_is_refused() {
    for kind in ["", "password", "Public-Key", "public-key "] {
        assert_eq!(
            refusal(|case| case.around.kind = kind.into()),
            Some(Reason::CredentialTypeInvalid),
            "{kind}"
        );
    }
}

#[test]
fn an_empty_or_overlong_credential_id_is_refused() {
    let with_id = |length: usize| {
        refusal(|case| {
            case.around.raw_id = vec![1; length];
            case.around.id = text(&case.around.raw_id);
            case.attested_id.clone_from(&case.around.raw_id);
        })
    };
    assert_eq!(with_id(0), Some(Reason::CredentialIdLength));
    assert_eq!(with_id(1), None);
    assert_eq!(with_id(1023), None);
    assert_eq!(with_id(1024), Some(Reason::CredentialIdLength));
}

#[test]
fn an_id_that_is_not_the_raw_id_is_refused() {
    let padded = format!("{}=", text(ID));
    for id in ["", "b3RoZXI", "not base64url!", &padded] {
        assert_eq!(refusal(|case| case.around.id = id.into()), Some(Reason::CredentialIdMismatch), "{id}");
    }
}

#[test]
fn client_data_of_another_type_is_refused() {
    for kind in ["webauthn.get", "", "payment.get", "Webauthn.Create"] {
        let reason = refusal(|case| case.around.client_data["type"] = kind.into());
        assert_eq!(reason, Some(Reason::ClientDataTypeMismatch), "{kind}");
    }
}

#[test]
fn an_origin_that_is_not_exactly_one_of_the_relying_partys_is_refused() {
    let with_origin = |origin: &str| refusal(|case| case.around.client_data["origin"] = origin.into());
    assert_eq!(with_origin("https://login.example.org"), None);
    assert_eq!(with_origin("https://example.co.uk"), None);
    for origin in [
        "https://evil.example",
        "https://example.org.evil.example",
        "https://sub.example.org",
        "http://example.org",
        "https://example.org/",
        "https://example.org:443",
        "https://EXAMPLE.org",
        "https://login.example.co.uk",
        "http://example.co.uk",
        "null",
        "",
    ] {
        assert_eq!(with_origin(origin), Some(Reason::OriginMismatch), "{origin}");
    }
}

#[test]
fn the_origin_that_was_signed_is_a_fact() {
    for origin in ["https://example.org", "https://login.example.org", "https://example.co.uk"] {
        let registered = outcome(|case| case.around.client_data["origin"] = origin.into());
        assert_eq!(registered.map(|r| r.origin), Ok(origin.to_owned()));
    }
}

#[test]
fn a_byte_order_mark_before_client_data_is_stripped() {
    assert_eq!(refusal(|case| case.around.before_client_data = b"\xef\xbb\xbf"), None);
}

#[test]
fn unknown_members_of_client_data_are_ignored() {
    assert_eq!(refusal(|case| case.around.client_data["other_keys_can_be_added_here"] = "x".into()), None);
}

#[test]
fn an_attestation_object_that_is_not_one_strict_map_is_refused() {
    let with_bytes = |bytes: &[u8]| {
        let mut parts = Registration::of(Algorithm::Es256).parts();
        parts.attestation_object = bytes.to_vec();
        let case = Registration::of(Algorithm::Es256);
        Response::from_parts(parts).unwrap().verify(&case.rp, &case.terms).err()
    };
    let good = Registration::of(Algorithm::Es256).attestation_object();
    assert_eq!(with_bytes(&good), None);
    let entry = [&[0x63][..], b"fmt", &[0x64], b"none"].concat();
    for (name, bytes) in [
        ("empty", vec![]),
        ("an array", vec![0x80]),
        ("an empty map", vec![0xa0]),
        ("a byte after", [&good[..], &[0]].concat()),
        ("a byte less", good[..good.len() - 1].to_vec()),
        ("indefinite length", [&[0xbf], &good[1..], &[0xff]].concat()),
        ("a member twice", [&[0xa4], &good[1..], &entry].concat()),
    ] {
        assert_eq!(with_bytes(&bytes), Some(Reason::AttestationMalformed), "{name}");
    }
}

#[test]
fn an_attestation_format_is_an_identifier() {
    let with_format = |format: &str| refusal(|case| case.format = format.into());
    assert_eq!(with_format(&"x".repeat(32)), None);
    for format in ["", &"x".repeat(33), "a b", "a\"b", "a\\b", "ä"] {
        assert_eq!(with_format(format), Some(Reason::AttestationMalformed), "{format}");
    }
}

#[test]
fn bytes_after_authenticator_data_are_refused() {
    for after in [&[0][..], &[0xa0], &[0xff; 40]] {
        let reason = refusal(|case| case.around.after = after.to_vec());
        assert_eq!(reason, Some(Reason::AuthenticatorDataTrailingBytes), "{after:x?}");
    }
}

#[test]
fn extensions_of_the_authenticator_are_read_over() {
    let with_extensions = |bytes: &[u8]| {
        refusal(|case| {
            case.around.flags |= ED;
            case.around.after = bytes.to_vec();
        })
    };
    assert_eq!(with_extensions(&[0xa1, 0x61, b'x', 0xf5]), None);
    assert_eq!(with_extensions(&[]), Some(Reason::AuthenticatorDataMalformed));
    assert_eq!(with_extensions(&[0x80]), Some(Reason::AuthenticatorDataMalformed));
    assert_eq!(with_extensions(&[0xa0, 0xa0]), Some(Reason::AuthenticatorDataTrailingBytes));
}

#[test]
fn authenticator_data_without_a_credential_is_refused() {
    assert_eq!(refusal(|case| case.around.flags &= !AT), Some(Reason::AuthenticatorDataMalformed));
}

#[test]
fn authenticator_data_for_another_rp_id_is_refused() {
    for rp_id in ["evil.example", "login.example.org", ""] {
        assert_eq!(refusal(|case| case.around.rp_id = rp_id.into()), Some(Reason::RpIdMismatch), "{rp_id}");
    }
}

#[test]
fn backed_up_without_being_eligible_is_refused() {
    assert_eq!(refusal(|case| case.around.flags &= !BE), Some(Reason::BackupStateInvalid));
}

#[test]
fn an_id_other_than_the_one_in_authenticator_data_is_refused() {
    for id in [&b""[..], b"another", &[ID, b"x"].concat()] {
        let reason = refusal(|case| case.attested_id = id.to_vec());
        assert_eq!(reason, Some(Reason::AttestedCredentialIdMismatch), "{id:x?}");
    }
}

#[test]
fn format_none_with_a_statement_is_refused() {
    let reason = refusal(|case| case.statement = map(&[("alg", (-7).into())]));
    assert_eq!(reason, Some(Reason::AttestationStatementUnexpected));
}

#[test]
fn a_statement_that_is_not_a_map_is_refused_whatever_its_format() {
    for format in ["none", "packed", "tpm", "compound", "unheard-of"] {
        for statement in [Cbor::Null, Cbor::Array(vec![]), Cbor::Bytes(vec![]), 0.into()] {
            let reason = refusal(|case| {
                case.format = format.into();
                case.statement = Statement::Exactly(statement.clone());
            });
            assert_eq!(reason, Some(Reason::AttestationStatementMalformed), "{format} {statement:?}");
        }
    }
}

#[test]
fn packed_self_attestation_is_verified_for_every_algorithm() {
    for &algorithm in Algorithm::ALL {
        let mut case = Registration::of(algorithm);
        case.format = "packed".into();
        case.statement = Statement::SelfSigned;
        let registered = verified(&case).unwrap();
        let expected = Attestation { format: "packed".into(), trust: AttestationTrust::SelfSigned };
        assert_eq!((registered.attestation, registered.algorithm), (expected, algorithm));
    }
}

#[test]
fn packed_self_attestation_has_the_keys_algorithm_and_a_signature_and_nothing_else() {
    let signature = || Cbor::from(vec![0; 70]);
    for statement in [
        map(&[]),
        map(&[("alg", (-7).into())]),
        map(&[("sig", signature())]),
        map(&[("alg", "ES256".into()), ("sig", signature())]),
        map(&[("alg", (-7).into()), ("sig", "text".into())]),
        map(&[("alg", (-8).into()), ("sig", signature())]),
        map(&[("alg", (-7).into()), ("sig", signature()), ("ecdaaKeyId", signature())]),
    ] {
        let reason = refusal(|case| {
            case.format = "packed".into();
            case.statement = statement;
        });
        assert_eq!(reason, Some(Reason::AttestationStatementMalformed));
    }
}

#[test]
fn a_self_signature_over_anything_else_is_refused() {
    let key = Key::of(Algorithm::Es256);
    let other_message = self_signed(key, b"another message");
    let no_signature = Cbor::Map(vec![("alg".into(), (-7).into()), ("sig".into(), Cbor::Bytes(vec![]))]);
    for statement in [other_message, no_signature] {
        let reason = refusal(|case| {
            case.format = "packed".into();
            case.statement = Statement::Exactly(statement);
        });
        assert_eq!(reason, Some(Reason::AttestationSignatureInvalid));
    }
}

#[test]
fn statements_with_certificates_and_unknown_formats_are_kept_unverified() {
    for format in ["packed", "tpm", "android-key", "apple", "fido-u2f", "android-safetynet", "unheard-of"] {
        let registered = outcome(|case| {
            case.format = format.into();
            case.statement = map(&[("x5c", Cbor::Array(vec![Cbor::Bytes(vec![0x30, 0])]))]);
        });
        let expected = Attestation { format: format.into(), trust: AttestationTrust::Unverified };
        assert_eq!(registered.map(|r| r.attestation), Ok(expected), "{format}");
    }
}

#[test]
fn a_key_of_every_offered_algorithm_registers() {
    for &algorithm in Algorithm::ALL {
        assert_eq!(verified(&Registration::of(algorithm)).map(|r| r.algorithm), Ok(algorithm));
    }
}

#[test]
fn a_key_of_an_algorithm_that_was_not_offered_is_refused() {
    for &algorithm in Algorithm::ALL {
        let mut case = Registration::of(algorithm);
        case.terms.algorithms.retain(|offered| *offered != algorithm);
        assert_eq!(verified(&case).err(), Some(Reason::AlgorithmNotOffered));
    }
    assert_eq!(refusal(|case| case.cose[1] = (3, (-37).into())), Some(Reason::AlgorithmNotOffered));
}

#[test]
fn a_key_whose_type_does_not_fit_its_algorithm_is_refused() {
    let reason = refusal(|case| case.cose[0] = (1, 1.into()));
    assert_eq!(reason, Some(Reason::PublicKeyAlgorithmMismatch));
}

#[test]
fn a_point_that_is_not_on_its_curve_is_refused() {
    for y in [[0; 32], [1; 32], [0xff; 32]] {
        let reason = refusal(|case| case.cose[4] = (-3, Cbor::Bytes(y.to_vec())));
        assert_eq!(reason, Some(Reason::PublicKeyMalformed), "{y:x?}");
    }
}

#[test]
fn a_registration_without_user_presence_is_refused() {
    assert_eq!(refusal(|case| case.around.flags &= !UP), Some(Reason::UpRequired));
}

#[test]
fn user_verification_is_required_only_where_it_was_asked_for() {
    let unverified = |asked| {
        refusal(|case| {
            case.terms.user_verification = asked;
            case.around.flags &= !UV;
        })
    };
    assert_eq!(unverified(UserVerification::Required), Some(Reason::UvRequired));
    assert_eq!(unverified(UserVerification::Preferred), None);
    assert_eq!(unverified(UserVerification::Discouraged), None);
}

#[test]
fn a_key_that_is_said_not_to_be_discoverable_is_refused_only_where_one_was_required() {
    let with = |asked, discoverable| {
        refusal(|case| {
            case.terms.resident_key = asked;
            case.discoverable = discoverable;
        })
    };
    assert_eq!(with(ResidentKey::Required, Some(false)), Some(Reason::ResidentKeyRequired));
    assert_eq!(with(ResidentKey::Required, None), None);
    assert_eq!(with(ResidentKey::Preferred, Some(false)), None);
    assert_eq!(with(ResidentKey::Discouraged, Some(true)), None);
}

#[test]
fn an_authenticator_elsewhere_than_asked_for_is_refused() {
    let with = |asked, seen| {
        refusal(|case| {
            case.terms.attachment = asked;
            case.around.attachment = seen;
        })
    };
    let (platform, roaming) = (Some(Attachment::Platform), Some(Attachment::CrossPlatform));
    assert_eq!(with(platform, roaming), Some(Reason::AttachmentMismatch));
    assert_eq!(with(roaming, platform), Some(Reason::AttachmentMismatch));
    assert_eq!(with(roaming, roaming), None);
    assert_eq!(with(platform, None), None);
    assert_eq!(with(None, roaming), None);
}

#[test]
fn a_refusal_names_the_first_rule_that_does_not_hold() {
    type Fault = (fn(&mut Registration), Reason);
    let faults: [Fault; 19] = [
        (|case| case.around.kind.clear(), Reason::CredentialTypeInvalid),
        (|case| case.around.raw_id.clear(), Reason::CredentialIdLength),
        (|case| case.around.id.push('A'), Reason::CredentialIdMismatch),
        (|case| case.around.client_data["type"] = "x".into(), Reason::ClientDataTypeMismatch),
        (|case| case.around.client_data["origin"] = "x".into(), Reason::OriginMismatch),
        (|case| case.around.client_data["crossOrigin"] = true.into(), Reason::CrossOriginNotAllowed),
        (|case| case.after_object.push(0), Reason::AttestationMalformed),
        (|case| case.around.after.push(0), Reason::AuthenticatorDataTrailingBytes),
        (|case| case.around.rp_id.push('x'), Reason::RpIdMismatch),
        (|case| case.around.flags &= !BE, Reason::BackupStateInvalid),
        (|case| case.attested_id.push(0), Reason::AttestedCredentialIdMismatch),
        (|case| case.statement = Statement::Exactly(Cbor::Null), Reason::AttestationStatementMalformed),
        (|case| case.cose[0] = (1, 1.into()), Reason::PublicKeyAlgorithmMismatch),
        (|case| case.terms.algorithms.clear(), Reason::AlgorithmNotOffered),
        (
            |case| {
                case.format = "packed".into();
                case.statement = map(&[("alg", (-7).into()), ("sig", vec![0].into())]);
            },
            Reason::AttestationSignatureInvalid,
        ),
        (|case| case.around.flags &= !UP, Reason::UpRequired),
        (|case| case.around.flags &= !UV, Reason::UvRequired),
        (|case| case.discoverable = Some(false), Reason::ResidentKeyRequired),
        (|case| case.around.attachment = Some(Attachment::CrossPlatform), Reason::AttachmentMismatch),
    ];
    for (i, (first, reason)) in faults.iter().enumerate() {
        for (later, _) in &faults[i..] {
            let seen = refusal(|case| {
                later(case);
                first(case);
            });
            assert_eq!(seen, Some(*reason));
        }
    }
}
