use keystead_ceremony::assertion::{Asserted, Response, Unproven};
use keystead_domain::{Algorithm, Attachment, Reason, WebauthnId};
use serde_json::Value;

use crate::{
    key::{Key, cbor},
    response::{AT, Assertion, BE, BS, CHALLENGE, ED, ID, UP, UV, relying_party, text},
};

fn verified(case: &Assertion) -> Result<Asserted, Reason> {
    let response = Response::from_parts(case.parts()).unwrap();
    let verdict = response.check(&case.rp)?.verify(&cbor(case.stored_key.clone()), case.stored_algorithm);
    verdict.map_err(|unproven| match unproven {
        Unproven::Signature => Reason::SignatureInvalid,
        Unproven::StoredKey => panic!("the stored key cannot be read"),
    })
}

/// What an assertion that is honest but for one change comes to. It is signed as changed.
fn outcome(change: impl FnOnce(&mut Assertion)) -> Result<Asserted, Reason> {
    let mut case = Assertion::of(Algorithm::Es256);
    change(&mut case);
    verified(&case)
}

fn refusal(change: impl FnOnce(&mut Assertion)) -> Option<Reason> {
    outcome(change).err()
}

/// Whether the envelope alone refuses, before any key is known.
fn refused_by_check(change: impl FnOnce(&mut Assertion)) -> Option<Reason> {
    let mut case = Assertion::of(Algorithm::Es256);
    change(&mut case);
    Response::from_parts(case.parts()).unwrap().check(&case.rp).err()
}

#[test]
fn an_honest_assertion_of_every_algorithm_yields_every_fact() {
    for &algorithm in Algorithm::ALL {
        let expected = Asserted {
            user_present: true,
            user_verified: true,
            backup_eligible: true,
            backed_up: false,
            sign_count: 41,
            attachment: Some(Attachment::Platform),
            origin: "https://example.org".into(),
        };
        assert_eq!(verified(&Assertion::of(algorithm)), Ok(expected), "{algorithm:?}");
    }
}

#[test]
fn flags_are_told_apart_and_user_verification_is_not_judged_here() {
    let seen = |flags| {
        let asserted = outcome(|case| case.around.flags = flags);
        asserted.map(|a| (a.user_present, a.user_verified, a.backup_eligible, a.backed_up))
    };
    assert_eq!(seen(UP), Ok((true, false, false, false)));
    assert_eq!(seen(UP | UV), Ok((true, true, false, false)));
    assert_eq!(seen(UP | BE), Ok((true, false, true, false)));
    assert_eq!(seen(UP | BE | BS), Ok((true, false, true, true)));
}

#[test]
fn only_the_challenge_that_was_signed_is_answered() {
    let response = Response::from_parts(Assertion::of(Algorithm::Es256).parts()).unwrap();
    assert!(response.answers(&CHALLENGE));
    let mut other = CHALLENGE;
    other.0[0] ^= 0x80;
    assert!(!response.answers(&other));
}

#[test]
fn id_and_user_handle_are_there_for_the_look_up() {
    let mut case = Assertion::of(Algorithm::Es256);
    let response = Response::from_parts(case.parts()).unwrap();
    assert_eq!(response.webauthn_id(), WebauthnId::new(ID).ok());
    assert_eq!(response.user_handle(), Some(&[9; 64][..]));
    for length in [0, 1024] {
        case.around.raw_id = vec![1; length];
        case.user_handle = None;
        let response = Response::from_parts(case.parts()).unwrap();
        assert_eq!((response.webauthn_id(), response.user_handle()), (None, None), "{length}");
    }
}

#[test]
fn a_type_other_than_public_key_is_refused() {
    assert_eq!(
        refused_by_check(|case| case.around.kind = "password".into()),
        Some(Reason::CredentialTypeInvalid)
    );
}

#[test]
fn an_empty_or_overlong_credential_id_is_refused() {
    let with_id = |length: usize| {
        refused_by_check(|case| {
            case.around.raw_id = vec![1; length];
            case.around.id = text(&case.around.raw_id);
        })
    };
    assert_eq!(with_id(0), Some(Reason::CredentialIdLength));
    assert_eq!(with_id(1023), None);
    assert_eq!(with_id(1024), Some(Reason::CredentialIdLength));
}

#[test]
fn an_id_that_is_not_the_raw_id_is_refused() {
    assert_eq!(
        refused_by_check(|case| case.around.id = "b3RoZXI".into()),
        Some(Reason::CredentialIdMismatch)
    );
}

