//! A token's layout: base64url without padding of version (1 byte), key id (4), nonce (12), box.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::key_file::KeyId;

/// The only version so far.
pub(crate) const VERSION: u8 = 1;
/// Bytes of a nonce.
pub(crate) const NONCE_LEN: usize = 12;
/// Bytes a box is longer than what is in it.
pub(crate) const TAG_LEN: usize = 16;

const HEADER_LEN: usize = 1 + KeyId::LEN + NONCE_LEN;

/// A token's parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) key_id: KeyId,
    pub(crate) nonce: [u8; NONCE_LEN],
    pub(crate) sealed: Vec<u8>,
}

impl Token {
    /// Characters of a token whose box holds this many bytes.
    pub(crate) const fn encoded_len(plaintext_len: usize) -> usize {
        ((HEADER_LEN + TAG_LEN).saturating_add(plaintext_len)).saturating_mul(4).div_ceil(3)
    }

    pub(crate) fn encode(&self) -> String {
        let mut bytes = Vec::with_capacity(HEADER_LEN + self.sealed.len());
        bytes.push(VERSION);
        bytes.extend_from_slice(self.key_id.as_bytes());
        bytes.extend_from_slice(&self.nonce);
        bytes.extend_from_slice(&self.sealed);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a text of at most `longest` characters; `None` where it is no token.
    pub(crate) fn decode(text: &str, longest: usize) -> Option<Self> {
        if text.len() > longest {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (&version, rest) = bytes.split_first()?;
        let (&key_id, rest) = rest.split_first_chunk()?;
        let (&nonce, sealed) = rest.split_first_chunk()?;
        let is_token = version == VERSION && sealed.len() >= TAG_LEN;
        is_token.then(|| Self { key_id: KeyId::from_bytes(key_id), nonce, sealed: sealed.to_vec() })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn token(sealed_len: usize) -> Token {
        Token { key_id: KeyId::from_bytes([1, 2, 3, 4]), nonce: [9; 12], sealed: vec![7; sealed_len] }
    }

    #[test]
    fn layout_is_version_key_id_nonce_box() {
        let bytes = URL_SAFE_NO_PAD.decode(token(16).encode()).unwrap();
        assert_eq!(bytes, [&[1, 1, 2, 3, 4][..], &[9; 12], &[7; 16]].concat());
    }

    #[test]
    fn another_version_a_short_box_padding_and_spare_bits_are_refused() {
        let text = token(16).encode();
        assert_eq!(Token::decode(&text, 4096), Some(token(16)));
        assert_eq!(Token::decode(&token(15).encode(), 4096), None);
        assert_eq!(Token::decode(&text.replacen("AQ", "Ag", 1), 4096), None);
        for tail in ["=", "A", "\n"] {
            assert_eq!(Token::decode(&format!("{text}{tail}"), 4096), None, "{tail:?}");
        }
        let bent = token(17).encode();
        let bent = format!("{}x", &bent[..bent.len() - 1]);
        assert_eq!(Token::decode(&bent, 4096), None);
    }

    #[test]
    fn a_text_over_the_limit_is_not_looked_at() {
        let text = token(16).encode();
        assert!(Token::decode(&text, text.len()).is_some());
        assert!(Token::decode(&text, text.len() - 1).is_none());
    }

    proptest! {
        #[test]
        fn every_token_survives_its_text_and_has_the_foretold_length(sealed in prop::collection::vec(any::<u8>(), 16..600)) {
            let token = Token { sealed, ..token(0) };
            let text = token.encode();
            prop_assert_eq!(text.len(), Token::encoded_len(token.sealed.len() - TAG_LEN));
            prop_assert_eq!(Token::decode(&text, 4096), Some(token));
        }

        #[test]
        fn no_text_panics(text in ".{0,120}", base64 in "[A-Za-z0-9_-]{0,120}") {
            let _ = Token::decode(&text, 100);
            let _ = Token::decode(&base64, 100);
        }
    }
}
