//! Registration profiles: what a team accepts at registration.

use crate::{
    AaguidRule, Algorithm, Attachment, AttestationConveyance, AttestationRule, CounterRule, Hint, Mediation,
    Name, ProfileId, ResidentKey, Timestamp, UserVerification,
};

/// What a team accepts at registration. Immutable; the newest of a name counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistrationProfile {
    /// The id; `None`: built in.
    pub id: Option<ProfileId>,
    /// The name that a registration gives.
    pub name: Name,
    /// User verification.
    pub user_verification: UserVerification,
    /// Discoverability.
    pub resident_key: ResidentKey,
    /// Where authenticators sit; `None`: anywhere.
    pub attachment: Option<Attachment>,
    /// Hints for the browser's dialog, best first, at most 3.
    pub hints: Vec<Hint>,
    /// How much is asked about the authenticator.
    pub attestation: AttestationConveyance,
    /// Whose attestation is trusted, where a registration asks for any.
    pub attestation_rule: AttestationRule,
    /// Accepted algorithms, best first; never empty.
    pub algorithms: Vec<Algorithm>,
    /// What a signature counter that does not rise means.
    pub counter_rule: CounterRule,
    /// Most credentials a user may have, 1 to [`Self::MOST_CREDENTIALS`].
    pub max_credentials: u32,
    /// Whether a registration may only ask for more.
    pub locked: bool,
    /// Which models of authenticators are accepted.
    pub aaguids: AaguidRule,
    /// When it was made; `None`: built in.
    pub created_at: Option<Timestamp>,
}

/// What one registration asks for instead of what its profile says; absent or empty members leave it at that.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RegistrationOverrides {
    /// User verification.
    pub user_verification: Option<UserVerification>,
    /// Discoverability.
    pub resident_key: Option<ResidentKey>,
    /// Where the authenticator sits.
    pub attachment: Option<Attachment>,
    /// Hints.
    pub hints: Vec<Hint>,
    /// Attestation.
    pub attestation: Option<AttestationConveyance>,
    /// Algorithms, best first.
    pub algorithms: Vec<Algorithm>,
}

/// What a registration asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistrationTerms {
    /// The profile's name.
    pub profile: Name,
    /// How the browser asks.
    pub mediation: Mediation,
    /// User verification.
    pub user_verification: UserVerification,
    /// Discoverability.
    pub resident_key: ResidentKey,
    /// Where the authenticator sits; `None`: anywhere.
    pub attachment: Option<Attachment>,
    /// How much is asked about the authenticator.
    pub attestation: AttestationConveyance,
    /// Accepted algorithms, best first.
    pub algorithms: Vec<Algorithm>,
    /// Hints for the browser's dialog.
    pub hints: Vec<Hint>,
}

/// A registration asks for what its profile does not allow: the member of the request, and the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TermsError {
    /// A locked profile's member may only become stricter.
    #[error("the profile is locked: it may only be asked for more than the profile does")]
    Locked(&'static str),
    /// What the browser makes without a dialog shows no user verification.
    #[error("a conditional registration shows no user verification: ask for PREFERRED or less")]
    ConditionalVerification,
    /// What the browser makes without a dialog is not attested.
    #[error("a conditional registration is not attested: ask for NONE")]
    ConditionalAttestation,
    /// The locked profile asks for more than a browser does without a dialog.
    #[error("the profile is locked and asks for more than a conditional registration shows")]
    ConditionalLocked,
}

impl TermsError {
    /// The member of the request at fault.
    #[must_use]
    pub const fn field(self) -> &'static str {
        match self {
            Self::Locked(field) => field,
            Self::ConditionalVerification => USER_VERIFICATION,
            Self::ConditionalAttestation => ATTESTATION,
            Self::ConditionalLocked => "mediation",
        }
    }
}

const USER_VERIFICATION: &str = "overrides.user_verification";
const RESIDENT_KEY: &str = "overrides.resident_key";
const ATTACHMENT: &str = "overrides.attachment";
const HINTS: &str = "overrides.hints";
const ATTESTATION: &str = "overrides.attestation";
const ALGORITHMS: &str = "overrides.algorithms";

impl RegistrationProfile {
    /// Most credentials of a user unless a profile says otherwise.
    pub const DEFAULT_CREDENTIALS: u32 = 20;
    /// The highest `max_credentials`: every one of them is named to the browser at registration.
    pub const MOST_CREDENTIALS: u32 = 100;

