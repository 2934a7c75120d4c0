//! What a caller may do.

use std::{fmt, str::FromStr};

macro_rules! grants {
    ($($(#[$doc:meta])* $name:ident = $bit:literal, $text:literal;)*) => {
        /// One right of a caller.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Grant { $($(#[$doc])* $name,)* }

        impl Grant {
            /// All grants.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The name in the API.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// Its bit in [`GrantSet::bits`]; never reused.
            const fn bit(self) -> u32 {
                match self { $(Self::$name => 1 << $bit,)* }
            }
        }
    };
}

grants! {
    /// Log users in.
    CeremonyAuthenticate = 0, "ceremony.authenticate";
    /// Register credentials.
    CeremonyRegister = 1, "ceremony.register";
    /// Register a further credential for a user who already has a usable one, without a flow of his.
    CeremonyRegisterUnattended = 2, "ceremony.register.unattended";
    /// Read credentials.
    CredentialsRead = 3, "credentials.read";
    /// Change credentials.
    CredentialsWrite = 4, "credentials.write";
    /// Read users.
    UsersRead = 5, "users.read";
    /// Change users.
    UsersWrite = 6, "users.write";
    /// Read events.
    Events = 7, "events";
    /// Set up tenants, relying parties and callers.
    Admin = 8, "admin";
}

/// A text is not the name of a grant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown grant; known are {}", names())]
pub struct UnknownGrant;

fn names() -> String {
    Grant::ALL.iter().map(|g| g.as_str()).collect::<Vec<_>>().join(", ")
}

impl FromStr for Grant {
    type Err = UnknownGrant;

    fn from_str(text: &str) -> Result<Self, UnknownGrant> {
        Self::ALL.iter().copied().find(|g| g.as_str() == text).ok_or(UnknownGrant)
    }
}

/// A set of grants.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct GrantSet(u32);

impl GrantSet {
    /// Every grant.
    #[must_use]
    pub fn all() -> Self {
        Grant::ALL.iter().copied().collect()
    }

    /// Whether the grant is in the set.
    #[must_use]
    pub const fn contains(self, grant: Grant) -> bool {
        self.0 & grant.bit() != 0
    }

    /// The grants, in order.
    pub fn iter(self) -> impl Iterator<Item = Grant> {
        Grant::ALL.iter().copied().filter(move |g| self.contains(*g))
    }

    /// What the database keeps.
    #[must_use]
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// The set the database kept; bits of grants that are not known here are dropped.
    #[must_use]
    pub fn from_bits(bits: u32) -> Self {
        Self(bits & Self::all().0)
    }
}

impl FromIterator<Grant> for GrantSet {
    fn from_iter<I: IntoIterator<Item = Grant>>(grants: I) -> Self {
        Self(grants.into_iter().fold(0, |bits, g| bits | g.bit()))
    }
}

impl fmt::Debug for GrantSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(Grant::as_str)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_grant_has_its_own_name_and_bit() {
        for grant in Grant::ALL {
            assert_eq!(grant.as_str().parse(), Ok(*grant));
            let alone: GrantSet = [*grant].into_iter().collect();
            assert_eq!(alone.iter().collect::<Vec<_>>(), [*grant]);
            assert_eq!(GrantSet::from_bits(alone.bits() | 1 << 31), alone);
        }
        assert_eq!("root".parse::<Grant>(), Err(UnknownGrant));
    }
}
