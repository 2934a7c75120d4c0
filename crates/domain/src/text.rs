//! Short texts with their limits.

/// Why a text is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Fewer or more bytes than allowed.
    #[error("must have {min} to {max} bytes")]
    Length {
        /// Fewest bytes.
        min: usize,
        /// Most bytes.
        max: usize,
    },
    /// A control character.
    #[error("must not contain control characters")]
    Control,
}

pub(crate) fn check(text: &str, min: usize, max: usize) -> Result<(), TextError> {
    if !(min..=max).contains(&text.len()) {
        return Err(TextError::Length { min, max });
    }
    if text.chars().any(char::is_control) {
        return Err(TextError::Control);
    }
    Ok(())
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident($min:literal..=$max:literal) $debug:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// Takes a text of allowed length without control characters.
            ///
            /// # Errors
            /// [`TextError`] says which rule the text breaks.
            pub fn new(text: impl Into<String>) -> Result<Self, TextError> {
                let text = text.into();
                check(&text, $min, $max)?;
                Ok(Self(text))
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                texts!(@$debug self, f)
            }
        }
    )*};
    (@open $self:ident, $f:ident) => { std::fmt::Debug::fmt(&$self.0, $f) };
    (@personal $self:ident, $f:ident) => {{ let _ = $self; $f.write_str("[personal]") }};
}

texts! {
    /// A name for people of a tenant, relying party or caller: 1 to 64 bytes.
    Name(1..=64) open;
    /// A name a user gave, or has: 0 to 255 bytes. Personal data: never in a log.
    DisplayName(0..=255) personal;
    /// Who acts for someone else's sake, as the calling service names him: 1 to 255 bytes.
    ActingUser(1..=255) personal;
    /// A caller's name for one attempt of a mutation: 16 to 128 bytes, at least 120 random bits.
    RequestId(16..=128) open;
}

impl Name {
    /// The name of the registration profile that is meant where none is named.
    #[must_use]
    pub fn default_profile() -> Self {
        Self("default".to_owned())
    }

    /// The name of whoever acts at the command line of the database's host.
    #[must_use]
    pub fn operator() -> Self {
        Self("operator".to_owned())
    }
}

/// A method that the calling service vouches for, such as `external:password`: 1 to 64 bytes, `external:` and then lower-case
/// letters, digits or `_`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Method(String);

/// A text is not the name of a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be `external:` and at most 55 of a-z, 0-9 and `_`, such as `external:password`")]
pub struct MethodError;

impl Method {
    /// Takes the name of a method of the calling service.
    ///
    /// # Errors
    /// [`MethodError`].
    pub fn new(text: impl Into<String>) -> Result<Self, MethodError> {
        let text = text.into();
        let rest = text.strip_prefix("external:").ok_or(MethodError)?;
        let ok = (1..=55).contains(&rest.len())
            && rest.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if ok { Ok(Self(text)) } else { Err(MethodError) }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for DisplayName {
    /// No name.
    fn default() -> Self {
        Self(String::new())
    }
}

/// A caller's secret for one browser session: 0 to 64 bytes; empty: the ceremony is bound to none.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SessionBinding(String);

impl SessionBinding {
    /// Takes a secret of allowed length.
    ///
    /// # Errors
    /// [`TextError::Length`].
    pub fn new(text: impl Into<String>) -> Result<Self, TextError> {
        let text = text.into();
        if text.len() <= 64 { Ok(Self(text)) } else { Err(TextError::Length { min: 0, max: 64 }) }
    }

    /// The secret.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for SessionBinding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_is_vouched_for_by_name() {
        assert!(Method::new("external:password").is_ok());
        for text in ["password", "external:", "external:Password", "external:a b", "passkey_uv"] {
            assert_eq!(Method::new(text), Err(MethodError), "{text}");
        }
    }

    #[test]
    fn limits_count_bytes_and_control_characters_are_refused() {
        assert!(Name::new("a".repeat(64)).is_ok());
        assert_eq!(Name::new("ä".repeat(33)), Err(TextError::Length { min: 1, max: 64 }));
        assert_eq!(Name::new("a\nb"), Err(TextError::Control));
        assert!(DisplayName::new("").is_ok());
        assert_eq!(format!("{:?}", DisplayName::new("Anna").unwrap()), "[personal]");
    }
}
