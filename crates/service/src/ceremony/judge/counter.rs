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
