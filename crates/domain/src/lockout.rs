//! Whether a change leaves a user a way to log in. A simple rule over his credentials, where policies will look at every
//! factor.

use crate::{Credential, CredentialId, CredentialState, RegistrationProfile};

impl Credential {
    /// Whether it logs in by itself: its state, its user verification and the AAGUID rule of its profile allow it.
    /// `profile` is the newest of the credential's profile name; `None` where there is none any more, and then no rule.
    #[must_use]
    pub fn is_usable(&self, profile: Option<&RegistrationProfile>) -> bool {
        self.state.may_log_in().is_ok()
            && self.user_verification_counts()
            && profile.is_none_or(|profile| profile.aaguids.accepts_use(self.aaguid))
    }

    /// Whether a user who has nothing else can rely on it: usable, and not superseded, for a superseded key was probably
    /// overwritten on its device.
    #[must_use]
    pub fn is_way_in(&self, profile: Option<&RegistrationProfile>) -> bool {
        self.state == CredentialState::Active && self.is_usable(profile)
    }
}

/// Whether taking one credential away leaves its owner as able to log in as he was: it was none of his ways in, or not the
/// last.
#[must_use]
pub fn leaves_a_way_in(ways_in: &[CredentialId], taken: CredentialId) -> bool {
    !ways_in.contains(&taken) || ways_in.iter().any(|way| *way != taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_way_in_must_stay() {
        let [a, b, c] = [1, 2, 3].map(|n| CredentialId::from_bytes([n; 16]));
        for (ways_in, taken, leaves) in
            [(vec![a], a, false), (vec![a, b], a, true), (vec![a], c, true), (vec![], c, true)]
        {
            assert_eq!(leaves_a_way_in(&ways_in, taken), leaves, "{ways_in:?} {taken}");
        }
    }
}
