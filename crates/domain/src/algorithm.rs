//! Signature algorithms, by their COSE numbers.

/// A signature algorithm that can both register and log in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// `EdDSA` on Curve25519.
    Ed25519,
    /// RSASSA-PKCS1-v1_5 with SHA-256, moduli of 2048 to 8192 bits.
    Rs256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
    /// ECDSA on P-521 with SHA-512.
    Es512,
    /// ML-DSA-44 (FIPS 204), security category 2.
    MlDsa44,
    /// ML-DSA-65 (FIPS 204), security category 3.
    MlDsa65,
    /// ML-DSA-87 (FIPS 204), security category 5.
    MlDsa87,
}

impl Algorithm {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::Es256,
        Self::Ed25519,
        Self::Rs256,
        Self::Es384,
        Self::Es512,
        Self::MlDsa44,
        Self::MlDsa65,
        Self::MlDsa87,
    ];

    /// What is offered unless a profile says otherwise, in this order: what practically every authenticator has one of.
    pub const DEFAULT: &[Self] = &[Self::Es256, Self::Ed25519, Self::Rs256];

    /// The COSE number (IANA COSE Algorithms; for ML-DSA, RFC 9964).
    #[must_use]
    pub const fn cose(self) -> i32 {
        match self {
            Self::Es256 => -7,
            Self::Ed25519 => -8,
            Self::Rs256 => -257,
            Self::Es384 => -35,
            Self::Es512 => -36,
            Self::MlDsa44 => -48,
            Self::MlDsa65 => -49,
            Self::MlDsa87 => -50,
        }
    }

    /// The algorithm with this COSE number.
    #[must_use]
    pub fn from_cose(number: i64) -> Option<Self> {
        Self::ALL.iter().copied().find(|a| i64::from(a.cose()) == number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_leads_back_and_the_default_is_offered_in_its_order() {
        for algorithm in Algorithm::ALL {
            assert_eq!(Algorithm::from_cose(algorithm.cose().into()), Some(*algorithm));
        }
        assert_eq!(Algorithm::from_cose(-65_535), None);
        assert_eq!(Algorithm::DEFAULT.iter().map(|a| a.cose()).collect::<Vec<_>>(), [-7, -8, -257]);
    }
}
