//! What an accepted assertion writes, and what is seen and done beside it.

use keystead_ceremony::assertion::Asserted;
use keystead_domain::{ClientContext, Credential, CredentialState, EventKind, Lifecycle, Timestamp};
use keystead_store::{LoginRow, LoginUpdate};

use super::counter::Seen;
use crate::ceremony::{attempt::Denied, usage};

/// An accepted assertion: whose, the write that completes the verdict, and what comes with it.
pub(in crate::ceremony) struct Accepted<'a> {
    pub(in crate::ceremony) row: &'a LoginRow,
    pub(in crate::ceremony) update: LoginUpdate,
    pub(in crate::ceremony) noted: Vec<EventKind>,
    /// What to refuse with where the write finds a counter that would not rise.
    pub(in crate::ceremony) unless_counter_rises: Option<Denied>,
}

impl<'a> Accepted<'a> {
    pub(super) fn new(
        row: &'a LoginRow,
        asserted: Asserted,
        counter: Seen,
        client: &ClientContext,
        at: Timestamp,
    ) -> Self {
        let credential = &row.credential;
        let noted = noted(credential, &asserted, counter);
        let update = LoginUpdate {
            credential_id: credential.id,
            user_epoch: row.user.epoch,
            sign_count: asserted.sign_count,
            regressed: counter.regressed,
            counter_must_rise: counter.unless_it_rises.is_some(),
            backup_eligible: asserted.backup_eligible,
            backed_up: asserted.backed_up,
            user_verified: asserted.user_verified,
            user_verification_initialized: credential.user_verification_initialized || asserted.user_verified,
            used: usage::of(client, asserted.origin, asserted.attachment, asserted.user_verified),
            at,
        };
        Self { row, update, noted, unless_counter_rises: counter.unless_it_rises }
    }

    /// Whether this login brings its user back.
    pub(in crate::ceremony) fn reactivates(&self) -> bool {
        self.row.user.lifecycle == Lifecycle::Dormant
    }

    /// Whether this login shows that the credential arrived on its device, so that older ones there are gone. Only the first
    /// one tells anything new; and what was itself superseded is in nobody's place.
    pub(in crate::ceremony) fn may_supersede(&self) -> bool {
        let credential = &self.row.credential;
        credential.last_used_at.is_none()
            && credential.device_hash.is_some()
            && credential.state == CredentialState::Active
    }

    /// The row as the login leaves it.
    pub(in crate::ceremony) fn row_after(&self) -> LoginRow {
        let (mut row, update) = (self.row.clone(), &self.update);
        let credential = &mut row.credential;
        credential.sign_count = credential.sign_count.max(update.sign_count);
        credential.sign_count_regressions += u32::from(update.regressed);
        credential.backup_eligible = update.backup_eligible;
        credential.backed_up = update.backed_up;
        credential.user_verification_seen |= update.user_verified;
        credential.user_verification_initialized = update.user_verification_initialized;
        credential.last_used_at = Some(update.at);
        credential.last_use = update.used.clone();
        credential.use_count += 1;
        if self.reactivates() {
            row.user.lifecycle = Lifecycle::Active;
        }
        row
    }
}

fn noted(credential: &Credential, asserted: &Asserted, counter: Seen) -> Vec<EventKind> {
    let mut noted = Vec::new();
    if counter.noted {
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
    noted
}
