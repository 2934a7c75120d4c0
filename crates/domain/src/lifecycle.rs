//! Where a user's account is in its life, and what that allows: the one table.

use crate::{Reason, numbered::numbered};

numbered! {
    /// Where a user's account is in its life, as the calling service says.
    Lifecycle {
        /// Sign-up is not complete.
        Pending = 1;
        /// Normal.
        Active = 2;
        /// Not seen for long; a login brings him back.
        Dormant = 3;
        /// Closed, until it is opened again.
        Deactivated = 4;
    }
}

impl Lifecycle {
    /// Whether he logs in. A dormant user does: that is how he comes back.
    ///
    /// # Errors
    /// The reason to refuse with.
    pub const fn may_log_in(self) -> Result<(), Reason> {
        match self {
            Self::Active | Self::Dormant => Ok(()),
            Self::Pending => Err(Reason::AccountPending),
            Self::Deactivated => Err(Reason::AccountDeactivated),
        }
    }

    /// Whether he registers credentials. Who is pending does, and they are unusable until he is active; who is dormant logs in
    /// first.
    ///
    /// # Errors
    /// The reason to refuse with.
    pub const fn may_register(self) -> Result<(), Reason> {
        match self {
            Self::Pending | Self::Active => Ok(()),
            Self::Dormant => Err(Reason::AccountDormant),
            Self::Deactivated => Err(Reason::AccountDeactivated),
        }
    }

    /// Whether a change to this one takes something away, so that what is in flight must end: the user's epoch is raised.
    #[must_use]
    pub const fn takes_away(self, before: Self) -> bool {
        match self {
            Self::Deactivated => !matches!(before, Self::Deactivated),
            Self::Pending => !matches!(before, Self::Pending),
            Self::Active | Self::Dormant => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_in_life_allows_what_the_table_says() {
        use Lifecycle::{Active, Deactivated, Dormant, Pending};
        for (lifecycle, login, registration) in [
            (Pending, Err(Reason::AccountPending), Ok(())),
            (Active, Ok(()), Ok(())),
            (Dormant, Ok(()), Err(Reason::AccountDormant)),
            (Deactivated, Err(Reason::AccountDeactivated), Err(Reason::AccountDeactivated)),
        ] {
            assert_eq!(lifecycle.may_log_in(), login, "{lifecycle:?}");
            assert_eq!(lifecycle.may_register(), registration, "{lifecycle:?}");
            assert_eq!(Lifecycle::from_number(lifecycle.number()), Some(lifecycle));
        }
    }

    #[test]
    fn only_what_takes_away_ends_what_is_in_flight() {
        use Lifecycle::{Active, Deactivated, Dormant, Pending};
        for before in Lifecycle::ALL {
            assert!(!Active.takes_away(*before) && !Dormant.takes_away(*before));
            assert_eq!(Deactivated.takes_away(*before), *before != Deactivated);
            assert_eq!(Pending.takes_away(*before), *before != Pending);
        }
    }
}
