use std::fmt;
use std::fmt::Write as _;

/// Names one attempt to change something, in the field `request_id`: a repeat with the same id answers what the first
/// call answered and does nothing again. Make one per attempt, never take it from a browser.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RequestId(String);

impl RequestId {
    /// An id of 32 hexadecimal characters. `random` comes from a cryptographic source: an id that another request can
    /// have is answered `REQUEST_ID_REUSED`, or with that request's answer.
    #[must_use]
    pub fn from_random(random: [u8; 16]) -> Self {
        let mut text = String::with_capacity(32);
        for byte in random {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        Self(text)
    }

    /// The id as it travels.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<RequestId> for String {
    fn from(id: RequestId) -> Self {
        id.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_id_holds_all_random_bits() {
        let random = [0x00, 0x01, 0x0f, 0x10, 0xa5, 0xff, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0xfe];
        assert_eq!(RequestId::from_random(random).as_str(), "00010f10a5ff060708090a0b0c0d0efe");
    }
}
