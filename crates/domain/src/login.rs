//! The rule of the simple path: what a login without a flow needs.

use crate::{Reason, UserVerification};

/// The method of a passkey with user verification.
pub const METHOD_PASSKEY_UV: &str = "passkey_uv";

/// Judges the user verification flag that was seen against what was asked for. Without a flow only a verified user is a
/// login; presence alone is one factor, and so is a key whose user verification does not count
/// ([`Credential::user_verification_counts`](crate::Credential::user_verification_counts)).
///
/// # Errors
/// [`Reason::UvRequired`] where it was asked for and not shown, else [`Reason::MoreFactorsRequired`].
pub const fn judge_simple_login(
    asked: UserVerification,
    user_verified: bool,
    verification_counts: bool,
) -> Result<(), Reason> {
    match (user_verified, asked) {
        (true, _) if verification_counts => Ok(()),
        (false, UserVerification::Required) => Err(Reason::UvRequired),
        (true | false, _) => Err(Reason::MoreFactorsRequired),
    }
}

/// Method references for a token (RFC 8176 §2) after `passkey_uv`: a key that can be synced is a software key.
#[must_use]
pub const fn amr(backup_eligible: bool) -> [&'static str; 3] {
    [if backup_eligible { "swk" } else { "hwk" }, "user", "mfa"]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presence_alone_is_never_a_login() {
        use UserVerification::{Discouraged, Preferred, Required};
        for asked in [Required, Preferred, Discouraged] {
            assert_eq!(judge_simple_login(asked, true, true), Ok(()));
            assert_eq!(judge_simple_login(asked, true, false), Err(Reason::MoreFactorsRequired));
        }
        for counts in [true, false] {
            assert_eq!(judge_simple_login(Required, false, counts), Err(Reason::UvRequired));
            assert_eq!(judge_simple_login(Preferred, false, counts), Err(Reason::MoreFactorsRequired));
            assert_eq!(judge_simple_login(Discouraged, false, counts), Err(Reason::MoreFactorsRequired));
        }
    }
}
