//! API keys: `ks_`, the id without its prefix, `_`, 32 random bytes in base64url.
//!
//! The id finds the row, the secret proves the holder. The database keeps the secret's SHA-256: 256 random bits cannot be
//! guessed, so nothing slower is needed.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use keystead_domain::ApiKeyId;
use zeroize::Zeroizing;

use crate::{
    digest::{equal, plain_sha256},
    secret::Secret,
};

const PREFIX: &str = "ks_";
const ID_LEN: usize = 26;
const SECRET_LEN: usize = 43;

/// A new API key with its secret: shown once, then only its [`hash`] is kept.
pub struct ApiKeySecret {
    text: Zeroizing<String>,
    secret: Secret,
}

impl ApiKeySecret {
    /// The key as callers present it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for ApiKeySecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// An API key as a caller presented it: well-formed, and not yet proven.
#[derive(Debug)]
pub struct Presented {
    /// Which key it claims to be.
    pub id: ApiKeyId,
    secret: Secret,
}

impl Presented {
    /// Whether its secret has this SHA-256. Takes the same time wherever they differ.
    #[must_use]
    pub fn matches(&self, hash: &[u8; 32]) -> bool {
        equal(&plain_sha256(self.secret.expose()), hash)
    }
}

/// Makes the key with this id and these random bytes.
#[must_use]
pub fn mint(id: ApiKeyId, random: [u8; 32]) -> ApiKeySecret {
    let secret = Secret::new(random);
    let encoded = Zeroizing::new(URL_SAFE_NO_PAD.encode(secret.expose()));
    let id = id.to_string();
    let id = &id[id.len() - ID_LEN..];
    // One allocation of the final size: a growing string would leave copies of the secret behind.
    let mut text = Zeroizing::new(String::with_capacity(PREFIX.len() + ID_LEN + 1 + SECRET_LEN));
    for part in [PREFIX, id, "_", encoded.as_str()] {
        text.push_str(part);
    }
    ApiKeySecret { text, secret }
}

/// Reads a presented key; `None` where the text is not one.
#[must_use]
pub fn parse(text: &str) -> Option<Presented> {
    let (id, encoded) = text.strip_prefix(PREFIX)?.split_once('_')?;
    if encoded.len() != SECRET_LEN {
        return None;
    }
    let secret = Zeroizing::new(URL_SAFE_NO_PAD.decode(encoded).ok()?);
    let id = format!("{}_{id}", ApiKeyId::PREFIX).parse().ok()?;
    Some(Presented { id, secret: Secret::from_slice(&secret)? })
}

/// What the database keeps of the key: SHA-256 of its 32 secret bytes.
#[must_use]
pub fn hash(key: &ApiKeySecret) -> [u8; 32] {
    plain_sha256(key.secret.expose())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str = "ks_01h2xcejqtf2nbrexx3vqjhp41_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc";

    fn id() -> ApiKeyId {
        "key_01h2xcejqtf2nbrexx3vqjhp41".parse().unwrap()
    }

    #[test]
    fn minted_key_is_prefix_id_and_secret() {
        assert_eq!(mint(id(), [7; 32]).as_str(), TEXT);
    }

    #[test]
    fn presented_key_matches_the_hash_of_its_own_secret_only() {
        let key = mint(id(), [7; 32]);
        let presented = parse(key.as_str()).unwrap();
        assert_eq!(presented.id, id());
        assert!(presented.matches(&hash(&key)));

        let mut other = [7; 32];
        for bit in 0..256 {
            other[bit / 8] ^= 1 << (bit % 8);
            assert!(!presented.matches(&hash(&mint(id(), other))), "bit {bit}");
            other[bit / 8] ^= 1 << (bit % 8);
        }
        assert!(!presented.matches(&[0; 32]));
    }

    #[test]
    fn what_is_kept_is_the_plain_sha256_of_the_secret() {
        // printf '\7%.0s' $(seq 32) | sha256sum
        let hash = hash(&mint(id(), [7; 32]));
        assert_eq!(hash[..8], [0x4b, 0xb0, 0x6f, 0x8e, 0x4e, 0x3a, 0x77, 0x15]);
        assert_eq!(hash[24..], [0x27, 0x8f, 0xa5, 0x6c, 0xc6, 0xd2, 0x94, 0xe0]);
    }

    #[test]
    fn texts_that_are_no_key_are_refused() {
        for text in [
            "",
            "ks_",
            "ks__",
            &TEXT[3..],
            &TEXT[..TEXT.len() - 1],
            &format!("{TEXT}A"),
            &format!("{TEXT}="),
            &format!(" {TEXT}"),
            &TEXT.replace("ks_", "ksr_"),
            &TEXT.replace("ks_", "KS_"),
            &TEXT.replace("ks_01h2", "ks_01H2"),
            &TEXT.replace("ks_0", "ks_8"),
            &TEXT.replace("p41_", "p4_"),
            &TEXT.replace("p41_", "p41-"),
            &TEXT.replace("Bwc", "Bw+"),
            // The last character carries four bits; the other two must be zero, so that a key has one spelling.
            &format!("{}d", &TEXT[..TEXT.len() - 1]),
        ] {
            assert!(parse(text).is_none(), "{text}");
        }
        assert!(parse(TEXT).is_some());
    }

    #[test]
    fn neither_form_of_a_key_prints_its_secret() {
        let key = mint(id(), [7; 32]);
        assert_eq!(format!("{key:?}"), "[redacted]");
        let presented = format!("{:?}", parse(key.as_str()).unwrap());
        assert!(presented.contains("[redacted]") && !presented.contains('7'), "{presented}");
    }

    proptest! {
        #[test]
        fn every_minted_key_is_parsed_and_matches(id: [u8; 16], secret: [u8; 32]) {
            let key = mint(ApiKeyId::from_bytes(id), secret);
            let presented = parse(key.as_str()).unwrap();
            prop_assert_eq!(presented.id.as_bytes(), &id);
            prop_assert!(presented.matches(&hash(&key)));
        }

        #[test]
        fn no_text_panics(text in ".{0,90}") {
            let _ = parse(&text);
            let _ = parse(&format!("ks_{text}"));
            let _ = parse(&format!("ks_01h2xcejqtf2nbrexx3vqjhp41_{text}"));
        }
    }
}
