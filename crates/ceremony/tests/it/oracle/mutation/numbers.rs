//! Whole numbers of any size, big-endian.

/// Without leading zeros.
pub(super) fn trimmed(number: &[u8]) -> Vec<u8> {
    number.iter().copied().skip_while(|digit| *digit == 0).collect()
}

/// With leading zeros up to a length.
pub(super) fn padded(number: &[u8], length: usize) -> Vec<u8> {
    let number = trimmed(number);
    [vec![0; length.saturating_sub(number.len())], number].concat()
}

/// `a + b`, without leading zeros.
pub(super) fn sum(a: &[u8], b: &[u8]) -> Vec<u8> {
    combined(a, b, |a, b, carry| {
        let digit = u16::from(a) + u16::from(b) + u16::from(carry);
        let [high, low] = digit.to_be_bytes();
        (low, high)
    })
}

/// `a - b`, without leading zeros; `b` is not the larger.
pub(super) fn difference(a: &[u8], b: &[u8]) -> Vec<u8> {
    combined(a, b, |a, b, borrow| {
        let (digit, first) = a.overflowing_sub(b);
        let (digit, second) = digit.overflowing_sub(borrow);
        (digit, u8::from(first || second))
    })
}

fn combined(a: &[u8], b: &[u8], digit: fn(u8, u8, u8) -> (u8, u8)) -> Vec<u8> {
    let length = a.len().max(b.len()) + 1;
    let (a, b) = (padded(a, length), padded(b, length));
    let mut out = vec![0; length];
    let mut carry = 0;
    for i in (0..length).rev() {
        (out[i], carry) = digit(a[i], b[i], carry);
    }
    trimmed(&out)
}

#[test]
fn sums_and_differences_carry() {
    assert_eq!(sum(&[0xff, 0xff], &[1]), [1, 0, 0]);
    assert_eq!(difference(&[1, 0, 0], &[1]), [0xff, 0xff]);
    assert_eq!(difference(&[5], &[0, 5]), [0; 0]);
}