#[test]
fn client_data_of_another_type_is_refused() {
    for kind in ["webauthn.create", "", "payment.get"] {
        let reason = refused_by_check(|case| case.around.client_data["type"] = kind.into());
        assert_eq!(reason, Some(Reason::ClientDataTypeMismatch), "{kind}");
    }
}

#[test]
fn an_origin_that_is_not_exactly_one_of_the_relying_partys_is_refused() {
    for origin in ["https://evil.example", "https://example.org/", "https://example.org:443", ""] {
        let reason = refused_by_check(|case| case.around.client_data["origin"] = origin.into());
        assert_eq!(reason, Some(Reason::OriginMismatch), "{origin}");
    }
}

#[test]
fn the_origin_that_was_signed_is_a_fact_and_may_be_a_related_one() {
    for origin in ["https://example.org", "https://login.example.org", "https://example.co.uk"] {
        let asserted = outcome(|case| case.around.client_data["origin"] = origin.into());
        assert_eq!(asserted.map(|a| a.origin), Ok(origin.to_owned()));
    }
}

#[test]
fn framed_pages_are_accepted_only_from_the_relying_partys_top_origins() {
    use Reason::{CrossOriginNotAllowed as NotAllowed, TopOriginMismatch as Mismatch};
    let known = &["https://shop.example", "https://partner.example"][..];
    let top = |origin: &str| Some(Value::from(origin));
    for (cross_origin, top_origin, allowed, expected) in [
        (None, None, &[][..], None),
        (Some(false), None, &[], None),
        (Some(false), None, known, None),
        (Some(true), None, &[], Some(NotAllowed)),
        (Some(true), None, known, None),
        (Some(true), top("https://partner.example"), &[], Some(NotAllowed)),
        (Some(true), top("https://partner.example"), known, None),
        (Some(true), top("https://evil.example"), known, Some(Mismatch)),
        (Some(true), top("https://partner.example/"), known, Some(Mismatch)),
        (Some(true), top("https://example.org"), known, Some(Mismatch)),
        (Some(false), top("https://partner.example"), known, Some(Mismatch)),
        (Some(false), top("https://partner.example"), &[], Some(Mismatch)),
        (None, top("https://partner.example"), known, Some(Mismatch)),
    ] {
        let seen = refused_by_check(|case| {
            case.rp = relying_party(allowed);
            let members = case.around.client_data.as_object_mut().unwrap();
            members.remove("crossOrigin");
            members.extend(cross_origin.map(|framed| ("crossOrigin".into(), framed.into())));
            members.extend(top_origin.clone().map(|top| ("topOrigin".into(), top)));
        });
        assert_eq!(seen, expected, "{cross_origin:?} {top_origin:?} {allowed:?}");
    }
}

#[test]
fn a_byte_order_mark_before_client_data_is_stripped_and_still_signed() {
    assert_eq!(refusal(|case| case.around.before_client_data = b"\xef\xbb\xbf"), None);
    let case = Assertion::of(Algorithm::Es256);
    let mut parts = case.parts();
    parts.client_data_json.splice(0..0, *b"\xef\xbb\xbf");
    let response = Response::from_parts(parts).unwrap();
    let verdict = response.check(&case.rp).unwrap().verify(&cbor(case.stored_key), Algorithm::Es256);
    assert_eq!(verdict, Err(Unproven::Signature));
}

#[test]
fn authenticator_data_that_cannot_be_read_is_refused() {
    assert_eq!(refused_by_check(|case| case.around.flags |= AT), Some(Reason::AuthenticatorDataMalformed));
    assert_eq!(refused_by_check(|case| case.around.flags |= ED), Some(Reason::AuthenticatorDataMalformed));
    let mut parts = Assertion::of(Algorithm::Es256).parts();
    parts.authenticator_data.truncate(36);
    let reason = Response::from_parts(parts).unwrap().check(&relying_party(&[])).err();
    assert_eq!(reason, Some(Reason::AuthenticatorDataMalformed));
}

#[test]
fn bytes_after_authenticator_data_are_refused() {
    assert_eq!(
        refused_by_check(|case| case.around.after = vec![0xa0]),
        Some(Reason::AuthenticatorDataTrailingBytes)
    );
}

