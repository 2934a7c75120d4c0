//! No secret shows in `Debug`, whichever message holds it.

use keystead_proto::{DESCRIPTOR_SET, v1};
use prost::Message as _;
use prost_reflect::{DescriptorPool, DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, Value};

const SECRET: &str = "correct-horse";
const PLAIN: &str = "plainly-shown";

/// What `Debug` prints of the message called `name` that `bytes` encode.
fn debug_of(name: &str, bytes: &[u8]) -> String {
    macro_rules! table {
        ($($message:ident)*) => {
            match name {
                $(stringify!($message) => {
                    let message = v1::$message::decode(bytes).expect("bytes of this message");
                    format!("{message:?} {message:#?}")
                })*
                _ => panic!("{name} has a field marked debug_redact: add it to this table"),
            }
        };
    }
    table! {
        ClientContext CreateApiKeyResponse
        StartRegistrationRequest StartRegistrationResponse FinishRegistrationRequest
        StartAuthenticationRequest StartAuthenticationResponse FinishAuthenticationRequest
    }
}

fn is_redacted(field: &FieldDescriptor) -> bool {
    let options = field.options();
    options.get_field_by_name("debug_redact").is_some_and(|value| value.as_bool() == Some(true))
}

fn redacted_fields() -> Vec<FieldDescriptor> {
    let pool = DescriptorPool::decode(DESCRIPTOR_SET).expect("a descriptor set");
    let fields = pool.all_messages().flat_map(|message| message.fields().collect::<Vec<_>>());
    fields.filter(is_redacted).collect()
}

/// Plain texts everywhere, and then `field` set to the secret.
fn message_with(field: &FieldDescriptor) -> DynamicMessage {
    let mut message = DynamicMessage::new(field.parent_message().clone());
    for other in plain_fields(field.parent_message()) {
        message.set_field(&other, Value::String(PLAIN.to_owned()));
    }
    message.set_field(field, Value::String(SECRET.to_owned()));
    message
}

fn plain_fields(message: &MessageDescriptor) -> Vec<FieldDescriptor> {
    let texts = message.fields().filter(|field| field.kind() == Kind::String && !field.is_list());
    texts.filter(|field| !is_redacted(field)).collect()
}

#[test]
fn no_redacted_field_shows_in_debug() {
    let fields = redacted_fields();
    assert!(!fields.is_empty());
    for field in fields {
        let message = message_with(&field);
        let shown = debug_of(field.parent_message().name(), &message.encode_to_vec());
        assert!(!shown.contains(SECRET), "{}: {shown}", field.full_name());
        assert!(shown.contains("[redacted]"), "{}: {shown}", field.full_name());
    }
}

#[test]
fn other_fields_of_a_message_with_secrets_show_in_debug() {
    for field in redacted_fields() {
        let message = message_with(&field);
        let shown = debug_of(field.parent_message().name(), &message.encode_to_vec());
        for other in field.parent_message().fields() {
            let in_oneof = other.containing_oneof().is_some();
            assert!(
                in_oneof || shown.contains(&format!("{}: ", other.name())),
                "{}: {shown}",
                other.full_name()
            );
        }
        for other in plain_fields(field.parent_message()) {
            assert!(
                shown.contains(&format!("{}: \"{PLAIN}\"", other.name())),
                "{}: {shown}",
                other.full_name()
            );
        }
    }
}

#[test]
fn a_secret_inside_another_message_does_not_show_in_debug() {
    let client = v1::ClientContext { device_handle: SECRET.to_owned(), ..Default::default() };
    let request = v1::StartAuthenticationRequest {
        client: Some(client),
        user_verification: v1::UserVerification::Required.into(),
        ..Default::default()
    };
    let shown = format!("{request:?}");
    assert!(shown.contains("device_handle: [redacted]") && !shown.contains(SECRET), "{shown}");
    assert!(shown.contains("user_verification: Required"), "{shown}");
    assert!(shown.contains("session_binding: \"\""), "{shown}");
}
