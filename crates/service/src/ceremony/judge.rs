//! The verdict on an assertion: pure, from the response, the sealed ceremony and the rows that were read.

mod accept;
mod counter;
mod owner;
mod proof;

use std::sync::Arc;

use keystead_ceremony::{
    AskedAuthentication, Sealed, Subject,
    assertion::{Asserted, Response},
};
use keystead_domain::{
    ClientContext, CounterRule, Reason, RegistrationProfile, RelyingParty, Timestamp, UserRef,
    judge_simple_login,
};
use keystead_store::LoginRow;

pub(super) use self::accept::Accepted;
use self::proof::Proof;
use super::attempt::{About, Denied};
use crate::Fault;

/// What is judged.
pub(super) struct Case<'a> {
    pub(super) response: &'a Response,
    pub(super) sealed: &'a Sealed,
    pub(super) asked: &'a AskedAuthentication,
    pub(super) relying_party: &'a RelyingParty,
    /// The user the request named.
    pub(super) named: Option<&'a UserRef>,
    pub(super) client: &'a ClientContext,
    /// Every credential of the tenant with the response's id, one per RP at most.
    pub(super) rows: &'a [LoginRow],
    /// The newest registration profile of the name that the credential of this RP has; without one there is no rule.
    pub(super) profile: Option<&'a RegistrationProfile>,
    /// What the tenant's decoys are drawn with, and for.
    pub(super) decoy_key: &'a [u8; 32],
    pub(super) relying_parties: &'a [Arc<RelyingParty>],
}

/// The verdict, and whom it is about.
pub(super) struct Judged<'a> {
    pub(super) about: About,
    pub(super) verdict: Result<Accepted<'a>, Denied>,
}

impl<'a> Case<'a> {
    /// Judges. The signature comes before everything that depends on the owner's or the key's state: who cannot sign
    /// learns nothing of it. A damaged row is a fault, and nobody is refused for it.
    pub(super) fn judge(&self, at: Timestamp) -> Result<Judged<'a>, Fault> {
        Ok(match self.prove()? {
            Proof::Signed(row, asserted) => {
                Judged { about: self.about(Some(row)), verdict: self.judge_signed(row, asserted, at) }
            }
            Proof::Failed(reason, row) => Judged { about: self.about(row), verdict: Err(reason.into()) },
        })
    }

    fn judge_signed(
        &self,
        row: &'a LoginRow,
        asserted: Asserted,
        at: Timestamp,
    ) -> Result<Accepted<'a>, Denied> {
        let credential = &row.credential;
        self.judge_owner(row)?;
        credential.state.may_log_in()?;
        row.user.lifecycle.may_log_in()?;
        if self.profile.is_some_and(|profile| !profile.aaguids.accepts_use(credential.aaguid)) {
            return Err(Reason::AuthenticatorNotAllowed.into());
        }
        let verification_counts = credential.user_verification_counts();
        judge_simple_login(self.asked.user_verification, asserted.user_verified, verification_counts)?;
        let rule = self.profile.map_or(CounterRule::Flag, |profile| profile.counter_rule);
        let counter = counter::judge(rule, credential, asserted.sign_count, self.sealed.sealed_at)?;
        Ok(Accepted::new(row, asserted, counter, self.client, at))
    }

    fn about(&self, row: Option<&LoginRow>) -> About {
        let sealed = match self.sealed.subject {
            Subject::User { id, epoch } => Some((id, epoch)),
            Subject::Anyone | Subject::Unknown => None,
        };
        About {
            user: row.map(|row| (row.user.id, row.user.epoch)).or(sealed),
            credential: row.map(|row| row.credential.id),
        }
    }
}

#[cfg(test)]
mod tests;
