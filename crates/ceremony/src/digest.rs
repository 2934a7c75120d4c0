//! SHA-256.

use aws_lc_rs::digest::{Context, Digest, SHA256, digest};

/// The hash of these bytes.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    array(&digest(&SHA256, bytes))
}

/// A hash over a list of fields. Each is preceded by its length, so that no two lists have the same bytes.
pub(crate) struct Fields(Context);

impl Fields {
    /// Starts a list; the label keeps lists with other meanings apart.
    pub(crate) fn new(label: &str) -> Self {
        Self(Context::new(&SHA256)).bytes(label.as_bytes())
    }

    /// Adds a field.
    pub(crate) fn bytes(mut self, field: &[u8]) -> Self {
        self.0.update(&(field.len() as u64).to_be_bytes());
        self.0.update(field);
        self
    }

    /// Adds a field that may be absent, which is not the same as empty.
    pub(crate) fn optional(self, field: Option<&[u8]>) -> Self {
        match field {
            Some(field) => self.bytes(&[1]).bytes(field),
            None => self.bytes(&[0]),
        }
    }

    /// Adds a list of fields.
    pub(crate) fn list<T: AsRef<[u8]>>(self, fields: &[T]) -> Self {
        let count = self.bytes(&(fields.len() as u64).to_be_bytes());
        fields.iter().fold(count, |list, field| list.bytes(field.as_ref()))
    }

    /// The hash.
    pub(crate) fn finish(self) -> [u8; 32] {
        array(&self.0.finish())
    }
}

fn array(digest: &Digest) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest.as_ref());
    out
}

#[cfg(test)]
mod tests {
    use super::Fields;

    #[test]
    fn fields_do_not_run_into_each_other() {
        let hashes = [
            Fields::new("a").bytes(b"bc").finish(),
            Fields::new("a").bytes(b"b").bytes(b"c").finish(),
            Fields::new("ab").bytes(b"c").finish(),
            Fields::new("a").optional(None).finish(),
            Fields::new("a").optional(Some(b"")).finish(),
            Fields::new("a").list(&["b", "c"]).finish(),
            Fields::new("a").list(&["bc"]).finish(),
            Fields::new("a").list::<&str>(&[]).finish(),
        ];
        for (i, hash) in hashes.iter().enumerate() {
            assert!(!hashes[..i].contains(hash), "{i}");
        }
    }
}
