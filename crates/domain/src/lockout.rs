//! Whether a change leaves a user a way to log in. A simple rule over his credentials, where policies will look at every
//! factor.

use crate::{Credential, CredentialState, RegistrationProfile};

impl Credential {
    /// Whether it logs in by itself: its state, its user verification and the AAGUID rule of its profile allow it.
    /// `profile` is the newest of the credential's profile name; `None` where there is none any more, and then no rule.
    #[must_use]
    pub fn is_usable(&self, profile: Option<&RegistrationProfile>) -> bool {
        self.state.may_log_in().is_ok() && self.would_log_in(profile)
    }

    /// Whether a user who has nothing else can rely on it: usable, and not superseded, for a superseded key was probably
    /// overwritten on its device.
    #[must_use]
    pub fn is_way_in(&self, profile: Option<&RegistrationProfile>) -> bool {
        self.state == CredentialState::Active && self.would_log_in(profile)
    }

    /// Whether it is its owner's last way in, so that taking it away locks him out. A suspended key is one that can be resumed:
    /// who reported his only key lost has it until he has another.
    pub fn is_last_way_in<'a>(
        &self,
        his: impl IntoIterator<Item = &'a Self>,
        profile: impl Fn(&Self) -> Option<&'a RegistrationProfile>,
    ) -> bool {
        let may_come_back = self.state != CredentialState::Revoked && self.would_log_in(profile(self));
        may_come_back && !his.into_iter().any(|other| other.id != self.id && other.is_way_in(profile(other)))
    }

    /// Whether it would log in by itself if its state allowed it.
    fn would_log_in(&self, profile: Option<&RegistrationProfile>) -> bool {
        self.user_verification_counts()
            && profile.is_none_or(|profile| profile.aaguids.accepts_use(self.aaguid))
    }
}

#[cfg(test)]
mod tests;
