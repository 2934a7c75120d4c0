//! Whose attestation is trusted.

use crate::numbered::numbered;

numbered! {
    /// What becomes of a key whose attestation is not trusted, where somebody's is.
    UntrustedAttestation {
        /// Refused.
        Refuse = 1;
        /// Registered all the same.
        Accept = 2;
    }
}

/// Whose attestation is trusted, and what becomes of all other keys. It speaks only where a registration asks for attestation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttestationRule {
    /// X.509 certificates in DER: roots, or what authenticators themselves show. Empty: nobody's is trusted, and no key refused
    /// for that.
    pub roots: Vec<Vec<u8>>,
    /// What becomes of a key whose attestation leads to none of the roots, or that has none.
    pub untrusted: UntrustedAttestation,
}

impl AttestationRule {
    /// Most roots.
    pub const MOST_ROOTS: usize = 32;
    /// Most bytes of one root.
    pub const MOST_BYTES: usize = 8 * 1024;
    /// Most bytes of all roots.
    pub const MOST_BYTES_TOGETHER: usize = 40 * 1024;

    /// The rule that trusts nobody's and refuses nothing.
    #[must_use]
    pub const fn nobody() -> Self {
        Self { roots: Vec::new(), untrusted: UntrustedAttestation::Refuse }
    }

    /// Whether a key is refused that nobody of the trusted attests.
    #[must_use]
    pub const fn refuses_untrusted(&self) -> bool {
        !self.roots.is_empty() && matches!(self.untrusted, UntrustedAttestation::Refuse)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_rule_with_roots_refuses_what_they_did_not_attest() {
        for (roots, untrusted, refuses) in [
            (vec![], UntrustedAttestation::Refuse, false),
            (vec![], UntrustedAttestation::Accept, false),
            (vec![vec![1]], UntrustedAttestation::Refuse, true),
            (vec![vec![1]], UntrustedAttestation::Accept, false),
        ] {
            assert_eq!(AttestationRule { roots, untrusted }.refuses_untrusted(), refuses);
        }
        assert!(!AttestationRule::nobody().refuses_untrusted());
    }
}