#[test]
fn authenticator_data_for_another_rp_id_is_refused() {
    assert_eq!(
        refused_by_check(|case| case.around.rp_id = "evil.example".into()),
        Some(Reason::RpIdMismatch)
    );
}

#[test]
fn backed_up_without_being_eligible_is_refused() {
    assert_eq!(refused_by_check(|case| case.around.flags = UP | BS), Some(Reason::BackupStateInvalid));
}

#[test]
fn an_assertion_without_user_presence_is_refused() {
    assert_eq!(refused_by_check(|case| case.around.flags = UV), Some(Reason::UpRequired));
}

#[test]
fn a_signature_of_another_key_or_over_another_message_is_refused() {
    for &algorithm in Algorithm::ALL {
        let honest = Assertion::of(algorithm);
        let signature = honest.parts().signature;
        let empty = Assertion { signature: Some(vec![]), ..honest.clone() };
        let other_message = Assertion { signature: Some(honest.key.sign(b"other")), ..honest.clone() };
        let mut counted_up = Assertion { signature: Some(signature), ..honest };
        counted_up.around.sign_count += 1;
        for case in [empty, other_message, counted_up] {
            assert_eq!(verified(&case), Err(Reason::SignatureInvalid), "{algorithm:?}");
        }
    }
}

#[test]
fn a_key_verifies_for_no_other_algorithm() {
    for &algorithm in Algorithm::ALL {
        for &other in Algorithm::ALL.iter().filter(|other| **other != algorithm) {
            let mut case = Assertion::of(algorithm);
            case.stored_key = Key::of(other).cose();
            case.stored_algorithm = other;
            assert_eq!(verified(&case), Err(Reason::SignatureInvalid), "{algorithm:?} {other:?}");
        }
    }
}

#[test]
fn an_es256_signature_is_der_and_nothing_else() {
    let honest = Assertion::of(Algorithm::Es256).parts().signature;
    let (r_length, long_form) = (usize::from(honest[3]), [&[0x30, 0x81, honest[1]], &honest[2..]].concat());
    let number = |bytes: &[u8]| {
        let digits: Vec<u8> = bytes.iter().copied().skip_while(|digit| *digit == 0).collect();
        [vec![0; 32 - digits.len()], digits].concat()
    };
    let raw = [number(&honest[4..4 + r_length]), number(&honest[6 + r_length..])].concat();
    for signature in [raw, long_form, [&honest[..], &[0]].concat()] {
        let reason = refusal(|case| case.signature = Some(signature.clone()));
        assert_eq!(reason, Some(Reason::SignatureInvalid), "{signature:x?}");
    }
}

#[test]
fn a_stored_key_of_another_algorithm_or_of_no_form_is_no_refusal() {
    let damages: [fn(&mut Assertion); 2] =
        [|case| case.stored_key = Key::of(Algorithm::Ed25519).cose(), |case| case.stored_key.clear()];
    for damage in damages {
        let mut case = Assertion::of(Algorithm::Es256);
        damage(&mut case);
        let response = Response::from_parts(case.parts()).unwrap();
        let verdict = response.check(&case.rp).unwrap().verify(&cbor(case.stored_key), Algorithm::Es256);
        assert_eq!(verdict, Err(Unproven::StoredKey));
    }
}

#[test]
fn a_refusal_names_the_first_rule_that_does_not_hold() {
    type Fault = (fn(&mut Assertion), Reason);
    let faults: [Fault; 11] = [
        (|case| case.around.kind.clear(), Reason::CredentialTypeInvalid),
        (|case| case.around.raw_id.clear(), Reason::CredentialIdLength),
        (|case| case.around.id.push('A'), Reason::CredentialIdMismatch),
        (|case| case.around.client_data["type"] = "x".into(), Reason::ClientDataTypeMismatch),
        (|case| case.around.client_data["origin"] = "x".into(), Reason::OriginMismatch),
        (|case| case.around.client_data["crossOrigin"] = true.into(), Reason::CrossOriginNotAllowed),
        (|case| case.around.after.push(0), Reason::AuthenticatorDataTrailingBytes),
        (|case| case.around.rp_id.push('x'), Reason::RpIdMismatch),
        (|case| case.around.flags = case.around.flags & !BE | BS, Reason::BackupStateInvalid),
        (|case| case.around.flags &= !UP, Reason::UpRequired),
        (|case| case.signature = Some(vec![0]), Reason::SignatureInvalid),
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
