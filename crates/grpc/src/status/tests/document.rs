//! `docs/errors.md`: every reason, from the comments in `error_reason.proto` and from the answers of `status.rs`. After a
//! change of either, write it again with `KEYSTEAD_REGENERATE=1 cargo test -p keystead-grpc document` and commit it.

use std::{env, fmt::Write as _, fs, path::Path};

use keystead_proto::{DESCRIPTOR_SET, v1::RetryHint};
use prost_reflect::{DescriptorPool, EnumValueDescriptor};

use super::super::{Answer, ErrorReason, Kind, Next, answer, code_name};

const HEAD: &str = "\
# Errors: every reason

This page is generated: see `crates/grpc/src/status/tests/document.rs`.

A call answers OK, or one of these. The reason is `ErrorInfo.reason` in the details of the status, with domain
`keystead.v1`; `ErrorReason` in `proto/keystead/v1/error_reason.proto` numbers them, and events use the same names. OK means
done: whatever is not a completed step is an error. Statuses without ErrorInfo come from the gRPC stack: an RPC that does not
exist (UNIMPLEMENTED), a message that cannot be decoded (INTERNAL) or is larger than 64 KiB, of an import than 1 MiB
(OUT_OF_RANGE), a call its client took back (CANCELLED).

Every call may answer CALLER_UNAUTHENTICATED, CALLER_NOT_ALLOWED, FIELD_VIOLATION and the faults; what else an RPC may answer
stands in its comment in the proto files. Who may not call learns nothing about his request: the grant is checked before the
message is read.

Facts that help to go on are in `ErrorInfo.metadata`: `grant` (CALLER_NOT_ALLOWED), `remedies` (WOULD_LOCK_OUT), `users`
(UNREACHABLE_USERS), `correct_rp_id` (WRONG_RP), `unused_credentials` (CREDENTIAL_LIMIT).

A stream (ImportCredentials, ExportCredentials) ends with one of these as well; what it answered before holds. It ends as
CALLER_UNAUTHENTICATED or CALLER_NOT_ALLOWED within seconds after its caller lost the key or the grant, and as DEADLINE where
the work on a message takes longer than a call may, where nothing moves for a minute, or where its `grpc-timeout` passes.
";

const REJECTIONS: &str = "
## The request

Yours to correct. The same call again gets the same answer. One of them is FAILED_PRECONDITION, but has no `Refusal`: no end
user was refused.

| reason | code | meaning | what to do |
|---|---|---|---|
";

const FAULTS: &str = "
## Faults

Ours, and never a verdict about an end user: nothing was decided that was not committed. Where waiting helps, `RetryInfo` says
how long. Repeat a mutation with the same `request_id`: what was done is then answered again, not done twice.

| reason | code | RetryInfo | meaning | what to do |
|---|---|---|---|---|
";

const REFUSALS: &str = "
## Refusals

What an end user showed or asked for was not accepted, or is not enough: FAILED_PRECONDITION with a `Refusal` in the details.
Show him its `message`, log the reason, and do not retry the call. `retry` says what he may do: `SAME_METHOD` start the ceremony
again, `OTHER_METHOD` offer another way or another key, `NONE` nothing on this page helps. Where nothing is to do for the
calling service, that is all there is. The last three come in the reports of imports only, as the reason of a row that was not
taken.

| reason | meaning | what to do | retry | message |
|---|---|---|---|---|
";

fn document() -> String {
    let (mut rejections, mut faults, mut refusals) =
        (REJECTIONS.to_owned(), FAULTS.to_owned(), REFUSALS.to_owned());
    let pool = DescriptorPool::decode(DESCRIPTOR_SET).expect("a descriptor set");
    let reasons = pool.get_enum_by_name("keystead.v1.ErrorReason").expect("the enum");
    for value in reasons.values().filter(|value| value.number() != 0) {
        let reason = ErrorReason::try_from(value.number()).expect("a generated value");
        let name = reason.as_str_name().trim_start_matches("ERROR_REASON_");
        let Answer { code, text, kind } = answer(reason);
        let code = code_name(code);
        let (_, remedy) = text.split_once(": ").unwrap_or_default();
        let meaning = meaning(&value, code);
        let written = match kind {
            Kind::Rejection => writeln!(rejections, "| `{name}` | {code} | {meaning} | {remedy} |"),
            Kind::Fault { retry_after } => {
                let delay = retry_after.map(|delay| format!("{} s", delay.as_secs())).unwrap_or_default();
                writeln!(faults, "| `{name}` | {code} | {delay} | {meaning} | {remedy} |")
            }
            Kind::Refusal(Next { sentence, retry }) => {
                let retry = hint(retry);
                writeln!(refusals, "| `{name}` | {meaning} | {remedy} | {retry} | {sentence} |")
            }
        };
        written.expect("a String takes all");
    }
    [HEAD, &rejections, &faults, &refusals].concat()
}

/// The comment without the code it ends with; it must be the code that is answered.
fn meaning(value: &EnumValueDescriptor, code: &str) -> String {
    let file = value.parent_enum().parent_file();
    let source = file.file_descriptor_proto().source_code_info.as_ref().expect("comments");
    let location = source.location.iter().find(|location| location.path == value.path()).expect("a location");
    let comment = location.leading_comments().split_whitespace().collect::<Vec<_>>().join(" ");
    let comment = comment.strip_suffix('.').expect("a sentence");
    let comment = comment.strip_suffix(" with RetryInfo").unwrap_or(comment);
    let meaning = comment.strip_suffix(code).unwrap_or_else(|| panic!("`{comment}` does not name {code}"));
    meaning.trim_end().trim_end_matches('.').to_owned()
}

fn hint(retry: RetryHint) -> &'static str {
    retry.as_str_name().trim_start_matches("RETRY_HINT_")
}

#[test]
fn reasons_in_comments_of_rpcs_exist() {
    let pool = DescriptorPool::decode(DESCRIPTOR_SET).expect("a descriptor set");
    for method in pool.services().flat_map(|service| service.methods().collect::<Vec<_>>()) {
        let file = method.parent_file();
        let source = file.file_descriptor_proto().source_code_info.as_ref().expect("comments");
        let location = source.location.iter().find(|location| location.path == method.path());
        let comment = location.expect("a location").leading_comments().replace('\n', " ");
        let (_, reasons) = comment.split_once("Reasons: ").expect("a list of reasons");
        let words = reasons.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
        for word in words.filter(|word| word.contains('_')) {
            let name = format!("ERROR_REASON_{word}");
            assert!(ErrorReason::from_str_name(&name).is_some(), "{}: {word}", method.full_name());
        }
    }
}

#[test]
fn document_of_errors_says_what_is_answered() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors.md");
    if env::var_os("KEYSTEAD_REGENERATE").is_some() {
        return fs::write(path, document()).expect("a writable file");
    }
    let committed = fs::read_to_string(path).expect("docs/errors.md");
    assert!(
        committed == document(),
        "docs/errors.md is out of date: write it again (see the head of this file)"
    );
}
