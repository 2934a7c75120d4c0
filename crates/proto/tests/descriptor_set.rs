//! The descriptor set is enough for a reader that has nothing else, such as a client of server reflection.

use keystead_proto::DESCRIPTOR_SET;
use keystead_proto::v1::Refusal;
use prost::{Message as _, Name as _};
use prost_reflect::DescriptorPool;
use prost_types::{Any, FileDescriptorSet};

fn pool() -> DescriptorPool {
    DescriptorPool::decode(DESCRIPTOR_SET).expect("a descriptor set without gaps")
}

#[test]
fn descriptor_set_holds_every_service_and_the_details_of_errors() {
    let pool = pool();
    let services: Vec<_> = pool.services().map(|service| service.name().to_owned()).collect();
    for service in ["AdminService", "CeremonyService", "CredentialService", "EventService", "UserService"] {
        assert!(services.iter().any(|name| name == service), "{service} is missing from {services:?}");
    }
    for detail in
        ["google.rpc.Status", "google.rpc.ErrorInfo", "google.rpc.BadRequest", "google.rpc.RetryInfo"]
    {
        assert!(pool.get_message_by_name(detail).is_some(), "{detail} is missing");
    }
}

#[test]
fn descriptor_set_keeps_the_comments() {
    let set = FileDescriptorSet::decode(DESCRIPTOR_SET).expect("a descriptor set");
    for file in set.file.iter().filter(|file| file.package() == "keystead.v1") {
        let locations = &file.source_code_info.as_ref().expect("source info").location;
        assert!(locations.iter().any(|location| location.leading_comments.is_some()), "{}", file.name());
    }
}

#[test]
fn type_url_in_a_status_is_the_one_reflection_resolves() {
    assert_eq!(Refusal::type_url(), "type.googleapis.com/keystead.v1.Refusal");
    let any = Any::from_msg(&Refusal::default()).expect("an encodable message");
    assert_eq!(any.type_url, Refusal::type_url());
    assert!(pool().get_message_by_name(&Refusal::full_name()).is_some());
}
