//! Bytes that look random and come again with the same seed.

use aws_lc_rs::digest::{SHA256, digest};

/// A stream of SHA-256 over the seed and a counter.
#[derive(Clone, Debug)]
pub(crate) struct Random {
    seed: u64,
    drawn: u64,
}

impl Random {
    pub(crate) const fn new(seed: u64) -> Self {
        Self { seed, drawn: 0 }
    }

    pub(crate) fn draw<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        for chunk in bytes.chunks_mut(32) {
            let block = digest(&SHA256, &[self.seed.to_be_bytes(), self.drawn.to_be_bytes()].concat());
            self.drawn += 1;
            chunk.copy_from_slice(&block.as_ref()[..chunk.len()]);
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_bytes_and_no_block_comes_twice() {
        let (mut one, mut other, mut two) = (Random::new(1), Random::new(1), Random::new(2));
        let drawn: [u8; 48] = one.draw();
        assert_eq!(drawn, other.draw::<48>());
        assert_ne!(drawn, two.draw::<48>());
        assert_ne!(drawn, one.draw::<48>());
        assert_ne!(drawn[..16], drawn[32..]);
    }
}
