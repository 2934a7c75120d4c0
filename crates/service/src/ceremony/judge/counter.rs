//! What a signature counter that does not rise means for this login.

use keystead_domain::{Counter, CounterRule, Credential, EventKind, Reason, Timestamp};

use super::super::attempt::Denied;

/// A counter that is no reason to refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    /// Whether it went backwards.
    pub(super) regressed: bool,
    /// Whether that is an event.
    pub(super) noted: bool,
    /// What to refuse with where the row turns out to have moved on, so that the counter would not rise.
    pub(super) unless_it_rises: Option<Denied>,
}

/// Judges the counter of a response to a ceremony that was sealed then.
pub(super) fn judge(
    rule: CounterRule,
    credential: &Credential,
    new: u32,
    sealed_at: Timestamp,
) -> Result<Seen, Denied> {
    let unless_it_rises = rule.refusal().map(refused);
    let regressed = match (Counter::judge(credential.sign_count, new), unless_it_rises) {
        (Counter::Plausible, _) => false,
        (Counter::Regressed, Some(refused)) => return Err(refused),
        (Counter::Regressed, None) => !was_overtaken(credential, new, sealed_at),
    };
    Ok(Seen { regressed, noted: regressed && rule == CounterRule::Flag, unless_it_rises })
}

/// The refusal by a strict rule, and the event that says why.
fn refused(reason: Reason) -> Denied {
    Denied {
        reason,
        cause: (reason != Reason::CounterRegressed).then_some(Reason::CounterRegressed),
        noted: Some(EventKind::CounterRegressed),
    }
}

/// Whether a lower counter means only that another tab was faster: the key logged in since this ceremony started. The same
/// counter twice is never that. A strict rule does not ask: what overtakes may be the clone.
fn was_overtaken(credential: &Credential, new: u32, sealed_at: Timestamp) -> bool {
    new < credential.sign_count && credential.last_used_at.is_some_and(|used| used >= sealed_at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::any_credential;

    const EARLIER: Timestamp = Timestamp::from_micros(1);
    const SEALED: Timestamp = Timestamp::from_micros(2);
    const LATER: Timestamp = Timestamp::from_micros(3);

    #[test]
    fn what_a_counter_means_depends_on_the_rule_and_on_who_was_faster() {
        use CounterRule::{Flag, Ignore, Reject, StepUp};
        // In the order of the rules: nothing, counted, counted and noted, refused.
        for (stored, new, last_used, [ignore, flag, strict]) in [
            (0, 0, None, ["", "", ""]),
            (7, 8, Some(EARLIER), ["", "", ""]),
            (7, 7, Some(EARLIER), ["counted", "noted", "refused"]),
            (7, 3, Some(EARLIER), ["counted", "noted", "refused"]),
            (7, 0, None, ["counted", "noted", "refused"]),
            // Another tab was faster; under a strict rule it may have been the clone.
            (7, 3, Some(LATER), ["", "", "refused"]),
            (7, 7, Some(LATER), ["counted", "noted", "refused"]),
        ] {
            let credential = Credential { sign_count: stored, last_used_at: last_used, ..any_credential() };
            for (rule, expected) in [(Ignore, ignore), (Flag, flag), (StepUp, strict), (Reject, strict)] {
                let met = match judge(rule, &credential, new, SEALED) {
                    Ok(Seen { noted: true, .. }) => "noted",
                    Ok(Seen { regressed: true, .. }) => "counted",
                    Ok(_) => "",
                    Err(_) => "refused",
                };
                assert_eq!(met, expected, "{rule:?}: {stored}, {new}, {last_used:?}");
            }
        }
    }

    #[test]
    fn a_refusal_says_first_that_the_counter_went_backwards() {
        let credential = Credential { sign_count: 7, ..any_credential() };
        for (rule, reason, cause) in [
            (CounterRule::StepUp, Reason::MoreFactorsRequired, Some(Reason::CounterRegressed)),
            (CounterRule::Reject, Reason::CounterRegressed, None),
        ] {
            let denied = Denied { reason, cause, noted: Some(EventKind::CounterRegressed) };
            assert_eq!(judge(rule, &credential, 7, SEALED), Err(denied));
            // The same where a clone is met only by the write.
            assert_eq!(judge(rule, &credential, 8, SEALED).unwrap().unless_it_rises, Some(denied));
        }
        for rule in [CounterRule::Ignore, CounterRule::Flag] {
            assert_eq!(judge(rule, &credential, 8, SEALED).unwrap().unless_it_rises, None);
        }
    }
}
