//! A row's JSON, and its members by name.

use serde_json::{Map, Value};

use super::{MOST_ROW, Refused, bytes, time};

/// A member: the path that complaints name, whose last part is its name in the object at hand, and its other names.
#[derive(Clone, Copy)]
pub(super) struct Member {
    pub(super) path: &'static str,
    pub(super) other: &'static [&'static str],
}

impl Member {
    /// A member with one name.
    pub(super) const fn new(path: &'static str) -> Self {
        Self { path, other: &[] }
    }

    /// What must be there.
    pub(super) fn required<T>(self, value: Option<T>) -> Result<T, Refused> {
        value.ok_or_else(|| self.refused("is missing"))
    }

    pub(super) fn refused(self, problem: &str) -> Refused {
        Refused::field(self.path, problem)
    }

    fn names(self) -> impl Iterator<Item = &'static str> {
        self.path.rsplit('.').next().into_iter().chain(self.other.iter().copied())
    }
}

/// Reads a row's text as an object.
pub(super) fn document(text: &str) -> Result<Map<String, Value>, Refused> {
    if text.len() > MOST_ROW {
        return Err(Refused::field("row", format!("must have at most {MOST_ROW} bytes")));
    }
    match serde_json::from_str(text) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(Refused::field("row", "must be a JSON object")),
        Err(_) => Err(Refused::field("row", "must be JSON")),
    }
}

/// An object of a row. What is absent or `null` is `None`.
#[derive(Clone, Copy)]
pub(super) struct Row<'a>(&'a Map<String, Value>);

impl<'a> Row<'a> {
    pub(super) const fn of(members: &'a Map<String, Value>) -> Self {
        Self(members)
    }

    /// The member's value, whatever it is. A name in the right capitals goes first.
    pub(super) fn value(self, member: Member) -> Option<&'a Value> {
        let folded = |name: &str| self.0.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        let found = member.names().find_map(|name| self.0.get(name).filter(|value| !value.is_null()));
        let any_case = || member.names().find_map(|name| folded(name).map(|(_, value)| value));
        found.or_else(any_case).filter(|value| !value.is_null())
    }

    pub(super) fn object(self, member: Member) -> Result<Option<Self>, Refused> {
        self.read(member, "must be an object", |value| value.as_object().map(Self))
    }

    pub(super) fn text(self, member: Member) -> Result<Option<String>, Refused> {
        self.read(member, "must be a string", |value| value.as_str().map(str::to_owned))
    }

    /// An id of the other server's database: a text, or a whole number as its digits.
    pub(super) fn id(self, member: Member) -> Result<Option<String>, Refused> {
        self.read(member, "must be a string or a whole number", id)
    }

    pub(super) fn flag(self, member: Member) -> Result<Option<bool>, Refused> {
        self.read(member, "must be true or false", flag)
    }

    /// A whole number, or the text of one.
    pub(super) fn number<T: TryFrom<i64>>(self, member: Member) -> Result<Option<T>, Refused> {
        self.read(member, "must be a whole number in range", |value| {
            number(value).and_then(|n| T::try_from(n).ok())
        })
    }

    /// Bytes as base64 of either alphabet, with or without padding.
    pub(super) fn bytes(self, member: Member) -> Result<Option<Vec<u8>>, Refused> {
        self.read(member, "must be base64", |value| bytes::decode(value.as_str()?))
    }

    /// Bytes as base64, or as any JSON that JavaScript makes of a byte array.
    pub(super) fn byte_array(self, member: Member) -> Result<Option<Vec<u8>>, Refused> {
        self.read(member, "must be base64, or the JSON of a Uint8Array or Buffer", bytes::from_value)
    }

    /// Texts; none where the member is absent.
    pub(super) fn texts(self, member: Member) -> Result<Vec<String>, Refused> {
        Ok(self.read(member, "must be an array of strings", texts)?.unwrap_or_default())
    }

    /// A moment as seconds since 1970 and nanoseconds.
    pub(super) fn time(self, member: Member) -> Result<Option<(i64, i32)>, Refused> {
        self.read(member, "must be a time such as 2026-11-24T12:00:00Z", |value| time::parse(value.as_str()?))
    }

    pub(super) fn read<T>(
        self,
        member: Member,
        problem: &str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, Refused> {
        self.value(member).map(|value| read(value).ok_or_else(|| member.refused(problem))).transpose()
    }
}

fn id(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) if number.is_i64() || number.is_u64() => Some(number.to_string()),
        _ => None,
    }
}

/// MySQL and SQLite have numbers for truth.
fn flag(value: &Value) -> Option<bool> {
    match (value.as_bool(), value.as_u64()) {
        (Some(flag), _) => Some(flag),
        (None, Some(0)) => Some(false),
        (None, Some(1)) => Some(true),
        _ => None,
    }
}

/// Drivers write what may not fit a JavaScript number as text, and so does proto3 JSON.
fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

fn texts(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|text| text.as_str().map(str::to_owned)).collect()
}
