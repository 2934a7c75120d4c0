//! The algorithms that an authenticator knows.

/// A signature algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
    /// ECDSA on P-521 with SHA-512.
    Es512,
    /// `EdDSA` on Curve25519.
    Ed25519,
    /// RSASSA-PKCS1-v1_5 with SHA-256; of which size, [`Settings::rsa_size`](crate::Settings::rsa_size) says.
    Rs256,
    /// ML-DSA-44 (FIPS 204).
    MlDsa44,
    /// ML-DSA-65 (FIPS 204).
    MlDsa65,
    /// ML-DSA-87 (FIPS 204).
    MlDsa87,
}

impl Algorithm {
    /// All that an authenticator knows.
    pub const ALL: &[Self] = &[
        Self::Es256,
        Self::Es384,
        Self::Es512,
        Self::Ed25519,
        Self::Rs256,
        Self::MlDsa44,
        Self::MlDsa65,
        Self::MlDsa87,
    ];

    /// The COSE number (IANA COSE Algorithms).
    #[must_use]
    pub const fn cose(self) -> i64 {
        match self {
            Self::Es256 => -7,
            Self::Es384 => -35,
            Self::Es512 => -36,
            Self::Ed25519 => -8,
            Self::Rs256 => -257,
            Self::MlDsa44 => -48,
            Self::MlDsa65 => -49,
            Self::MlDsa87 => -50,
        }
    }

    /// The algorithm with this COSE number.
    #[must_use]
    pub fn from_cose(number: i64) -> Option<Self> {
        Self::ALL.iter().copied().find(|algorithm| algorithm.cose() == number)
    }
}

/// How long the modulus of an RSA key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RsaSize {
    /// 2048 bits: what authenticators make.
    Bits2048,
    /// 3072 bits.
    Bits3072,
    /// 4096 bits.
    Bits4096,
    /// 8192 bits.
    Bits8192,
}

impl RsaSize {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Bits2048, Self::Bits3072, Self::Bits4096, Self::Bits8192];
}
