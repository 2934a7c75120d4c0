//! What start asked the browser for: sealed, and held against the response at finish.

use keystead_domain::{CeremonyKind, Mediation, RegistrationTerms, UserVerification};

/// What was asked for, of either ceremony.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// For a new credential.
    Registration(AskedRegistration),
    /// For an assertion.
    Authentication(AskedAuthentication),
}

impl Asked {
    /// Which of the two ceremonies.
    #[must_use]
    pub const fn kind(&self) -> CeremonyKind {
        match self {
            Self::Registration(_) => CeremonyKind::Registration,
            Self::Authentication(_) => CeremonyKind::Authentication,
        }
    }
}

/// What a registration asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedRegistration {
    /// The terms. Their hints are for the browser's dialog alone and are not sealed: a decoded ceremony has none.
    pub terms: RegistrationTerms,
}

/// What a login asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedAuthentication {
    /// Whether the user shall be verified; judged by the caller of this crate, for presence alone may be one factor.
    pub user_verification: UserVerification,
    /// How the browser was told to ask.
    pub mediation: Mediation,
}
