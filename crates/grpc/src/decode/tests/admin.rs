use std::time::Duration;

use keystead_domain::{Grant, GrantSet};
use keystead_proto::v1::{
    CreateApiKeyRequest, CreateCallerRequest, CreateRelyingPartyRequest, CreateTenantRequest,
    DisableCallerRequest, GetTenantRequest, ListApiKeysRequest, ListCallersRequest,
    ListRelyingPartiesRequest, ListTenantsRequest, RevokeApiKeyRequest, SetCallerFinishersRequest,
    SetCallerGrantsRequest, SetDefaultRelyingPartyRequest, SetRelyingPartyOriginsRequest,
};

use super::{super::admin as decode, *};

const TENANT: &str = "tnt_01h2xcejqtf2nbrexx3vqjhp41";
const RELYING_PARTY: &str = "rp_01h2xcejqtf2nbrexx3vqjhp41";
const API_KEY: &str = "key_01h2xcejqtf2nbrexx3vqjhp41";

#[test]
fn violations_of_tenant_requests_name_their_fields() {
    let create = CreateTenantRequest { name: "shop".to_owned(), request_id: REQUEST.to_owned() };
    assert_violations(
        &create,
        decode::create_tenant,
        &[
            (|m| m.name.clear(), &["name"]),
            (|m| m.name = "n".repeat(65), &["name"]),
            (|m| m.request_id = "r".to_owned(), &["request_id"]),
        ],
    );
    let get = GetTenantRequest { tenant_id: TENANT.to_owned() };
    assert_violations(&get, decode::get_tenant, &[(|m| m.tenant_id = "tnt_".to_owned(), &["tenant_id"])]);
    let list = ListTenantsRequest::default();
    assert_violations(&list, decode::list_tenants, &[(|m| m.page_size = -1, &["page_size"])]);
}

#[test]
fn violations_of_relying_party_requests_name_their_fields() {
    let create = CreateRelyingPartyRequest {
        tenant_id: TENANT.to_owned(),
        rp_id: "example.org".to_owned(),
        ceremony_lifetime: Some(prost_types::Duration { seconds: 90, nanos: 0 }),
        ..Default::default()
    };
    assert_violations(
        &create,
        decode::create_relying_party,
        &[
            (|m| m.tenant_id = USER.to_owned(), &["tenant_id"]),
            (|m| m.rp_id.clear(), &["rp_id"]),
            (|m| m.name = "n".repeat(65), &["name"]),
            (
                |m| m.ceremony_lifetime = Some(prost_types::Duration { seconds: -1, nanos: 0 }),
                &["ceremony_lifetime"],
            ),
        ],
    );
    let (_, command) = decode::create_relying_party(arrival(), create).unwrap();
    assert_eq!(command.ceremony_lifetime, Some(Duration::from_secs(90)));
    assert!(command.name.is_none());

    let list = ListRelyingPartiesRequest::default();
    assert_violations(
        &list,
        decode::list_relying_parties,
        &[(|m| m.tenant_id = "x".to_owned(), &["tenant_id"])],
    );
    let set =
        SetRelyingPartyOriginsRequest { relying_party_id: RELYING_PARTY.to_owned(), ..Default::default() };
    assert_violations(&set, decode::set_origins, &[(|m| m.relying_party_id.clear(), &["relying_party_id"])]);
    let set =
        SetDefaultRelyingPartyRequest { relying_party_id: RELYING_PARTY.to_owned(), ..Default::default() };
    assert_violations(
        &set,
        decode::set_default_relying_party,
        &[(|m| m.relying_party_id = "example.org".to_owned(), &["relying_party_id"])],
    );
}

#[test]
fn violations_of_caller_requests_name_their_fields() {
    let create = CreateCallerRequest {
        name: "web".to_owned(),
        grants: vec!["admin".to_owned(), "events".to_owned()],
        may_be_finished_by: vec![CALLER.to_owned()],
        ..Default::default()
    };
    assert_violations(
        &create,
        decode::create_caller,
        &[
            (|m| m.name.clear(), &["name"]),
            (|m| m.grants.clear(), &["grants"]),
            (|m| m.grants = vec!["admin".to_owned(); 33], &["grants"]),
            (
                |m| m.grants = vec!["root".to_owned(), "events".to_owned(), String::new()],
                &["grants[0]", "grants[2]"],
            ),
            (|m| m.may_be_finished_by.push(String::new()), &["may_be_finished_by[1]"]),
        ],
    );
    let (_, command) = decode::create_caller(arrival(), create).unwrap();
    assert_eq!(command.grants, [Grant::Admin, Grant::Events].into_iter().collect());

    let set = SetCallerGrantsRequest { caller_id: CALLER.to_owned(), ..Default::default() };
    assert_violations(
        &set,
        decode::set_caller_grants,
        &[(|m| m.caller_id.clear(), &["caller_id"]), (|m| m.grants.push("Admin".to_owned()), &["grants[0]"])],
    );
    let (_, (_, _, grants)) = decode::set_caller_grants(arrival(), set).unwrap();
    assert_eq!(grants, GrantSet::default(), "every grant may be taken away");

    let set = SetCallerFinishersRequest { caller_id: CALLER.to_owned(), ..Default::default() };
    assert_violations(
        &set,
        decode::set_caller_finishers,
        &[
            (|m| m.caller_id.clear(), &["caller_id"]),
            (|m| m.may_be_finished_by.push(USER.to_owned()), &["may_be_finished_by[0]"]),
        ],
    );

    let list = ListCallersRequest::default();
    assert_violations(&list, decode::list_callers, &[(|m| m.page_size = -5, &["page_size"])]);
    let disable = DisableCallerRequest { caller_id: CALLER.to_owned(), ..Default::default() };
    assert_violations(
        &disable,
        decode::disable_caller,
        &[(|m| m.caller_id = USER.to_owned(), &["caller_id"])],
    );
}

#[test]
fn violations_of_api_key_requests_name_their_fields() {
    let create = CreateApiKeyRequest { caller_id: CALLER.to_owned(), ..Default::default() };
    assert_violations(&create, decode::create_api_key, &[(|m| m.caller_id.clear(), &["caller_id"])]);
    let list = ListApiKeysRequest { caller_id: CALLER.to_owned(), ..Default::default() };
    assert_violations(&list, decode::list_api_keys, &[(|m| m.caller_id.clear(), &["caller_id"])]);
    let revoke = RevokeApiKeyRequest { api_key_id: API_KEY.to_owned(), ..Default::default() };
    assert_violations(
        &revoke,
        decode::revoke_api_key,
        &[(|m| m.api_key_id = CALLER.to_owned(), &["api_key_id"])],
    );
}
