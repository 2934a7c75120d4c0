//! Signature counters (§6.1.1).

use crate::{Reason, numbered::numbered};

/// What a signature counter says (§6.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counter {
    /// Both zero (the authenticator keeps none), or higher than before.
    Plausible,
    /// Not higher than before: a clone, a fault, or two responses that overtook each other. [`CounterRule`] says what follows;
    /// the stored value stays the highest seen.
    Regressed,
}

impl Counter {
    /// Compares a new counter with the stored one.
    #[must_use]
    pub const fn judge(stored: u32, new: u32) -> Self {
        if new > stored || (new == 0 && stored == 0) { Self::Plausible } else { Self::Regressed }
    }
}

numbered! {
    /// What a counter that does not rise means.
    CounterRule {
        /// Nothing.
        Ignore = 1;
        /// Noted; the login succeeds.
        Flag = 2;
        /// Noted, and one factor at most.
        StepUp = 3;
        /// Noted, and refused.
        Reject = 4;
    }
}

impl CounterRule {
    /// Why a login by this key alone is refused once its counter regressed; `None`: it is not. A rule that refuses also
    /// makes the login's UPDATE conditional on the counter, so that a clone finishing at the same time cannot slip through.
    #[must_use]
    pub const fn refusal(self) -> Option<Reason> {
        match self {
            Self::Ignore | Self::Flag => None,
            Self::StepUp => Some(Reason::MoreFactorsRequired),
            Self::Reject => Some(Reason::CounterRegressed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_that_does_not_rise_regressed_unless_both_are_zero() {
        for (stored, new, expected) in [
            (0, 0, Counter::Plausible),
            (0, 1, Counter::Plausible),
            (7, 8, Counter::Plausible),
            (7, 7, Counter::Regressed),
            (7, 0, Counter::Regressed),
            (u32::MAX, 1, Counter::Regressed),
        ] {
            assert_eq!(Counter::judge(stored, new), expected, "{stored} {new}");
        }
    }

    #[test]
    fn only_the_two_strict_rules_refuse() {
        for (rule, refusal) in [
            (CounterRule::Ignore, None),
            (CounterRule::Flag, None),
            (CounterRule::StepUp, Some(Reason::MoreFactorsRequired)),
            (CounterRule::Reject, Some(Reason::CounterRegressed)),
        ] {
            assert_eq!(rule.refusal(), refusal);
            assert_eq!(CounterRule::from_number(rule.number()), Some(rule));
        }
    }
}
