//! What no command can be made of, as tables: one row per way in which a field is wrong.

mod admin;
mod authenticator_models;
mod ceremony;
mod credentials;
mod registration_profiles;
mod resources;
mod transfer;

use std::sync::Arc;

use keystead_domain::{Caller, CallerId, CallerState, GrantSet, Name, TenantId, Timestamp};
use keystead_proto::v1::{self, user_ref::Ref};

use super::{Decoded, Violations};
use crate::arrival::Arrival;

const USER: &str = "usr_01h2xcejqtf2nbrexx3vqjhp41";
const CREDENTIAL: &str = "cred_01h2xcejqtf2nbrexx3vqjhp41";
const CALLER: &str = "clr_01h2xcejqtf2nbrexx3vqjhp41";
const REQUEST: &str = "0b6f1f3e-6a55-4c59-8a38-0d2f2c0d5f41";

fn arrival() -> Arrival {
    let caller = Caller {
        id: CallerId::from_bytes([1; 16]),
        tenant_id: Some(TenantId::from_bytes([2; 16])),
        name: Name::new("shop").unwrap(),
        grants: GrantSet::all(),
        may_be_finished_by: Vec::new(),
        state: CallerState::Active,
        created_at: Timestamp::from_micros(0),
    };
    Arrival { caller: Arc::new(caller), trace_id: Some([3; 16]) }
}

fn by_id(text: &str) -> v1::UserRef {
    v1::UserRef { r#ref: Some(Ref::UserId(text.to_owned())) }
}

fn by_external_id(text: &str) -> v1::UserRef {
    v1::UserRef { r#ref: Some(Ref::ExternalId(text.to_owned())) }
}

/// One way to break a valid message, and the fields that must be named for it.
type Break<M> = (fn(&mut M), &'static [&'static str]);

/// Breaks a valid message in each of these ways, alone.
fn assert_violations<M: Clone, C>(valid: &M, decode: fn(Arrival, M) -> Decoded<C>, breaks: &[Break<M>]) {
    assert_eq!(fields(decode(arrival(), valid.clone())), Vec::<String>::new(), "the valid message");
    for (n, (break_it, expected)) in breaks.iter().enumerate() {
        let mut message = valid.clone();
        break_it(&mut message);
        assert_eq!(fields(decode(arrival(), message)), *expected, "row {n}");
    }
}

fn fields<C>(decoded: Decoded<C>) -> Vec<String> {
    let violations = decoded.err().unwrap_or_default();
    violations.into_iter().map(|(field, _)| field.into_owned()).collect()
}

#[test]
fn violations_read_as_the_first_and_how_many_more() {
    let one = Violations::one("rp_id", "must be a domain".to_owned());
    assert_eq!(one.to_string(), "rp_id: must be a domain");
    let message = v1::UpsertUserRequest { request_id: "short".to_owned(), ..Default::default() };
    let two = super::users::upsert_user(arrival(), message).expect_err("two violations");
    assert_eq!(two.to_string(), "external_id: must have 1 to 255 bytes (and 1 more)");
}

#[test]
fn violations_never_repeat_what_was_sent() {
    let secret = "anna@example.org";
    let message = v1::FinishAuthenticationRequest {
        user: Some(by_id(secret)),
        ceremony_token: secret.repeat(100),
        session_binding: secret.repeat(10),
        request_id: format!("{secret}\u{7}"),
        client: Some(v1::ClientContext { ip_address: secret.to_owned(), ..Default::default() }),
        response: Some(v1::finish_authentication_request::Response::CredentialJson(secret.to_owned())),
    };
    let violations = super::ceremony::finish_authentication(arrival(), message).expect_err("violations");
    let texts: Vec<_> = violations.into_iter().map(|(field, problem)| format!("{field} {problem}")).collect();
    assert_eq!(texts.len(), 6);
    assert!(texts.iter().all(|text| !text.contains(secret)), "{texts:?}");
}
