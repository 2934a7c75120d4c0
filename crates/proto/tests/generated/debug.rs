//! Writes the `Debug` of messages that have fields marked `debug_redact`, because prost knows only to leave it out.

use std::fmt::Write as _;

use prost_reflect::{DescriptorPool, FieldDescriptor, Kind, MessageDescriptor, OneofDescriptor};

/// The messages of one package that have fields to redact.
pub(crate) struct Redactions(Vec<MessageDescriptor>);

impl Redactions {
    pub(crate) fn of(pool: &DescriptorPool, package: &str) -> Self {
        let of_package = pool.all_messages().filter(|message| message.package_name() == package);
        let mut messages: Vec<_> =
            of_package.filter(|message| message.fields().any(|field| is_redacted(&field))).collect();
        messages.sort_by(|a, b| a.full_name().cmp(b.full_name()));
        Self(messages)
    }

    /// As prost wants them named; its derived `Debug` is left out for them and for their oneofs.
    pub(crate) fn messages(&self) -> Vec<String> {
        self.0.iter().map(|message| format!(".{}", message.full_name())).collect()
    }

    pub(crate) fn code(&self) -> String {
        let mut code = String::from("// This file is generated: see tests/generated/main.rs.\n");
        for message in &self.0 {
            assert!(
                message.parent_message().is_none(),
                "{}: redaction in nested messages",
                message.full_name()
            );
            code.push_str(&message_impl(message));
            for oneof in message.oneofs().filter(|oneof| !oneof.is_synthetic()) {
                code.push_str(&oneof_impl(message, &oneof));
            }
        }
        code
    }
}

fn is_redacted(field: &FieldDescriptor) -> bool {
    let options = field.options();
    options.get_field_by_name("debug_redact").is_some_and(|value| value.as_bool() == Some(true))
}

fn message_impl(message: &MessageDescriptor) -> String {
    let mut members = Vec::new();
    for field in message.fields() {
        let member = match field.containing_oneof().filter(|oneof| !oneof.is_synthetic()) {
            Some(oneof) => (oneof.name().to_owned(), format!("&self.{}", oneof.name())),
            None => (field.name().to_owned(), shown(&field)),
        };
        // The fields of a oneof are one member of the struct.
        if !members.contains(&member) {
            members.push(member);
        }
    }
    let mut body = format!("        f.debug_struct(\"{}\")\n", message.name());
    for (name, value) in members {
        writeln!(body, "            .field(\"{name}\", {value})").expect("a String takes all");
    }
    body.push_str("            .finish()\n");
    debug_impl(message.name(), &body)
}

/// The expression for a field's value. Only the shapes that occur are known; a new one must be thought about here.
fn shown(field: &FieldDescriptor) -> String {
    let (name, plain) = (field.name(), !field.is_list() && !field.is_map() && !field.supports_presence());
    match field.kind() {
        Kind::String if plain && is_redacted(field) => {
            format!("&crate::redacted::Redacted::text(&self.{name})")
        }
        _ if is_redacted(field) => panic!("{}: only plain strings can be redacted", field.full_name()),
        Kind::Enum(_) if plain => format!("&self.{name}()"),
        Kind::Enum(_) => panic!("{}: only plain enums can be shown", field.full_name()),
        _ => format!("&self.{name}"),
    }
}

fn oneof_impl(message: &MessageDescriptor, oneof: &OneofDescriptor) -> String {
    let mut body = String::from("        match self {\n");
    for field in oneof.fields() {
        let (variant, redacted) = (pascal_case(field.name()), is_redacted(&field));
        assert!(
            !redacted || field.kind() == Kind::String,
            "{}: only strings can be redacted",
            field.full_name()
        );
        assert!(!matches!(field.kind(), Kind::Enum(_)), "{}: enums cannot be shown", field.full_name());
        let value = if redacted { "&crate::redacted::Redacted::text(value)" } else { "value" };
        writeln!(
            body,
            "            Self::{variant}(value) => f.debug_tuple(\"{variant}\").field({value}).finish(),"
        )
        .expect("a String takes all");
    }
    body.push_str("        }\n");
    debug_impl(&format!("{}::{}", snake_case(message.name()), pascal_case(oneof.name())), &body)
}

fn debug_impl(name: &str, body: &str) -> String {
    format!(
        "impl ::core::fmt::Debug for {name} {{\n    \
         fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {{\n{body}    }}\n}}\n"
    )
}

fn pascal_case(name: &str) -> String {
    let words = name.split('_').map(|word| word[..1].to_uppercase() + &word[1..]);
    words.collect()
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
