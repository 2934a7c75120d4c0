//! Which models of authenticators are accepted.

use crate::{Aaguid, numbered::numbered};

numbered! {
    /// When the lists of an [`AaguidRule`] are looked at.
    AaguidMode {
        /// At registration.
        RegistrationOnly = 1;
        /// At registration and at every login.
        RegistrationAndUse = 2;
    }
}

/// Models accepted and models denied. Where no attestation is verified, an AAGUID is what the authenticator claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AaguidRule {
    /// Accepted; empty: any that is not denied.
    pub allowed: Vec<Aaguid>,
    /// Not accepted; wins.
    pub denied: Vec<Aaguid>,
    /// When they are looked at.
    pub mode: AaguidMode,
}

impl AaguidRule {
    /// Most entries of a list.
    pub const MOST: usize = 256;

    /// The rule that accepts every model.
    #[must_use]
    pub const fn any() -> Self {
        Self { allowed: Vec::new(), denied: Vec::new(), mode: AaguidMode::RegistrationOnly }
    }

    /// Whether a credential of this model may be registered.
    #[must_use]
    pub fn accepts_registration(&self, aaguid: Aaguid) -> bool {
        !self.denied.contains(&aaguid) && (self.allowed.is_empty() || self.allowed.contains(&aaguid))
    }

    /// Whether a credential of this model may log in.
    #[must_use]
    pub fn accepts_use(&self, aaguid: Aaguid) -> bool {
        self.mode == AaguidMode::RegistrationOnly || self.accepts_registration(aaguid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: Aaguid = Aaguid([1; 16]);
    const PHONE: Aaguid = Aaguid([2; 16]);

    #[test]
    fn denied_wins_over_allowed_and_the_mode_says_whether_a_login_asks() {
        for (allowed, denied, key, phone) in [
            (vec![], vec![], true, true),
            (vec![KEY], vec![], true, false),
            (vec![], vec![PHONE], true, false),
            (vec![KEY, PHONE], vec![KEY], false, true),
        ] {
            let both = AaguidRule { allowed, denied, mode: AaguidMode::RegistrationAndUse };
            assert_eq!((both.accepts_registration(KEY), both.accepts_registration(PHONE)), (key, phone));
            assert_eq!((both.accepts_use(KEY), both.accepts_use(PHONE)), (key, phone));
            let first = AaguidRule { mode: AaguidMode::RegistrationOnly, ..both };
            assert_eq!((first.accepts_registration(KEY), first.accepts_registration(PHONE)), (key, phone));
            assert!(first.accepts_use(KEY) && first.accepts_use(PHONE));
        }
    }
}
