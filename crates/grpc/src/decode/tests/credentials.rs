use keystead_domain::{CredentialState, RequestId};
use keystead_proto::v1::{
    GetCredentialRequest, GetSignalsRequest, ListCredentialsRequest, RenameCredentialRequest,
    ReportLostRequest, ResumeCredentialRequest, RevokeCredentialRequest, SuspendCredentialRequest,
};

use super::{super::credentials, *};

#[test]
fn violations_of_credential_requests_name_their_fields() {
    let list = ListCredentialsRequest { user: Some(by_id(USER)), states: vec![1, 4], ..Default::default() };
    assert_violations(
        &list,
        credentials::list_credentials,
        &[
            (|m| m.user = Some(by_external_id("")), &["user.external_id"]),
            (|m| m.states = vec![1, 9, 0], &["states[1]", "states[2]"]),
            (|m| m.page_size = i32::MIN, &["page_size"]),
        ],
    );
    let get = GetCredentialRequest { credential_id: CREDENTIAL.to_owned() };
    assert_violations(
        &get,
        credentials::get_credential,
        &[
            (|m| m.credential_id.clear(), &["credential_id"]),
            (|m| m.credential_id = USER.to_owned(), &["credential_id"]),
        ],
    );
    let rename = RenameCredentialRequest { credential_id: CREDENTIAL.to_owned(), ..Default::default() };
    assert_violations(
        &rename,
        credentials::rename_credential,
        &[(|m| m.display_name = "n".repeat(256), &["display_name"])],
    );
    let signals = GetSignalsRequest { user: Some(by_id(USER)), rp_id: "example.org".to_owned() };
    assert_violations(
        &signals,
        credentials::get_signals,
        &[(|m| m.user = None, &["user"]), (|m| m.rp_id = "-".to_owned(), &["rp_id"])],
    );
}

#[test]
fn violations_of_who_acts_on_a_credential_name_their_fields() {
    let resume = ResumeCredentialRequest { credential_id: CREDENTIAL.to_owned(), ..Default::default() };
    assert_violations(
        &resume,
        credentials::resume_credential,
        &[
            (|m| m.credential_id.clear(), &["credential_id"]),
            (|m| m.acting_user = "a\nb".to_owned(), &["acting_user"]),
            (|m| m.request_id = "r".to_owned(), &["request_id"]),
        ],
    );
    let lost = ReportLostRequest { credential_id: CREDENTIAL.to_owned(), ..Default::default() };
    assert_violations(
        &lost,
        credentials::report_lost,
        &[
            (|m| m.credential_id = USER.to_owned(), &["credential_id"]),
            (|m| m.acting_user = "a".repeat(256), &["acting_user"]),
            (|m| m.request_id = "r".to_owned(), &["request_id"]),
        ],
    );
}

#[test]
fn violations_of_taking_a_credential_away_name_their_fields() {
    let revoke = RevokeCredentialRequest {
        credential_id: CREDENTIAL.to_owned(),
        acting_user: "support".to_owned(),
        request_id: REQUEST.to_owned(),
        remaining_methods: (0..8).map(|n| format!("external:method_{n}")).collect(),
        acknowledge_lockout: true,
    };
    assert_violations(
        &revoke,
        credentials::revoke_credential,
        &[
            (|m| m.credential_id.clear(), &["credential_id"]),
            (|m| m.acting_user = "a".repeat(256), &["acting_user"]),
            (|m| m.acting_user.clear(), &["acknowledge_lockout"]),
            (|m| m.request_id = "r".to_owned(), &["request_id"]),
            (|m| m.remaining_methods.push("external:sms".to_owned()), &["remaining_methods"]),
            (|m| m.remaining_methods[1] = "password".to_owned(), &["remaining_methods[1]"]),
            (|m| m.remaining_methods[7] = "external:SMS".to_owned(), &["remaining_methods[7]"]),
        ],
    );
    let (call, taking) = credentials::revoke_credential(arrival(), revoke).unwrap();
    assert_eq!(call.request_id.as_ref().map(RequestId::as_str), Some(REQUEST));
    assert_eq!(taking.remaining_methods.len(), 8);
    assert!(taking.acknowledge_lockout && taking.acting_user.is_some());

    let suspend = SuspendCredentialRequest {
        credential_id: CREDENTIAL.to_owned(),
        remaining_methods: vec!["external:password".to_owned()],
        ..Default::default()
    };
    assert_violations(
        &suspend,
        credentials::suspend_credential,
        &[
            (|m| m.credential_id.clear(), &["credential_id"]),
            (|m| m.acknowledge_lockout = true, &["acknowledge_lockout"]),
            (|m| m.remaining_methods.push(String::new()), &["remaining_methods[1]"]),
        ],
    );
}

#[test]
fn states_of_a_filter_come_in_order_and_once() {
    let message = ListCredentialsRequest { states: vec![4, 1, 4, 5], ..Default::default() };
    let (_, (filter, _)) = credentials::list_credentials(arrival(), message).unwrap();
    let expected = [CredentialState::Active, CredentialState::Revoked, CredentialState::Superseded];
    assert_eq!(filter.states, expected);
}