    /// The profile `default` where a tenant has made none of that name.
    #[must_use]
    pub fn built_in() -> Self {
        Self {
            id: None,
            name: Name::default_profile(),
            user_verification: UserVerification::Required,
            resident_key: ResidentKey::Preferred,
            attachment: None,
            hints: Vec::new(),
            attestation: AttestationConveyance::None,
            attestation_rule: AttestationRule::nobody(),
            algorithms: Algorithm::DEFAULT.to_vec(),
            counter_rule: CounterRule::Flag,
            max_credentials: Self::DEFAULT_CREDENTIALS,
            locked: false,
            aaguids: AaguidRule::any(),
            created_at: None,
        }
    }

    /// What a registration under this profile asks for.
    ///
    /// # Errors
    /// [`TermsError`].
    pub fn terms(
        &self,
        overrides: &RegistrationOverrides,
        mediation: Mediation,
    ) -> Result<RegistrationTerms, TermsError> {
        if self.locked {
            self.allow(overrides)?;
        }
        let terms = RegistrationTerms {
            profile: self.name.clone(),
            mediation,
            user_verification: overrides.user_verification.unwrap_or(self.user_verification),
            resident_key: overrides.resident_key.unwrap_or(self.resident_key),
            attachment: overrides.attachment.or(self.attachment),
            attestation: overrides.attestation.unwrap_or(self.attestation),
            algorithms: chosen(&overrides.algorithms, &self.algorithms),
            hints: chosen(&overrides.hints, &self.hints),
        };
        match mediation {
            Mediation::Modal => Ok(terms),
            Mediation::Conditional => self.without_dialog(overrides, terms),
        }
    }

    /// Browsers refuse a conditional create that requires user verification (§5.1.3), and make it unattested.
    fn without_dialog(
        &self,
        overrides: &RegistrationOverrides,
        terms: RegistrationTerms,
    ) -> Result<RegistrationTerms, TermsError> {
        if overrides.user_verification == Some(UserVerification::Required) {
            return Err(TermsError::ConditionalVerification);
        }
        if overrides.attestation.is_some_and(|asked| asked != AttestationConveyance::None) {
            return Err(TermsError::ConditionalAttestation);
        }
        let asks_for_more = self.user_verification == UserVerification::Required
            || self.attestation != AttestationConveyance::None;
        if self.locked && asks_for_more {
            return Err(TermsError::ConditionalLocked);
        }
        Ok(RegistrationTerms {
            user_verification: terms.user_verification.max(UserVerification::Preferred),
            attestation: AttestationConveyance::None,
            ..terms
        })
    }

    /// Whether overrides of a locked profile ask for no less than it does. The words of user verification and discoverability
    /// are ordered from strict to lax, those of attestation from little to much.
    fn allow(&self, overrides: &RegistrationOverrides) -> Result<(), TermsError> {
        let rules = [
            (USER_VERIFICATION, overrides.user_verification.is_none_or(|it| it <= self.user_verification)),
            (RESIDENT_KEY, overrides.resident_key.is_none_or(|it| it <= self.resident_key)),
            (
                ATTACHMENT,
                self.attachment.is_none()
                    || overrides.attachment.is_none_or(|it| self.attachment == Some(it)),
            ),
            (HINTS, self.hints.is_empty() || overrides.hints.iter().all(|it| self.hints.contains(it))),
            (ATTESTATION, overrides.attestation.is_none_or(|it| it >= self.attestation)),
            (ALGORITHMS, overrides.algorithms.iter().all(|it| self.algorithms.contains(it))),
        ];
        match rules.into_iter().find(|(_, holds)| !holds) {
            Some((field, _)) => Err(TermsError::Locked(field)),
            None => Ok(()),
        }
    }

    /// The stricter of what a registration asked for and of this profile as it is when the registration finishes. An unlocked
    /// profile leaves the choice to the one who started. Attestation that only this profile asks for was not asked of the browser,
    /// which then sends none in most cases: such a registration is refused where the profile refuses what nobody attests.
    #[must_use]
    pub fn at_finish(&self, terms: RegistrationTerms) -> RegistrationTerms {
        if !self.locked {
            return terms;
        }
        RegistrationTerms {
            user_verification: terms.user_verification.min(self.user_verification),
            resident_key: terms.resident_key.min(self.resident_key),
            attachment: self.attachment.or(terms.attachment),
            attestation: terms.attestation.max(self.attestation),
            algorithms: terms.algorithms.into_iter().filter(|it| self.algorithms.contains(it)).collect(),
            ..terms
        }
    }
}

fn chosen<T: Copy>(asked: &[T], otherwise: &[T]) -> Vec<T> {
    if asked.is_empty() { otherwise.to_vec() } else { asked.to_vec() }
}

#[cfg(test)]
mod tests;
