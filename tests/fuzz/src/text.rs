//! Texts that name something: a byte for the kind, then the text.

use std::{fmt, str::FromStr};

use keystead_domain::{
    ApiKeyId, CallerId, CeremonyId, CredentialId, EventId, Name, Origin, ProfileId, RelatedOrigin,
    RelyingPartyId, RpId, TenantId, TopOrigin, UserId,
};

use crate::{frame::Frame, known::RP};

/// Readers, each with what it writes of what it read.
type Reader = fn(&str) -> Option<String>;

const READERS: &[Reader] = &[
    id::<TenantId>,
    id::<RelyingPartyId>,
    id::<CallerId>,
    id::<ApiKeyId>,
    id::<UserId>,
    id::<CredentialId>,
    id::<CeremonyId>,
    id::<EventId>,
    id::<ProfileId>,
    |text| RpId::new(text).ok().map(|it| it.as_str().to_owned()),
    |text| Origin::new(text, &RP.rp_id).ok().map(|it| it.as_str().to_owned()),
    |text| RelatedOrigin::new(text).ok().map(|it| it.as_str().to_owned()),
    |text| TopOrigin::new(text).ok().map(|it| it.as_str().to_owned()),
    |text| Name::new(text).ok().map(|it| it.as_str().to_owned()),
];

/// How many kinds there are.
#[must_use]
pub const fn kinds() -> u8 {
    READERS.len().to_le_bytes()[0]
}

/// Whatever is read is written as it came: nothing has two names. Says whether it is read.
///
/// # Panics
/// Where a property does not hold.
#[must_use]
pub fn check(input: &[u8]) -> bool {
    let mut frame = Frame(input);
    let reader = READERS[usize::from(frame.byte()) % READERS.len()];
    let Ok(text) = std::str::from_utf8(frame.0) else { return false };
    let written = reader(text);
    assert!(written.as_deref().is_none_or(|written| written == text), "{written:?} is not {text:?}");
    written.is_some()
}

fn id<I: FromStr + fmt::Display>(text: &str) -> Option<String> {
    text.parse().ok().map(|id: I| id.to_string())
}
