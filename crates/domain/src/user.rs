//! Users: references to people in the calling service's system.

use crate::{DisplayName, Lifecycle, TextError, Timestamp, UserId};

/// The calling service's own id of a user: 1 to 255 bytes without control characters, compared byte by byte.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExternalId(String);

impl ExternalId {
    /// Takes an id of allowed length.
    ///
    /// # Errors
    /// [`TextError`] says which rule the text breaks.
    pub fn new(text: impl Into<String>) -> Result<Self, TextError> {
        let text = text.into();
        crate::text::check(&text, 1, 255)?;
        Ok(Self(text))
    }

    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for ExternalId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[personal]")
    }
}

/// Names a user in a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserRef {
    /// By Keystead's id.
    Id(UserId),
    /// By the calling service's id.
    External(ExternalId),
}

impl UserRef {
    /// Whether it names this user.
    #[must_use]
    pub fn names(&self, user: &User) -> bool {
        match self {
            Self::Id(id) => *id == user.id,
            Self::External(external_id) => *external_id == user.external_id,
        }
    }
}

/// A user's counter, raised when something is taken from him. What was started under a lower one is not finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Epoch(pub u32);

/// A user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The id.
    pub id: UserId,
    /// The calling service's id of him.
    pub external_id: ExternalId,
    /// The name shown beside a passkey; may be empty.
    pub display_name: DisplayName,
    /// Raised when something is taken from him.
    pub epoch: Epoch,
    /// His credentials that are ACTIVE, SUSPENDED or QUARANTINED.
    pub credential_count: u32,
    /// Where his account is in its life.
    pub lifecycle: Lifecycle,
    /// The calling service's order number of the last change of his lifecycle; 0: none was ordered.
    pub state_version: i64,
    /// When Keystead first heard of him.
    pub created_at: Timestamp,
    /// When he last logged in.
    pub last_success_at: Option<Timestamp>,
}

impl User {
    /// The name a list of passkeys shows: the display name, else the external id.
    #[must_use]
    pub fn shown_name(&self) -> &str {
        match self.display_name.as_str() {
            "" => self.external_id.as_str(),
            name => name,
        }
    }
}
