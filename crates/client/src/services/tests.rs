use std::collections::{BTreeMap, BTreeSet};

use keystead_proto::DESCRIPTOR_SET;
use prost::Message as _;
use prost_types::method_options::IdempotencyLevel;
use prost_types::{FileDescriptorSet, MethodDescriptorProto};

use super::*;

/// The rules of this crate by service and RPC.
fn rules() -> BTreeMap<(&'static str, &'static str), &'static str> {
    let services = [
        ("CeremonyService", Ceremonies::RULES),
        ("CredentialService", Credentials::RULES),
        ("CredentialService", Credentials::STREAM_RULES),
        ("UserService", Users::RULES),
        ("AdminService", Admin::RULES),
        ("EventService", Events::RULES),
    ];
    let of =
        |(service, rules): (_, &'static [_])| rules.iter().map(move |(rpc, rule)| ((service, *rpc), *rule));
    services.into_iter().flat_map(of).collect()
}

fn files() -> FileDescriptorSet {
    FileDescriptorSet::decode(DESCRIPTOR_SET).expect("a descriptor set")
}

/// The full names of messages that have a field `request_id`.
fn with_request_id(files: &FileDescriptorSet) -> BTreeSet<String> {
    let messages =
        files.file.iter().flat_map(|file| file.message_type.iter().map(move |message| (file, message)));
    messages
        .filter(|(_, message)| message.field.iter().any(|field| field.name() == "request_id"))
        .map(|(file, message)| format!(".{}.{}", file.package(), message.name()))
        .collect()
}

/// What the proto files say about repeating an RPC. A stream of requests cannot be sent twice, one of answers only be opened
/// twice.
fn rule_of(rpc: &MethodDescriptorProto, with_request_id: &BTreeSet<String>) -> &'static str {
    let idempotency = rpc.options.clone().unwrap_or_default().idempotency_level();
    let is_harmless = idempotency != IdempotencyLevel::IdempotencyUnknown || rpc.name().starts_with("Start");
    match (rpc.client_streaming(), rpc.server_streaming()) {
        (false, true) if is_harmless => "Opening",
        (false, false) if is_harmless => "Always",
        (false, false) if with_request_id.contains(rpc.input_type()) => "WithRequestId",
        _ => "Never",
    }
}

fn snake_case(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push('_');
        }
        words.extend(letter.to_lowercase());
    }
    words
}

#[test]
fn every_rpc_has_a_method_and_the_rule_the_proto_files_give_it() {
    let (files, rules) = (files(), rules());
    let with_request_id = with_request_id(&files);
    let mut known = BTreeSet::new();
    for service in files.file.iter().flat_map(|file| &file.service) {
        for rpc in &service.method {
            let method = snake_case(rpc.name());
            let rule = rules.get(&(service.name(), method.as_str())).copied();
            assert_eq!(rule, Some(rule_of(rpc, &with_request_id)), "{}.{}", service.name(), rpc.name());
            known.insert(format!("{}.{method}", service.name()));
        }
    }
    assert_eq!(known.len(), rules.len(), "methods without an RPC");
}

#[test]
fn rule_with_request_id_asks_for_one() {
    let mut request = crate::v1::RenameCredentialRequest::default();
    assert!(!is_repeatable!(WithRequestId, request));
    request.request_id = crate::RequestId::from_random([7; 16]).into();
    assert!(is_repeatable!(WithRequestId, request));
}
