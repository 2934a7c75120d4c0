use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

/// The step of `SplitMix64` (Steele, Lea, Flood 2014): the golden ratio in 64 bits.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// Numbers that differ between clients. They spread waits and keep no secret, so a small generator is enough.
#[derive(Debug)]
pub(crate) struct Jitter(AtomicU64);

impl Jitter {
    pub(crate) fn seeded(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    /// Seeded with what the standard library draws for its hash maps, which differs between processes and clients.
    pub(crate) fn for_this_client() -> Self {
        Self::seeded(RandomState::new().hash_one(STEP))
    }

    pub(crate) fn next(&self) -> u32 {
        let mut mixed = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        u32::try_from((mixed ^ (mixed >> 31)) >> 32).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jitter_follows_its_seed() {
        // The first outputs of SplitMix64 for seed 1234567, upper halves.
        let expected = [6_457_827_717_110_365_317_u64, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423];
        let jitter = Jitter::seeded(1_234_567);
        for number in expected {
            assert_eq!(u64::from(jitter.next()), number >> 32);
        }
    }

    #[test]
    fn two_clients_draw_different_numbers() {
        let (one, other) = (Jitter::for_this_client(), Jitter::for_this_client());
        let draw = |jitter: &Jitter| [jitter.next(), jitter.next(), jitter.next()];
        assert_ne!(draw(&one), draw(&other));
    }
}
