//! Secret bytes in memory.

use std::fmt;

use zeroize::Zeroizing;

/// 32 secret bytes: erased when dropped, never printed.
#[derive(Clone)]
pub(crate) struct Secret(Zeroizing<[u8; Self::LEN]>);

impl Secret {
    /// How many bytes a secret has: 256 bits.
    pub(crate) const LEN: usize = 32;

    pub(crate) fn new(bytes: [u8; Self::LEN]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Takes a slice; `None` where it has another length.
    pub(crate) fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self::new)
    }

    /// The bytes. Whoever asks for them must not keep a copy.
    pub(crate) fn expose(&self) -> &[u8; Self::LEN] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_has_exactly_32_bytes_and_is_never_printed() {
        assert!(Secret::from_slice(&[7; 31]).is_none());
        assert!(Secret::from_slice(&[7; 33]).is_none());
        let secret = Secret::from_slice(&[7; 32]).unwrap();
        assert_eq!(secret.expose(), &[7; 32]);
        assert_eq!(format!("{secret:?}"), "[redacted]");
    }
}
