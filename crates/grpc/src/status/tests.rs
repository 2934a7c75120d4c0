//! Every reason's status, as a snapshot; and `docs/errors.md`, which is made from the same.

mod document;

use std::fmt::Write as _;

use keystead_domain::Reason;
use keystead_proto::{
    DESCRIPTOR_SET,
    v1::{ErrorReason, Signals as SignalsMessage},
};
use keystead_service::Signals;
use prost::Message as _;
use prost_reflect::{DescriptorPool, DynamicMessage};
use tonic_types::{StatusExt as _, pb};

use super::*;

/// Most bytes of details: they travel in trailers, in base64, and everything together must stay under 4 KiB.
const MOST_DETAILS: usize = 3072;

/// The status as a reader sees it who has nothing but the descriptor set.
fn shown(status: &Status) -> String {
    let pool = DescriptorPool::decode(DESCRIPTOR_SET).expect("a descriptor set");
    let rpc_status = pb::Status::decode(status.details()).expect("a google.rpc.Status");
    assert_eq!((rpc_status.code, rpc_status.message.as_str()), (status.code() as i32, status.message()));
    let mut text = format!("{}: {}\n", code_name(status.code()), status.message());
    for detail in rpc_status.details {
        let name = detail.type_url.strip_prefix("type.googleapis.com/").expect("a type URL");
        let descriptor = pool.get_message_by_name(name).expect("a described message");
        let message = DynamicMessage::decode(descriptor, detail.value.as_slice()).expect("a message");
        writeln!(text, "  {name} {message}").expect("a String takes all");
    }
    text
}

#[test]
fn every_reason_has_its_status() {
    let mut text = String::new();
    for reason in Reason::ALL {
        writeln!(text, "{reason} {}", shown(&because(*reason))).expect("a String takes all");
    }
    insta::assert_snapshot!(text);
}

#[test]
fn reasons_of_the_domain_are_those_of_the_api() {
    let api: Vec<_> = (1..=200).filter_map(|number| ErrorReason::try_from(number).ok()).collect();
    let numbers: Vec<_> = api.iter().map(|reason| *reason as i32).collect();
    assert_eq!(numbers, Reason::ALL.iter().map(|reason| i32::from(reason.number())).collect::<Vec<_>>());
    for (api, reason) in api.iter().zip(Reason::ALL) {
        assert_eq!(api.as_str_name(), format!("ERROR_REASON_{reason}"));
        assert_eq!(wire(*reason), *api);
        assert_eq!(reason_of(&because(*reason)).as_deref(), Some(reason.as_str()));
    }
}

#[test]
fn only_refusals_are_failed_preconditions() {
    for reason in Reason::ALL {
        let answer = answer(wire(*reason));
        let is_refusal = matches!(answer.kind, Kind::Refusal(_));
        // Whom a profile would lock out is its maker's affair: no end user was refused.
        let is_expected = is_refusal || *reason == Reason::UnreachableUsers;
        assert_eq!(answer.code == Code::FailedPrecondition, is_expected, "{reason}");
    }
}

#[test]
fn faults_are_known_by_their_status() {
    for reason in Reason::ALL {
        let is_fault = matches!(answer(wire(*reason)).kind, Kind::Fault { .. });
        assert_eq!(super::is_fault(&because(*reason)), is_fault, "{reason}");
    }
}

#[test]
fn refusals_that_tell_accounts_apart_say_the_same_to_the_end_user() {
    let said = |reason| match answer(reason).kind {
        Kind::Refusal(next) => (next.sentence, next.retry),
        _ => panic!("{reason:?} is no refusal"),
    };
    for reason in [
        ErrorReason::CredentialRevoked,
        ErrorReason::CredentialSuspended,
        ErrorReason::CredentialQuarantined,
        ErrorReason::UserMismatch,
        ErrorReason::WrongRp,
        ErrorReason::SignatureInvalid,
    ] {
        assert_eq!(said(reason), said(ErrorReason::CredentialUnknown), "{reason:?}");
    }
    assert_eq!(said(ErrorReason::AccountPending), said(ErrorReason::AccountDeactivated));
}

