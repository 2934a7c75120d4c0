//! Several byte strings in one input: each behind its length, two bytes big-endian.

/// The input as JSON, where it is one: it begins with `{`. Any other one is a [`Frame`].
pub(crate) fn json(input: &[u8]) -> Option<&str> {
    str::from_utf8(input).ok().filter(|text| text.starts_with('{'))
}

/// What is left to read of an input.
pub struct Frame<'a>(pub &'a [u8]);

impl<'a> Frame<'a> {
    /// The next byte; 0 at the end.
    pub fn byte(&mut self) -> u8 {
        let Some((byte, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *byte
    }

    /// The next byte string, shorter where the input ends before it.
    pub fn bytes(&mut self) -> &'a [u8] {
        let Some((length, rest)) = self.0.split_first_chunk() else { return &[] };
        let (bytes, rest) = rest.split_at(usize::from(u16::from_be_bytes(*length)).min(rest.len()));
        self.0 = rest;
        bytes
    }

    /// The next byte string as text, what is not UTF-8 replaced.
    pub fn text(&mut self) -> String {
        String::from_utf8_lossy(self.bytes()).into_owned()
    }
}

/// The input that is read as these byte strings.
///
/// # Panics
/// Where one has 64 KiB or more.
#[must_use]
pub fn framed(parts: &[&[u8]]) -> Vec<u8> {
    let length = |part: &[u8]| u16::try_from(part.len()).expect("a part has less than 64 KiB").to_be_bytes();
    parts.iter().flat_map(|part| [&length(part)[..], part].concat()).collect()
}
