//! Rows of imports: a byte for the format, then the row.

use keystead_ceremony::import::{Format, Record};

use crate::frame::Frame;

const FORMATS: [Format; 4] = [Format::Keystead, Format::SimpleWebauthn, Format::GoWebauthn, Format::Hanko];

/// The byte for a format.
///
/// # Panics
/// Never: every format has one.
#[must_use]
pub fn number(format: Format) -> u8 {
    let at = FORMATS.iter().position(|known| *known == format).expect("every format has a number");
    b'0' + u8::try_from(at).expect("there are four formats")
}

/// What was taken is exported as it was taken. Says whether it was.
///
/// # Panics
/// Where a property does not hold.
#[must_use]
pub fn check(input: &[u8]) -> bool {
    let mut frame = Frame(input);
    let format = FORMATS[usize::from(frame.byte()) % FORMATS.len()];
    let Ok(text) = std::str::from_utf8(frame.0) else { return false };
    let Ok(record) = Record::from_json(format, text) else { return false };
    let exported = record.to_json(None);
    assert_eq!(Record::from_json(Format::Keystead, &exported), Ok(record), "{exported}");
    true
}
