use std::collections::HashMap;
use std::sync::Arc;

use prost_types::Any;
use tonic_types::ErrorDetail;

use super::*;

fn refusal() -> v1::Refusal {
    v1::Refusal {
        reason: ErrorReason::CeremonyConsumed.into(),
        message: "Please start again.".to_owned(),
        retry: RetryHint::SameMethod.into(),
        retry_delay: None,
        signals: Some(v1::Signals { unknown_credential_json: "{}".to_owned(), ..Default::default() }),
    }
}

fn error_info(reason: &str, domain: &str) -> ErrorDetail {
    tonic_types::ErrorInfo::new(reason, domain, HashMap::new()).into()
}

fn status(code: Code, standard: Vec<ErrorDetail>, refusal: Option<Any>) -> Status {
    let status = Status::with_error_details_vec(code, "said the server", standard);
    let mut details = tonic_types::Status::decode(status.details()).expect("a google.rpc.Status");
    details.details.extend(refusal);
    Status::with_details(code, "said the server", details.encode_to_vec().into())
}

fn refused(refusal: &v1::Refusal) -> Status {
    let info = error_info("CEREMONY_CONSUMED", DOMAIN);
    status(Code::FailedPrecondition, vec![info], Some(Any::from_msg(refusal).expect("an encodable message")))
}

#[test]
fn refusal_detail_makes_a_typed_refusal() {
    let Error::Refused(seen) = Error::from(refused(&refusal())) else { panic!("not refused") };
    assert_eq!(seen.reason, ErrorReason::CeremonyConsumed);
    assert_eq!(seen.message, "Please start again.");
    assert_eq!((seen.retry, seen.retry_delay), (RetryHint::SameMethod, None));
    assert_eq!(seen.signals.as_ref().map(|signals| signals.unknown_credential_json.as_str()), Some("{}"));
    assert_eq!(Error::Refused(seen).to_string(), "CEREMONY_CONSUMED: Please start again.");
}

#[test]
fn refusal_says_how_long_to_wait_where_either_detail_does() {
    let delay = Some(Duration::from_secs(30));
    let own = v1::Refusal { retry_delay: Some(prost_types::Duration { seconds: 30, nanos: 0 }), ..refusal() };
    assert!(matches!(Error::from(refused(&own)), Error::Refused(seen) if seen.retry_delay == delay));

    let retry_info = tonic_types::RetryInfo::new(delay).into();
    let any = Any::from_msg(&refusal()).expect("an encodable message");
    let status = status(Code::FailedPrecondition, vec![retry_info], Some(any));
    assert!(matches!(Error::from(status), Error::Refused(seen) if seen.retry_delay == delay));
}

#[test]
fn reason_of_a_newer_server_is_unspecified_and_still_refused() {
    let newer = v1::Refusal { reason: 9999, retry: 99, ..refusal() };
    let Error::Refused(seen) = Error::from(refused(&newer)) else { panic!("not refused") };
    assert_eq!((seen.reason, seen.retry), (ErrorReason::Unspecified, RetryHint::Unspecified));

    let status = status(Code::NotFound, vec![error_info("FLOW_NOT_FOUND_OR_SO", DOMAIN)], None);
    let error = Error::from(status);
    assert!(matches!(error, Error::Rejected { code: Code::NotFound, .. }), "{error:?}");
    assert_eq!(error.reason(), Some(ErrorReason::Unspecified));
}

#[test]
fn refusal_beside_another_code_is_no_refusal() {
    let any = Any::from_msg(&refusal()).expect("an encodable message");
    let status = status(Code::Internal, vec![error_info("INTERNAL", DOMAIN)], Some(any));
    assert!(matches!(Error::from(status), Error::Rejected { reason: ErrorReason::Internal, .. }));
}

#[test]
fn failed_precondition_without_refusal_is_rejected() {
    let status = status(Code::FailedPrecondition, vec![error_info("FLOW_REQUIRED", DOMAIN)], None);
    assert!(matches!(Error::from(status), Error::Rejected { reason: ErrorReason::FlowRequired, .. }));
}

#[test]
fn facts_that_help_to_go_on_come_with_both_kinds() {
    let facts = HashMap::from([("remedies".to_owned(), "add_passkey".to_owned())]);
    let info = |reason: &str| tonic_types::ErrorInfo::new(reason, DOMAIN, facts.clone()).into();
    let any = Any::from_msg(&refusal()).expect("an encodable message");
    let refused = status(Code::FailedPrecondition, vec![info("WOULD_LOCK_OUT")], Some(any));
    let Error::Refused(seen) = Error::from(refused) else { panic!("not refused") };
    assert_eq!(seen.metadata["remedies"], "add_passkey");

    let rejected = status(Code::FailedPrecondition, vec![info("UNREACHABLE_USERS")], None);
    let Error::Rejected { reason, metadata, .. } = Error::from(rejected) else { panic!("not rejected") };
    assert_eq!((reason, metadata["remedies"].as_str()), (ErrorReason::UnreachableUsers, "add_passkey"));
}

#[test]
fn field_violations_name_the_fields() {
    let bad_request =
        tonic_types::BadRequest::with_violation("user.external_id", "is longer than 255 bytes").into();
    let details = vec![error_info("FIELD_VIOLATION", DOMAIN), bad_request];
    let Error::Rejected { reason, code, message, field_violations, retry_delay, .. } =
        Error::from(status(Code::InvalidArgument, details, None))
    else {
        panic!("not rejected")
    };
    assert_eq!((reason, code), (ErrorReason::FieldViolation, Code::InvalidArgument));
    assert_eq!((message.as_str(), retry_delay), ("said the server", None));
    let [violation] = field_violations.as_slice() else { panic!("{field_violations:?}") };
    assert_eq!(violation.field, "user.external_id");
    assert_eq!(violation.description, "is longer than 255 bytes");
}

#[test]
fn overload_says_how_long_to_wait() {
    let retry_info = tonic_types::RetryInfo::new(Some(Duration::from_millis(1500))).into();
    let status = status(Code::ResourceExhausted, vec![error_info("OVERLOADED", DOMAIN), retry_info], None);
    let error = Error::from(status);
    assert!(
        matches!(error, Error::Rejected { retry_delay: Some(delay), .. } if delay == Duration::from_millis(1500))
    );
    assert_eq!(error.to_string(), "OVERLOADED: said the server");
}

#[test]
fn status_of_another_domain_is_not_keysteads_answer() {
    let foreign =
        status(Code::PermissionDenied, vec![error_info("CALLER_NOT_ALLOWED", "proxy.example")], None);
    let plain = Status::unavailable("connection refused");
    let garbage = Status::with_details(Code::FailedPrecondition, "garbage", vec![0xff; 9].into());
    for status in [foreign, plain, garbage] {
        let code = status.code();
        let error = Error::from(status);
        assert!(matches!(&error, Error::Transport(status) if status.code() == code), "{error:?}");
        assert_eq!(error.reason(), None);
    }
}

#[test]
fn deadline_is_one_whoever_notices_it() {
    let server = status(Code::DeadlineExceeded, vec![error_info("DEADLINE", DOMAIN)], None);
    assert!(matches!(Error::from(server), Error::Deadline));
    let mut local = Status::cancelled("Timeout expired");
    local.set_source(Arc::new(TimeoutExpired(())));
    assert!(matches!(Error::from(local), Error::Deadline));
    assert!(matches!(Error::from(Status::cancelled("by a proxy")), Error::Transport(_)));
}
