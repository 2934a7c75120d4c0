//! The four use cases of WebAuthn: start and finish, registration and authentication.

mod attempt;
mod finish;
mod finish_authentication;
mod finish_registration;
mod judge;
mod open;
mod seal;
mod start_authentication;
mod start_registration;
mod turned_away;
mod unused;
mod usage;

use keystead_domain::{CeremonyId, Timestamp};

pub use finish::Finished;
pub use finish_authentication::{FinishAuthentication, Login};
pub use finish_registration::{FinishRegistration, Registration};
pub use start_authentication::StartAuthentication;
pub use start_registration::StartRegistration;
pub(crate) use turned_away::EventCap;

/// A started ceremony: what the browser is asked, and the token that Finish takes back.
#[derive(Debug)]
pub struct Started<Options> {
    /// Names the ceremony in logs and events.
    pub ceremony_id: CeremonyId,
    /// The sealed ceremony.
    pub token: Token,
    /// What the browser is asked.
    pub options: Options,
    /// When the ceremony expires.
    pub expires_at: Timestamp,
}

/// A ceremony token; never in a log.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// Takes a token as it came with a request.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, taken out.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests;
