//! Changes of byte strings, whatever is in them.

use crate::oracle::random::Random;

/// Changes a byte string in one of a few ways; an empty one grows.
pub(super) fn change(bytes: &mut Vec<u8>, random: &mut Random) {
    let at = random.below(bytes.len() + 1);
    match random.below(5) {
        0 => bytes.truncate(at),
        1 => bytes.insert(at, random.byte()),
        2 => {
            let copied = bytes[at..].iter().copied().take(1 + random.below(8)).collect::<Vec<u8>>();
            bytes.splice(at..at, copied);
        }
        3 if at < bytes.len() => bytes[at] = random.byte(),
        _ => match bytes.get_mut(at) {
            Some(byte) => *byte ^= 1 << random.below(8),
            None => bytes.push(random.byte()),
        },
    }
}
