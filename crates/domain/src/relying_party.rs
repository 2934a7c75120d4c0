//! Relying parties.

use std::time::Duration;

use crate::{Name, Origin, RelatedOrigin, RelyingPartyId, TenantId, Timestamp, TopOrigin};

/// A text is not an RP ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a lower-case domain of 1 to 253 bytes, such as `example.org`, or `localhost`")]
pub struct RpIdError;

/// A WebAuthn RP ID (§5.1.2): a lower-case domain.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RpId(String);

impl RpId {
    /// Takes a domain.
    ///
    /// # Errors
    /// [`RpIdError`].
    pub fn new(text: impl Into<String>) -> Result<Self, RpIdError> {
        let text = text.into();
        if is_domain(&text) { Ok(Self(text)) } else { Err(RpIdError) }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Labels of letters, digits and inner hyphens; not an IPv4 address.
pub(crate) fn is_domain(text: &str) -> bool {
    let label_ok = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let numeric_end = text.rsplit('.').next().is_some_and(|label| label.bytes().all(|b| b.is_ascii_digit()));
    text.len() <= 253 && !numeric_end && text.split('.').all(label_ok)
}

/// A domain that passkeys are bound to, and what is accepted for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelyingParty {
    /// The id of the resource.
    pub id: RelyingPartyId,
    /// The tenant.
    pub tenant_id: TenantId,
    /// The WebAuthn RP ID; immutable.
    pub rp_id: RpId,
    /// A name for people.
    pub name: Name,
    /// Exact origins.
    pub origins: Vec<Origin>,
    /// Origins that may embed a page; empty: none.
    pub top_origins: Vec<TopOrigin>,
    /// Origins of other domains that may use the RP ID (§5.11).
    pub related_origins: Vec<RelatedOrigin>,
    /// Whether it is meant where none is named.
    pub is_default: bool,
    /// How long a ceremony may take.
    pub ceremony_lifetime: Duration,
    /// When it was made.
    pub created_at: Timestamp,
}

impl RelyingParty {
    /// A ceremony's lifetime where none is set (§15.1).
    pub const DEFAULT_LIFETIME: Duration = Duration::from_mins(5);
    /// The shortest lifetime that may be set.
    pub const SHORTEST_LIFETIME: Duration = Duration::from_mins(1);
    /// The longest lifetime that may be set.
    pub const LONGEST_LIFETIME: Duration = Duration::from_mins(15);
    /// Most origins, most top origins and most related origins.
    pub const MOST_ORIGINS: usize = 32;

    /// Whether a response that a page of this origin got is accepted: the origin is exactly one of the relying party's, its
    /// own or a related one (§7.1 step 9, §7.2 step 12).
    #[must_use]
    pub fn accepts_origin(&self, origin: &str) -> bool {
        self.origins.iter().any(|own| own.as_str() == origin)
            || self.related_origins.iter().any(|related| related.as_str() == origin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_rp_id_is_a_lower_case_domain() {
        for text in ["localhost", "example.org", "xn--bcher-kva.example", "a.b-c.d1"] {
            assert!(RpId::new(text).is_ok(), "{text}");
        }
        for text in [
            "",
            "Example.org",
            "example.org.",
            ".org",
            "a..b",
            "-a.org",
            "127.0.0.1",
            "a_b.org",
            "https://a.org",
            "a.org:1",
        ] {
            assert_eq!(RpId::new(text), Err(RpIdError), "{text}");
        }
    }
}
