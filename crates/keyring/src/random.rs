//! Randomness of the operating system: for whoever implements the dice that everything else is given.

/// Fills the slice with bytes nobody can predict.
///
/// # Panics
/// Where the operating system has no randomness: nothing could be served safely then.
pub fn fill(bytes: &mut [u8]) {
    assert!(aws_lc_rs::rand::fill(bytes).is_ok(), "the operating system gives no randomness");
}
