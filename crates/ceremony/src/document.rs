//! The JSON form of a response: what `credential.toJSON()` gives (§5.1), members it does not know ignored.

use keystead_domain::Attachment;
use serde_json::Value;

use crate::{
    base64url,
    shape::{ATTACHMENT, MOST_JSON, Member, ShapeError},
};

/// A response as JSON. Absent and `null` are the same: wrappers of `navigator.credentials` send either.
pub(crate) struct Document(Value);

impl Document {
    /// Reads a text of at most [`MOST_JSON`] bytes.
    pub(crate) fn parse(text: &str) -> Result<Self, ShapeError> {
        let whole = |problem| ShapeError { field: "credential", problem };
        if text.len() > MOST_JSON {
            return Err(whole("is too long"));
        }
        match serde_json::from_str(text) {
            Ok(value @ Value::Object(_)) => Ok(Self(value)),
            Ok(_) => Err(whole("must be a JSON object")),
            Err(_) => Err(whole("must be JSON")),
        }
    }

    /// A text that must be there.
    pub(crate) fn text(&self, member: Member) -> Result<String, ShapeError> {
        self.optional(member, "must be a string", as_text)?.ok_or(member.error("is missing"))
    }

    /// Bytes that must be there.
    pub(crate) fn bytes(&self, member: Member) -> Result<Vec<u8>, ShapeError> {
        self.optional_bytes(member)?.ok_or(member.error("is missing"))
    }

    /// Bytes that may be absent.
    pub(crate) fn optional_bytes(&self, member: Member) -> Result<Option<Vec<u8>>, ShapeError> {
        self.optional(member, "must be base64url without padding", |value| base64url::decode(value.as_str()?))
    }

    /// A truth that may be unknown.
    pub(crate) fn optional_bool(&self, member: Member) -> Result<Option<bool>, ShapeError> {
        self.optional(member, "must be true or false", Value::as_bool)
    }

    /// A list of texts; absent is empty.
    pub(crate) fn texts(&self, member: Member) -> Result<Vec<String>, ShapeError> {
        let list = |value: &Value| value.as_array()?.iter().map(as_text).collect();
        Ok(self.optional(member, "must be an array of strings", list)?.unwrap_or_default())
    }

    /// Where the authenticator sat; a word nobody knows counts as unsaid (§5.1, `authenticatorAttachment`).
    pub(crate) fn attachment(&self) -> Result<Option<Attachment>, ShapeError> {
        let word = self.optional(ATTACHMENT, "must be a string", as_text)?;
        Ok(word.and_then(|word| Attachment::from_word(&word)))
    }

    fn optional<T>(
        &self,
        member: Member,
        otherwise: &'static str,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Result<Option<T>, ShapeError> {
        let found = member.path.split('.').try_fold(&self.0, |value, name| value.get(name));
        match found {
            None | Some(Value::Null) => Ok(None),
            Some(value) => read(value).map(Some).ok_or(member.error(otherwise)),
        }
    }
}

fn as_text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}
