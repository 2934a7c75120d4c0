//! Whether the credential's owner is who this ceremony is for.

use keystead_ceremony::Subject;
use keystead_domain::Reason;
use keystead_store::LoginRow;

use super::Case;

impl Case<'_> {
    pub(super) fn judge_owner(&self, row: &LoginRow) -> Result<(), Reason> {
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
}
