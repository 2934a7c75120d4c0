//! The verdict on an assertion: pure, from the response, the sealed ceremony and the rows that were read.

use keystead_ceremony::{
    AskedAuthentication, Sealed, Subject,
    assertion::{Asserted, Response, Unproven},
};
use keystead_domain::{Counter, EventKind, Reason, RelyingParty, Timestamp, UserRef, judge_simple_login};
use keystead_store::{LoginRow, LoginUpdate};

use super::finish::About;
use crate::Fault;

/// What is judged.
pub(super) struct Case<'a> {
    pub(super) response: &'a Response,
    pub(super) sealed: &'a Sealed,
    pub(super) asked: &'a AskedAuthentication,
    pub(super) relying_party: &'a RelyingParty,
    /// The user the request named.
    pub(super) named: Option<&'a UserRef>,
    /// Every credential of the tenant with the response's id, one per RP at most.
    pub(super) rows: &'a [LoginRow],
}

/// An accepted assertion: whose, the write that completes the verdict, and what was seen beside it.
pub(super) struct Accepted<'a> {
    row: &'a LoginRow,
    pub(super) update: LoginUpdate,
    pub(super) noted: Vec<EventKind>,
}

impl Accepted<'_> {
    /// The row as the login left it.
    pub(super) fn into_row(self) -> LoginRow {
        let Self { row, update, .. } = self;
        let mut row = row.clone();
        let credential = &mut row.credential;
        credential.sign_count = credential.sign_count.max(update.sign_count);
        credential.sign_count_regressions += u32::from(update.regressed);
        credential.backup_eligible = update.backup_eligible;
        credential.backed_up = update.backed_up;
        credential.user_verification_seen |= update.user_verified;
        credential.last_used_at = Some(update.at);
        row
    }
}

impl<'a> Case<'a> {
    /// The credential of this RP that the response names.
    pub(super) fn row(&self) -> Option<&'a LoginRow> {
        self.rows.iter().find(|row| row.credential.relying_party_id == self.relying_party.id)
    }

    /// Whom the verdict is about.
    pub(super) fn about(&self) -> About {
        let row = self.row().or(self.rows.first());
        let sealed = match self.sealed.subject {
            Subject::User { id, epoch } => Some((id, epoch)),
            Subject::Anyone | Subject::Unknown => None,
        };
        About {
            user: row.map(|row| (row.user.id, row.user.epoch)).or(sealed),
            credential: row.map(|row| row.credential.id),
        }
    }

    /// Judges. The signature comes before everything that depends on the owner's or the key's state: who cannot sign
    /// learns nothing of it. A damaged row is a fault, and nobody is refused for it.
    pub(super) fn judge(&self, at: Timestamp) -> Result<Result<Accepted<'a>, Reason>, Fault> {
        let (row, asserted) = match self.prove() {
            Ok(proven) => proven,
            Err(Unjudged::Refused(reason)) => return Ok(Err(reason)),
            Err(Unjudged::Damaged) => return Err(Fault::Inconsistent("a stored public key cannot be read")),
        };
        let verdict = self
            .judge_owner(row)
            .and_then(|()| row.credential.state.may_log_in())
            .and_then(|()| judge_simple_login(self.asked.user_verification, asserted.user_verified));
        Ok(verdict.map(|()| self.accept(row, &asserted, at)))
    }

    fn prove(&self) -> Result<(&'a LoginRow, Asserted), Unjudged> {
        let checked = self.response.check(self.relying_party)?;
        let unknown = if self.rows.is_empty() { Reason::CredentialUnknown } else { Reason::WrongRp };
        let row = self.row().ok_or(unknown)?;
        match checked.verify(&row.credential.public_key, row.credential.algorithm) {
            Ok(asserted) => Ok((row, asserted)),
            Err(Unproven::Signature) => Err(Reason::SignatureInvalid.into()),
            Err(Unproven::StoredKey) => Err(Unjudged::Damaged),
        }
    }

    fn judge_owner(&self, row: &LoginRow) -> Result<(), Reason> {
        match self.sealed.subject {
            Subject::Unknown => return Err(Reason::UserMismatch),
            Subject::User { id, .. } if id != row.user.id => return Err(Reason::UserMismatch),
            Subject::User { epoch, .. } if epoch != row.user.epoch => return Err(Reason::StateChanged),
            Subject::User { .. } | Subject::Anyone => {}
        }
        if self.named.is_some_and(|named| !named.names(&row.user)) {
            return Err(Reason::UserMismatch);
        }
        match (self.response.user_handle(), &row.user_handle) {
            (None, _) if self.sealed.subject == Subject::Anyone => Err(Reason::UserHandleMissing),
            (Some(shown), Some(owners)) if shown != owners.as_bytes() => Err(Reason::UserHandleMismatch),
            (Some(_), None) => Err(Reason::UserHandleMismatch),
            (None, _) | (Some(_), Some(_)) => Ok(()),
        }
    }

    fn accept(&self, row: &'a LoginRow, asserted: &Asserted, at: Timestamp) -> Accepted<'a> {
        let credential = &row.credential;
        let regressed = Counter::judge(credential.sign_count, asserted.sign_count) == Counter::Regressed
            && !self.was_overtaken(row, asserted.sign_count);
        let mut noted = Vec::new();
        if regressed {
            noted.push(EventKind::CounterRegressed);
        }
        if credential.backup_eligible != asserted.backup_eligible {
            noted.push(EventKind::BackupEligibilityChanged);
        } else if credential.backed_up != asserted.backed_up {
            noted.push(if asserted.backed_up {
                EventKind::BackupStateGained
            } else {
                EventKind::BackupStateLost
            });
        }
        let update = LoginUpdate {
            credential_id: credential.id,
            user_epoch: row.user.epoch,
            sign_count: asserted.sign_count,
            regressed,
            backup_eligible: asserted.backup_eligible,
            backed_up: asserted.backed_up,
            user_verified: asserted.user_verified,
            at,
        };
        Accepted { row, update, noted }
    }

    /// Whether a lower counter means only that another tab was faster: the key logged in since this ceremony started. The
    /// same counter twice is never that.
    fn was_overtaken(&self, row: &LoginRow, sign_count: u32) -> bool {
        sign_count < row.credential.sign_count
            && row.credential.last_used_at.is_some_and(|used| used >= self.sealed.sealed_at)
    }
}

/// Why there is nothing to judge yet.
enum Unjudged {
    Refused(Reason),
    Damaged,
}

impl From<Reason> for Unjudged {
    fn from(reason: Reason) -> Self {
        Self::Refused(reason)
    }
}
