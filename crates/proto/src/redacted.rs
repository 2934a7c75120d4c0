use core::fmt;

/// Stands for a field marked `debug_redact`: tells whether it is set, and nothing else.
pub(crate) struct Redacted(bool);

impl Redacted {
    /// `text` is what the field holds; an empty one is not set, as everywhere in proto3.
    pub(crate) fn text(text: &str) -> Self {
        Self(!text.is_empty())
    }
}

impl fmt::Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0 { "[redacted]" } else { "\"\"" })
    }
}
