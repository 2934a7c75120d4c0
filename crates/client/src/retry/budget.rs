use std::sync::atomic::{AtomicU32, Ordering};

/// Limits repeats to a share of the traffic (gRFC A6, "Throttling Retry Attempts"): a failure costs a token, a success
/// gives a tenth of one back, and nothing is repeated while half of the tokens or more are gone. It keeps clients from
/// multiplying the load of a server that is already failing.
#[derive(Debug)]
pub(crate) struct Budget {
    tenths: AtomicU32,
}

const FULL: u32 = 100;
const FAILURE: u32 = 10;
const SUCCESS: u32 = 1;

impl Budget {
    pub(crate) fn full() -> Self {
        Self { tenths: AtomicU32::new(FULL) }
    }

    pub(crate) fn succeeded(&self) {
        self.update(|tenths| tenths.saturating_add(SUCCESS).min(FULL));
    }

    /// Notes a failure and says whether it may be repeated.
    pub(crate) fn failed(&self) -> bool {
        self.update(|tenths| tenths.saturating_sub(FAILURE)) > FULL / 2
    }

    fn update(&self, change: impl Fn(u32) -> u32) -> u32 {
        let before =
            self.tenths.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |tenths| Some(change(tenths)));
        change(before.unwrap_or_else(|unchanged| unchanged))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budget_ends_when_half_of_it_is_gone() {
        let budget = Budget::full();
        let may_repeat: Vec<_> = (0..6).map(|_| budget.failed()).collect();
        assert_eq!(may_repeat, [true, true, true, true, false, false]);
    }

    #[test]
    fn successes_pay_for_repeats() {
        let budget = Budget::full();
        let all_spent = (0..5).map(|_| budget.failed()).last();
        assert_eq!(all_spent, Some(false));
        (0..11).for_each(|_| budget.succeeded());
        assert!(budget.failed());
        assert!(!budget.failed());
    }

    #[test]
    fn successes_cannot_be_saved_up() {
        let budget = Budget::full();
        (0..1000).for_each(|_| budget.succeeded());
        assert_eq!((0..10).filter(|_| budget.failed()).count(), 4);
    }
}
