//! Requests: each empty, and each with something in every field.

use std::sync::LazyLock;

use keystead_fuzz::proto::names;
use prost_reflect::{
    DescriptorPool, DynamicMessage, FieldDescriptor, Kind, MapKey, MessageDescriptor, Value,
    prost::Message as _,
};

use super::Seed;

static API: LazyLock<DescriptorPool> =
    LazyLock::new(|| DescriptorPool::decode(keystead_proto::DESCRIPTOR_SET).expect("the API's descriptors"));

/// Deeper messages stay empty.
const DEEPEST: u8 = 4;

pub(super) fn all() -> Vec<Seed> {
    let seeds = names().zip(0..).map(|(name, number): (&str, u8)| {
        let message = API.get_message_by_name(&format!("keystead.v1.{name}")).expect("a message of the API");
        let filled = [vec![number], filled(&message, DEEPEST).encode_to_vec()].concat();
        Seed::taken("proto", name, filled)
    });
    seeds.collect()
}

fn filled(message: &MessageDescriptor, depth: u8) -> DynamicMessage {
    let mut out = DynamicMessage::new(message.clone());
    for field in message.fields() {
        out.set_field(&field, value(&field, depth));
    }
    out
}

fn value(field: &FieldDescriptor, depth: u8) -> Value {
    if let (true, Kind::Message(entry)) = (field.is_map(), field.kind()) {
        let value = single(&entry.map_entry_value_field(), depth);
        return Value::Map([(MapKey::String("key".into()), value)].into());
    }
    let value = single(field, depth);
    if field.is_list() { Value::List(vec![value.clone(), value]) } else { value }
}

fn single(field: &FieldDescriptor, depth: u8) -> Value {
    match field.kind() {
        Kind::Message(message) if depth > 0 => Value::Message(filled(&message, depth - 1)),
        Kind::Message(message) => Value::Message(DynamicMessage::new(message)),
        Kind::Enum(words) => Value::EnumNumber(words.values().last().map_or(0, |word| word.number())),
        Kind::String => Value::String("text".into()),
        Kind::Bytes => Value::Bytes(vec![1, 2, 3].into()),
        Kind::Bool => Value::Bool(true),
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => Value::I32(-1),
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => Value::I64(-1),
        Kind::Uint32 | Kind::Fixed32 => Value::U32(u32::MAX),
        Kind::Uint64 | Kind::Fixed64 => Value::U64(u64::MAX),
        Kind::Float => Value::F32(1.5),
        Kind::Double => Value::F64(1.5),
    }
}
