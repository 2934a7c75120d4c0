//! Base64url without padding (RFC 4648 §5): how options and responses write every byte string in JSON.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

/// The text of these bytes.
pub(crate) fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes of a text; `None` for padding, white space, the other alphabet, or stray bits after the last byte: a byte
/// string has exactly one text.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn only_the_one_canonical_text_is_read() {
        assert_eq!(decode("-_8"), Some(vec![0xfb, 0xff]));
        assert_eq!(decode(""), Some(vec![]));
        for text in ["-_8=", "+/8", "-_9", "-_8 ", " -_8", "-", "-_8\n", "ä"] {
            assert_eq!(decode(text), None, "{text:?}");
        }
    }
}
