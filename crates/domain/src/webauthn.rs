//! The vocabulary of WebAuthn Level 3 that rules are written in.

use std::fmt;

use crate::numbered::numbered;

macro_rules! vocabulary {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $number:literal, $text:literal;)* })*) => {$(
        numbered! { $(#[$doc])* $name { $($(#[$vdoc])* $variant = $number;)* } }

        impl $name {
            /// The word WebAuthn uses.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// The value with this WebAuthn word.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($text => Some(Self::$variant),)* _ => None }
            }
        }
    )*};
}

vocabulary! {
    /// How much user verification is asked for (§5.8.6).
    UserVerification {
        /// Without it the response is refused.
        Required = 1, "required";
        /// Where the authenticator can.
        Preferred = 2, "preferred";
        /// The user should not be bothered.
        Discouraged = 3, "discouraged";
    }
    /// Whether a new credential shall be discoverable (§5.4.6).
    ResidentKey {
        /// It must be.
        Required = 1, "required";
        /// Where the authenticator can.
        Preferred = 2, "preferred";
        /// Preferably not.
        Discouraged = 3, "discouraged";
    }
    /// Where the authenticator sits (§5.4.5).
    Attachment {
        /// Part of the device.
        Platform = 1, "platform";
        /// Another device.
        CrossPlatform = 2, "cross-platform";
    }
    /// How the browser asks (Credential Management §2.3.2). `Modal` is WebAuthn's absent `mediation`.
    Mediation {
        /// A dialog after a click.
        Modal = 1, "modal";
        /// Autofill.
        Conditional = 2, "conditional";
    }
    /// How much is asked about the authenticator (§5.4.7), least first.
    AttestationConveyance {
        /// Nothing.
        None = 1, "none";
        /// A statement, possibly made anonymous by the browser.
        Indirect = 2, "indirect";
        /// The authenticator's own statement.
        Direct = 3, "direct";
        /// One that may identify the single authenticator.
        Enterprise = 4, "enterprise";
    }
    /// What the browser's dialog should show first (§5.8.8).
    Hint {
        /// A security key.
        SecurityKey = 1, "security-key";
        /// This device.
        ClientDevice = 2, "client-device";
        /// A phone.
        Hybrid = 3, "hybrid";
    }
}

/// 32 random bytes that a response must answer; used once.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Challenge(pub [u8; 32]);

impl fmt::Debug for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// A byte string is shorter or longer than allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must have {min} to {max} bytes")]
pub struct LengthError {
    /// Fewest bytes.
    pub min: usize,
    /// Most bytes.
    pub max: usize,
}

macro_rules! byte_strings {
    ($($(#[$doc:meta])* $name:ident($min:literal..=$max:literal);)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Vec<u8>);

        impl $name {
            /// Takes bytes of allowed length.
            ///
            /// # Errors
            /// [`LengthError`] says what is allowed.
            pub fn new(bytes: impl Into<Vec<u8>>) -> Result<Self, LengthError> {
                let bytes = bytes.into();
                if ($min..=$max).contains(&bytes.len()) {
                    Ok(Self(bytes))
                } else {
                    Err(LengthError { min: $min, max: $max })
                }
            }

            /// The bytes.
            #[must_use]
            pub fn as_bytes(&self) -> &[u8] {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}[{} bytes]", stringify!($name), self.0.len())
            }
        }
    )*};
}

byte_strings! {
    /// A WebAuthn credential id (§7.1): 1 to 1023 bytes.
    WebauthnId(1..=1023);
    /// A user handle (§5.4.3): 1 to 64 bytes; ours have 64 random ones.
    UserHandle(1..=64);
}

/// What the authenticator says it is (§6.5.1): 16 bytes, all zero where it says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Aaguid(pub [u8; 16]);

/// A text is not an AAGUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a UUID: 32 hexadecimal digits, with hyphens after the 8th, 12th, 16th and 20th")]
pub struct AaguidError;

impl std::str::FromStr for Aaguid {
    type Err = AaguidError;

    fn from_str(text: &str) -> Result<Self, AaguidError> {
        // The crate reads other forms too, in braces or without hyphens.
        let uuid = uuid::Uuid::try_parse(text).map_err(|_| AaguidError)?;
        if text.len() == 36 { Ok(Self(uuid.into_bytes())) } else { Err(AaguidError) }
    }
}

impl fmt::Display for Aaguid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&uuid::Uuid::from_bytes(self.0), f)
    }
}

/// A transport as the browser reported it (§5.8.4): 1 to 32 bytes of printable ASCII without comma; kept unmodified,
/// unknown words included.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Transport(String);

impl Transport {
    /// Most transports kept for one credential.
    pub const MOST: usize = 8;

    /// Takes a word; `None` where it is not one.
    #[must_use]
    pub fn new(word: &str) -> Option<Self> {
        let ok = (1..=32).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_graphic() && b != b',');
        ok.then(|| Self(word.to_owned()))
    }

    /// The word.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_aaguid_is_written_and_read_as_a_uuid_with_hyphens() {
        let aaguid = Aaguid(*b"\xcb\x69\x48\x1e\x8f\xf7\x40\x39\x93\xec\x0a\x27\x29\xa1\x54\xa8");
        assert_eq!(aaguid.to_string(), "cb69481e-8ff7-4039-93ec-0a2729a154a8");
        assert_eq!("CB69481E-8ff7-4039-93ec-0a2729a154a8".parse(), Ok(aaguid));
        for text in ["", "cb69481e8ff7403993ec0a2729a154a8", "{cb69481e-8ff7-4039-93ec-0a2729a154a8}", "x"] {
            assert_eq!(text.parse::<Aaguid>(), Err(AaguidError), "{text}");
        }
    }
}
