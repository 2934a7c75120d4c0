//! The clock and the dice: where time and randomness come from. Nothing below this room asks for either.

use std::{sync::Arc, time::Duration};

use keystead_domain::Timestamp;

/// Tells the time of day.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// Gives random bytes.
pub trait Dice: Send + Sync {
    /// Fills the slice with bytes nobody can predict.
    fn fill(&self, bytes: &mut [u8]);
}

/// A clock and dice.
#[derive(Clone)]
pub struct Environment {
    clock: Arc<dyn Clock>,
    dice: Arc<dyn Dice>,
}

impl Environment {
    /// An environment of this clock and these dice.
    pub fn new(clock: impl Clock + 'static, dice: impl Dice + 'static) -> Self {
        Self { clock: Arc::new(clock), dice: Arc::new(dice) }
    }

    /// The machine's clock and the operating system's randomness.
    #[must_use]
    pub fn system() -> Self {
        Self::new(SystemClock, SystemDice)
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// `N` random bytes.
    #[must_use]
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.dice.fill(&mut bytes);
        bytes
    }
}

struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the machine's clock is read")]
    fn now(&self) -> Timestamp {
        let since =
            std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or(Duration::ZERO);
        Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}

struct SystemDice;

impl Dice for SystemDice {
    fn fill(&self, bytes: &mut [u8]) {
        keystead_keyring::random::fill(bytes);
    }
}