#[test]
fn statuses_with_more_than_a_reason() {
    let violations = [
        ("user.external_id", "must have 1 to 255 bytes"),
        ("overrides.user_verification", "is a number this version does not know"),
    ];
    let violations: Violations = violations.into_iter().collect();
    let signals =
        Signals { unknown_credential: Some(r#"{"rpId":"example.org"}"#.to_owned()), ..Signals::default() };
    let refused = Refused { signals, ..Refused::new(Reason::CredentialUnknown) };
    let remedies = vec![("remedies", "add_passkey,name_remaining_method".to_owned())];
    let locked_out = Refused { metadata: remedies, ..Refused::new(Reason::WouldLockOut) };
    let texts = [
        shown(&violations.into()),
        shown(&of(Error::invalid("origins", "must be 1 to 32 origins"))),
        shown(&of(Error::Refused(refused))),
        shown(&of(Error::Refused(locked_out))),
        shown(&of(Error::Unreachable { users: 7 })),
        shown(&of(Error::Rejected(Reason::UserNotFound))),
        shown(&not_allowed(Grant::CeremonyRegister)),
    ];
    insta::assert_snapshot!(texts.join("\n"));
}

#[test]
fn details_stay_small_whatever_was_sent() {
    let many: Violations = (0..500).map(|_| ("may_be_finished_by[499]", "p".repeat(230))).collect();
    let status = Status::from(many);
    assert!(status.details().len() <= MOST_DETAILS, "{}", status.details().len());
    let kept = status.get_error_details().bad_request().expect("a BadRequest").field_violations.len();
    assert!(kept >= 8, "{kept}");

    // The longest there is: an RP ID of 253 bytes and a credential id of 1023, in base64.
    let longest = format!(r#"{{"rpId":"{}","credentialId":"{}"}}"#, "r".repeat(253), "c".repeat(1364));
    let signals = Signals { unknown_credential: Some(longest.clone()), ..Signals::default() };
    let status = of(Error::Refused(Refused { signals, ..Refused::new(Reason::CredentialUnknown) }));
    assert!(status.details().len() <= MOST_DETAILS, "{}", status.details().len());
    let details = pb::Status::decode(status.details()).expect("a google.rpc.Status").details;
    let refusal = keystead_proto::v1::Refusal::decode(details[1].value.as_slice()).expect("a Refusal");
    let signals = SignalsMessage { unknown_credential_json: longest, ..SignalsMessage::default() };
    assert_eq!(refusal.signals, Some(signals));

    // As many unused credentials as are ever named.
    let ids = ["cred_01h2xcejqtf2nbrexx3vqjhp41"; 10].join(",");
    let metadata = vec![("unused_credentials", ids.clone())];
    let status = of(Error::Refused(Refused { metadata, ..Refused::new(Reason::CredentialLimit) }));
    assert!(status.details().len() <= MOST_DETAILS, "{}", status.details().len());
    let info = status.get_details_error_info().expect("an ErrorInfo");
    assert_eq!(info.metadata["unused_credentials"], ids);
}

#[tokio::test(start_paused = true)]
async fn work_on_a_message_that_takes_too_long_is_answered_deadline_exceeded() {
    let limit = Duration::from_secs(10);
    let late = within(limit, std::future::pending::<Result<(), Status>>()).await.expect_err("too late");
    assert_eq!(reason_of(&late).as_deref(), Some("DEADLINE"));
    assert_eq!(within(limit, async { Ok(7) }).await.expect("in time"), 7);
}

#[test]
fn faults_become_internal_or_unavailable_and_keep_their_cause_to_themselves() {
    let fault = of(Fault::Inconsistent("the secret of row 7").into());
    assert_eq!((fault.code(), reason_of(&fault).as_deref()), (Code::Internal, Some("INTERNAL")));
    assert!(!shown(&fault).contains("row 7"));
    let fault = of(Fault::KeysAway.into());
    assert_eq!((fault.code(), reason_of(&fault).as_deref()), (Code::Unavailable, Some("KEY_UNAVAILABLE")));
    for (error, code) in [
        (keystead_store::Error::Busy, Code::Unavailable),
        (keystead_store::Error::Conflict, Code::Internal),
        (keystead_store::Error::Options("mysql://secret".to_owned()), Code::Internal),
    ] {
        let status = of(error.into());
        assert_eq!(status.code(), code, "{status:?}");
        assert!(!shown(&status).contains("secret"));
    }
}
