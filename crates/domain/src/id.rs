//! Ids: TypeIDs, a prefix that says what is named and a UUIDv7 in Crockford base32.

use std::{fmt, str::FromStr};

use uuid::Uuid;

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const TEXT_LEN: usize = 26;

/// Why a text is not an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// The prefix is missing or another kind's.
    #[error("the id must start with `{0}_`")]
    Prefix(&'static str),
    /// What follows the prefix is not 26 lower-case Crockford characters, the first at most 7.
    #[error("the id must be `{0}_` and 26 characters of 0-9 a-z without i l o u, the first at most 7")]
    Text(&'static str),
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name([u8; 16]);

        impl $name {
            /// What the text form starts with, without the underscore.
            pub const PREFIX: &'static str = $prefix;

            /// A new id: UUIDv7 of a time in milliseconds since 1970 and ten random bytes (RFC 9562 §5.7).
            #[must_use]
            pub fn new(at: crate::Timestamp, random: [u8; 10]) -> Self {
                Self(uuid_v7(at, random))
            }

            /// The id with these bytes, as the database keeps them.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            /// The bytes, as the database keeps them.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 16] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}_{}", Self::PREFIX, encode(self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                let rest = text
                    .strip_prefix(Self::PREFIX)
                    .and_then(|rest| rest.strip_prefix('_'))
                    .ok_or(IdError::Prefix(Self::PREFIX))?;
                decode(rest).map(Self).ok_or(IdError::Text(Self::PREFIX))
            }
        }
    )*};
}

ids! {
    /// A tenant.
    TenantId = "tnt";
    /// A relying party resource; not the WebAuthn RP ID.
    RelyingPartyId = "rp";
    /// A calling service.
    CallerId = "clr";
    /// An API key; not its secret.
    ApiKeyId = "key";
    /// A user.
    UserId = "usr";
    /// A credential resource; not the WebAuthn credential id.
    CredentialId = "cred";
    /// A ceremony.
    CeremonyId = "cer";
    /// An event.
    EventId = "evt";
    /// A registration profile.
    ProfileId = "prf";
}

fn uuid_v7(at: crate::Timestamp, random: [u8; 10]) -> [u8; 16] {
    uuid::Builder::from_unix_timestamp_millis(at.unix_millis(), &random).into_uuid().into_bytes()
}

fn encode(bytes: [u8; 16]) -> String {
    let value = Uuid::from_bytes(bytes).as_u128();
    (0..TEXT_LEN)
        .map(|i| {
            let shift = 5 * (TEXT_LEN - 1 - i);
            char::from(ALPHABET[((value >> shift) & 31) as usize])
        })
        .collect()
}

fn decode(text: &str) -> Option<[u8; 16]> {
    if text.len() != TEXT_LEN || text.as_bytes()[0] > b'7' {
        return None;
    }
    let value = text.bytes().try_fold(0_u128, |value, byte| {
        let digit = ALPHABET.iter().position(|&letter| letter == byte)?;
        Some((value << 5) | digit as u128)
    })?;
    Some(Uuid::from_u128(value).into_bytes())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Timestamp;

    #[test]
    fn text_form_is_that_of_the_typeid_specification() {
        // From typeid's valid.json: "0188bac7-4afa-78aa-bc3b-bd1eef28d881".
        let uuid = Uuid::from_u128(0x0188_bac7_4afa_78aa_bc3b_bd1e_ef28_d881);
        let id = UserId::from_bytes(uuid.into_bytes());
        assert_eq!(id.to_string(), "usr_01h2xcejqtf2nbrexx3vqjhp41");
        assert_eq!("usr_01h2xcejqtf2nbrexx3vqjhp41".parse(), Ok(id));
    }

    #[test]
    fn wrong_prefix_upper_case_and_overflow_are_refused() {
        assert_eq!("cred_01h2xcejqtf2nbrexx3vqjhp41".parse::<UserId>(), Err(IdError::Prefix("usr")));
        for text in [
            "usr_01H2XCEJQTF2NBREXX3VQJHP41",
            "usr_81h2xcejqtf2nbrexx3vqjhp41",
            "usr_",
            "usr_01h2xcejqtf2nbrexx3vqjhp4l",
        ] {
            assert_eq!(text.parse::<UserId>(), Err(IdError::Text("usr")), "{text}");
        }
        assert_eq!("usr01h2xcejqtf2nbrexx3vqjhp41".parse::<UserId>(), Err(IdError::Prefix("usr")));
    }

    #[test]
    fn new_ids_sort_by_time() {
        let early = EventId::new(Timestamp::from_micros(1_000_000), [255; 10]);
        let late = EventId::new(Timestamp::from_micros(1_002_000), [0; 10]);
        assert!(early < late && early.to_string() < late.to_string());
    }

    proptest! {
        #[test]
        fn every_id_survives_its_text(bytes: [u8; 16]) {
            let id = CeremonyId::from_bytes(bytes);
            prop_assert_eq!(id.to_string().parse::<CeremonyId>(), Ok(id));
        }

        #[test]
        fn no_text_panics(text in ".{0,40}") {
            let _ = text.parse::<UserId>();
            let _ = format!("usr_{text}").parse::<UserId>();
        }
    }
}
