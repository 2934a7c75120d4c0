//! What a credential may be used for, and what may become of it.

use crate::{Reason, numbered::numbered};

numbered! {
    /// What a credential may be used for.
    CredentialState {
        /// Logs in.
        Active = 1;
        /// Put aside; can be resumed.
        Suspended = 2;
        /// Under suspicion, for a time.
        Quarantined = 3;
        /// Ended for good.
        Revoked = 4;
        /// Replaced by a newer key on the same device; still logs in if presented.
        Superseded = 5;
    }
}

impl CredentialState {
    /// Whether an assertion is accepted.
    ///
    /// # Errors
    /// The reason to refuse with.
    pub const fn may_log_in(self) -> Result<(), Reason> {
        match self {
            Self::Active | Self::Superseded => Ok(()),
            Self::Suspended => Err(Reason::CredentialSuspended),
            Self::Quarantined => Err(Reason::CredentialQuarantined),
            Self::Revoked => Err(Reason::CredentialRevoked),
        }
    }

    /// Whether it counts in `User::credential_count`.
    #[must_use]
    pub const fn is_counted(self) -> bool {
        matches!(self, Self::Active | Self::Suspended | Self::Quarantined)
    }

    /// Whether `excludeCredentials` names it: all but revoked ones, for an authenticator that holds a revoked key may be
    /// registered again.
    #[must_use]
    pub const fn is_excluded_from_registration(self) -> bool {
        !matches!(self, Self::Revoked)
    }
}

/// What is done to a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CredentialAction {
    /// Put aside.
    Suspend,
    /// Put aside because its device is lost.
    ReportLost,
    /// Taken into use again.
    Resume,
    /// Ended for good.
    Revoke,
    /// Replaced by a newer key of the same device, which has just logged in.
    Supersede,
}

impl CredentialAction {
    /// All actions.
    pub const ALL: &[Self] = &[Self::Suspend, Self::ReportLost, Self::Resume, Self::Revoke, Self::Supersede];
}

impl CredentialState {
    /// The state after an action: the one table of transitions. The same state means that there is nothing to do.
    ///
    /// # Errors
    /// [`Reason::CredentialRevoked`]: what is revoked stays so, and nothing else can be done to it.
    pub const fn after(self, action: CredentialAction) -> Result<Self, Reason> {
        use CredentialAction::{ReportLost, Resume, Revoke, Supersede, Suspend};
        match (self, action) {
            (_, Revoke) => Ok(Self::Revoked),
            (Self::Revoked, _) => Err(Reason::CredentialRevoked),
            (_, Suspend | ReportLost) => Ok(Self::Suspended),
            (Self::Suspended | Self::Quarantined, Resume) => Ok(Self::Active),
            (Self::Active, Supersede) => Ok(Self::Superseded),
            (Self::Active | Self::Superseded, Resume)
            | (Self::Suspended | Self::Quarantined | Self::Superseded, Supersede) => Ok(self),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_active_and_superseded_credentials_log_in() {
        use CredentialState::{Active, Quarantined, Revoked, Superseded, Suspended};
        for (state, login, counted, excluded) in [
            (Active, Ok(()), true, true),
            (Superseded, Ok(()), false, true),
            (Suspended, Err(Reason::CredentialSuspended), true, true),
            (Quarantined, Err(Reason::CredentialQuarantined), true, true),
            (Revoked, Err(Reason::CredentialRevoked), false, false),
        ] {
            assert_eq!(state.may_log_in(), login, "{state:?}");
            assert_eq!(state.is_counted(), counted, "{state:?}");
            assert_eq!(state.is_excluded_from_registration(), excluded, "{state:?}");
            assert_eq!(CredentialState::from_number(state.number()), Some(state));
        }
    }

    #[test]
    fn every_state_and_every_action_have_one_defined_end() {
        use CredentialState::{Active, Quarantined, Revoked, Superseded, Suspended};
        let ended = Err(Reason::CredentialRevoked);
        // In the order of `CredentialAction::ALL`: suspend, report lost, resume, revoke, supersede.
        for (state, ends) in [
            (Active, [Ok(Suspended), Ok(Suspended), Ok(Active), Ok(Revoked), Ok(Superseded)]),
            (Suspended, [Ok(Suspended), Ok(Suspended), Ok(Active), Ok(Revoked), Ok(Suspended)]),
            (Quarantined, [Ok(Suspended), Ok(Suspended), Ok(Active), Ok(Revoked), Ok(Quarantined)]),
            (Revoked, [ended, ended, ended, Ok(Revoked), ended]),
            (Superseded, [Ok(Suspended), Ok(Suspended), Ok(Superseded), Ok(Revoked), Ok(Superseded)]),
        ] {
            for (action, end) in CredentialAction::ALL.iter().zip(ends) {
                assert_eq!(state.after(*action), end, "{state:?} {action:?}");
            }
        }
    }
}
