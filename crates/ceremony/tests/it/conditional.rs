//! Registrations without a dialog (§5.1.3): presence need not be shown, and nothing else is let off.

use ciborium::Value as Cbor;
use keystead_ceremony::registration::{Registered, Response};
use keystead_domain::{Algorithm, AttestationTrust, Mediation, Reason, UserVerification};

use crate::response::{AT, BE, Registration, Statement, UP, UV};

/// What a password manager's registration comes to that is honest but for one change.
fn outcome(change: impl FnOnce(&mut Registration)) -> Result<Registered, Reason> {
    let mut case = Registration::of(Algorithm::Es256);
    case.terms.mediation = Mediation::Conditional;
    case.terms.user_verification = UserVerification::Preferred;
    case.around.flags &= !(UP | UV);
    change(&mut case);
    Response::from_parts(case.parts()).unwrap().verify(&case.rp, &case.terms)
}

fn refusal(change: impl FnOnce(&mut Registration)) -> Option<Reason> {
    outcome(change).err()
}

#[test]
fn neither_presence_nor_verification_need_be_shown() {
    let registered = outcome(|_| {}).unwrap();
    assert!(registered.conditional && !registered.user_verified);
    assert_eq!(registered.attestation.trust, AttestationTrust::None);
    assert!(outcome(|case| case.around.flags |= UP | UV).unwrap().user_verified);
}

#[test]
fn presence_is_required_of_every_other_registration() {
    assert_eq!(refusal(|case| case.terms.mediation = Mediation::Modal), Some(Reason::UpRequired));
    let with_verification = |case: &mut Registration| {
        case.terms.mediation = Mediation::Modal;
        case.around.flags |= UV;
    };
    assert_eq!(refusal(with_verification), Some(Reason::UpRequired));
}

#[test]
fn no_statement_is_taken_whatever_the_flags() {
    for flags in [0, UP, UP | UV] {
        for (format, statement) in [
            ("packed", Statement::SelfSigned),
            ("packed", Statement::Exactly(Cbor::Map(vec![("x5c".into(), Cbor::Array(vec![]))]))),
            ("fido-u2f", Statement::Exactly(Cbor::Map(vec![]))),
            ("unheard-of", Statement::Exactly(Cbor::Map(vec![]))),
            ("none", Statement::Exactly(Cbor::Map(vec![("sig".into(), Cbor::Bytes(vec![]))]))),
        ] {
            let reason = refusal(|case| {
                case.around.flags |= flags;
                case.format = format.into();
                case.statement = statement;
            });
            assert_eq!(reason, Some(Reason::AttestationStatementUnexpected), "{format} {flags}");
        }
    }
}

#[test]
fn verification_is_required_where_the_terms_came_to_require_it() {
    let require = |case: &mut Registration| case.terms.user_verification = UserVerification::Required;
    assert_eq!(refusal(require), Some(Reason::UvRequired));
}

#[test]
fn everything_else_is_as_strict_as_ever() {
    type Fault = (fn(&mut Registration), Reason);
    let faults: [Fault; 14] = [
        (|case| case.around.kind.clear(), Reason::CredentialTypeInvalid),
        (|case| case.around.id.push('A'), Reason::CredentialIdMismatch),
        (|case| case.around.client_data["type"] = "webauthn.get".into(), Reason::ClientDataTypeMismatch),
        (|case| case.around.client_data["origin"] = "https://evil.example".into(), Reason::OriginMismatch),
        (|case| case.around.client_data["crossOrigin"] = true.into(), Reason::CrossOriginNotAllowed),
        (|case| case.after_object.push(0), Reason::AttestationMalformed),
        (|case| case.around.after.push(0), Reason::AuthenticatorDataTrailingBytes),
        (|case| case.around.flags &= !AT, Reason::AuthenticatorDataMalformed),
        (|case| case.around.rp_id.push('x'), Reason::RpIdMismatch),
        (|case| case.around.flags &= !BE, Reason::BackupStateInvalid),
        (|case| case.attested_id.push(0), Reason::AttestedCredentialIdMismatch),
        (|case| case.cose[0] = (1, 1.into()), Reason::PublicKeyAlgorithmMismatch),
        (|case| case.terms.algorithms.clear(), Reason::AlgorithmNotOffered),
        (|case| case.discoverable = Some(false), Reason::ResidentKeyRequired),
    ];
    for (fault, reason) in faults {
        assert_eq!(refusal(fault), Some(reason));
    }
}
