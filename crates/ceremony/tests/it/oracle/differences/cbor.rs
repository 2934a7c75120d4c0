//! The CBOR in authenticatorData, read by `ciborium`, which neither side uses.

use ciborium::Value;

use crate::response::{AT, ED};

/// What the flags announce.
pub(super) struct Announced<'a> {
    /// What follows it.
    pub(super) rest: &'a [u8],
    /// Whether some of it is not canonical CBOR (CTAP 2.2 §8), or is none that authenticators write.
    pub(super) is_loose: bool,
    pub(super) has_numbered_extension: bool,
    pub(super) attested_id_length: usize,
}

/// Reads what the flags announce; `None` where it is not there.
pub(super) fn announced(data: &[u8]) -> Option<Announced<'_>> {
    let flags = *data.get(32)?;
    let mut read = Announced {
        rest: data.get(37..)?,
        is_loose: false,
        has_numbered_extension: false,
        attested_id_length: 0,
    };
    if flags & AT != 0 {
        let (length, rest) = read.rest.get(16..)?.split_first_chunk::<2>()?;
        read.attested_id_length = u16::from_be_bytes(*length).into();
        read.rest = rest.get(read.attested_id_length..)?;
        read.item()?;
    }
    if flags & ED != 0 {
        let extensions = read.item()?;
        let is_numbered = |entries: &Vec<(Value, Value)>| entries.iter().any(|(key, _)| key.is_integer());
        read.has_numbered_extension = extensions.as_map().is_some_and(is_numbered);
    }
    Some(read)
}

impl Announced<'_> {
    fn item(&mut self) -> Option<Value> {
        let before = self.rest;
        let value: Value = ciborium::from_reader(&mut self.rest).ok()?;
        let bytes = &before[..before.len() - self.rest.len()];
        let mut canonical = Vec::new();
        ciborium::into_writer(&value, &mut canonical).ok()?;
        self.is_loose |= bytes != canonical || is_loose(&value, 0);
        Some(value)
    }
}

fn is_loose(value: &Value, depth: u8) -> bool {
    match value {
        Value::Tag(..) => true,
        Value::Array(items) => {
            depth >= 8 || items.len() > 64 || items.iter().any(|item| is_loose(item, depth + 1))
        }
        Value::Map(entries) => {
            let keys: Vec<&Value> = entries.iter().map(|(key, _)| key).collect();
            depth >= 8
                || keys.len() > 64
                || keys.iter().any(|key| !key.is_integer() && !key.is_text())
                || (1..keys.len()).any(|i| keys[..i].contains(&keys[i]))
                || entries.iter().any(|(_, value)| is_loose(value, depth + 1))
        }
        _ => false,
    }
}
