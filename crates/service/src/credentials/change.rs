//! A change of a credential's state: one transaction, and the user's row written before anything is read in it.

use keystead_domain::{
    ActingUser, Credential, CredentialAction, CredentialId, CredentialState, Event, EventKind, Reason,
    TenantId, Timestamp,
};
use keystead_store::{Finish, Tx};

use super::{
    Managed,
    signals::{Browser, Seen},
};
use crate::{Call, Error, Service, directory::KnownTenant, lockout, repeatable::Repeatable};

/// An RPC that changes a credential's state.
#[derive(Clone, Copy)]
pub(super) struct Act {
    pub(super) method: &'static str,
    pub(super) action: CredentialAction,
    pub(super) event: EventKind,
}

/// What is to be done to a credential.
pub(super) struct Change<'a> {
    pub(super) id: CredentialId,
    pub(super) act: Act,
    pub(super) acting_user: Option<ActingUser>,
    pub(super) last_way_in: LastWayIn,
    /// What beside the above makes another request of it.
    pub(super) payload: Vec<&'a [u8]>,
}

/// What follows where the credential is its owner's last way in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LastWayIn {
    /// Nothing: it is no matter here.
    Regardless,
    /// The change is made, and its event says so.
    Acknowledged,
    /// The change is refused.
    Kept,
}

/// A change with everything drawn.
struct Drawn<'a> {
    tenant: TenantId,
    known: &'a KnownTenant,
    before: Credential,
    action: CredentialAction,
    last_way_in: LastWayIn,
    browser: Browser,
    event: Event,
    repeatable: Repeatable,
}

/// Why a transaction changed nothing.
enum NotNow {
    /// The change was carried out before.
    Before,
    /// It must not be made.
    Refused(Reason),
}

impl Service {
    pub(super) async fn change_credential(&self, call: &Call, change: Change<'_>) -> Result<Managed, Error> {
        let tenant = call.tenant()?;
        let before = self.find_credential(tenant, change.id).await?;
        // Read before: a look-up would need a second connection inside the transaction.
        let known = self.known_tenant(tenant).await?;
        let drawn = self.draw_change(call, &known, before, change);
        let changed = self.store.transact(async |tx| drawn.carry_out(tx).await).await?;
        let seen = match changed {
            Ok(seen) => seen,
            Err(NotNow::Before) => {
                self.subject_before(&drawn.repeatable).await?;
                None
            }
            Err(NotNow::Refused(Reason::WouldLockOut)) => return self.refuse_lockout(drawn.event).await,
            Err(NotNow::Refused(reason)) => return Err(Error::refused(reason)),
        };
        self.managed(tenant, drawn.before.id, drawn.browser, seen).await
    }

    fn draw_change<'a>(
        &self,
        call: &Call,
        known: &'a KnownTenant,
        before: Credential,
        change: Change<'_>,
    ) -> Drawn<'a> {
        let actor = change.acting_user.as_ref().map_or("", ActingUser::as_str);
        let mut payload = vec![&change.id.as_bytes()[..], actor.as_bytes()];
        payload.extend(change.payload);
        let repeatable = self.repeatable(call, change.act.method, &payload, *change.id.as_bytes());
        let browser = if change.acting_user.is_some() { Browser::Others } else { Browser::Owners };
        let event = Event {
            acting_user: change.acting_user,
            ..self.credential_event(call, change.act.event, &before)
        };
        Drawn {
            tenant: known.tenant.id,
            known,
            before,
            action: change.act.action,
            last_way_in: change.last_way_in,
            browser,
            event,
            repeatable,
        }
    }
}

impl Drawn<'_> {
    async fn carry_out(
        &self,
        tx: &Tx,
    ) -> Result<Finish<Result<Option<Seen>, NotNow>>, keystead_store::Error> {
        if !self.repeatable.is_first(tx).await? {
            return Ok(Finish::RollBack(Err(NotNow::Before)));
        }
        let within = tx.within(self.tenant);
        // This write decides: of two who take the last two keys at once, the second sees what the first left.
        within.write_user(self.before.user_id).await?;
        let his = within.credentials_of(self.before.user_id).await?;
        let now = his.iter().find(|credential| credential.id == self.before.id);
        let step = match now {
            Some(now) => Step::of(now, self.action, self.event.at),
            // All of his but for revoked ones: it was revoked meanwhile, or before.
            None => CredentialState::Revoked.after(self.action).map(|_| None),
        };
        let step = match step {
            Ok(step) => step,
            Err(reason) => return Ok(Finish::RollBack(Err(NotNow::Refused(reason)))),
        };
        if let (Some(now), Some(step)) = (now, step) {
            let is_last =
                self.last_way_in != LastWayIn::Regardless && lockout::is_last_way_in(self.known, &his, now);
            if is_last && self.last_way_in == LastWayIn::Kept {
                return Ok(Finish::RollBack(Err(NotNow::Refused(Reason::WouldLockOut))));
            }
            within.set_credential_state(now, step.state, step.lost_at, step.state_changed_at).await?;
            let reasons = if is_last { vec![Reason::WouldLockOut] } else { Vec::new() };
            tx.insert_event(&Event { reasons, ..self.event.clone() }).await?;
        }
        Ok(Finish::Commit(Ok(Seen::read(&within, self.before.id, self.browser).await?)))
    }
}

/// What a change writes to a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Step {
    state: CredentialState,
    lost_at: Option<Timestamp>,
    state_changed_at: Timestamp,
}

impl Step {
    /// What an action writes to a credential as it is; `None`: there is nothing to do.
    fn of(now: &Credential, action: CredentialAction, at: Timestamp) -> Result<Option<Self>, Reason> {
        let state = now.state.after(action)?;
        let lost_at = match action {
            // The first report says since when.
            CredentialAction::ReportLost => now.lost_at.or(Some(at)),
            CredentialAction::Resume => None,
            CredentialAction::Suspend | CredentialAction::Revoke | CredentialAction::Supersede => now.lost_at,
        };
        if state == now.state && lost_at == now.lost_at {
            return Ok(None);
        }
        let state_changed_at = if state == now.state { now.state_changed_at.unwrap_or(at) } else { at };
        Ok(Some(Self { state, lost_at, state_changed_at }))
    }
}

#[cfg(test)]
mod tests {
    use CredentialAction::{ReportLost, Resume, Revoke, Suspend};
    use CredentialState::{Active, Quarantined, Revoked, Superseded, Suspended};

    use super::*;
    use crate::fixture::any_credential;

    #[test]
    fn a_report_is_kept_until_the_credential_is_resumed_and_the_first_one_counts() {
        let [changed, lost, now] = [1, 2, 3].map(Timestamp::from_micros);
        let step = |state, lost_at, state_changed_at| Some(Step { state, lost_at, state_changed_at });
        for (state, lost_at, action, expected) in [
            (Active, None, Suspend, step(Suspended, None, now)),
            (Active, None, ReportLost, step(Suspended, Some(now), now)),
            (Active, None, Resume, None),
            (Active, None, Revoke, step(Revoked, None, now)),
            // Its state did not change now.
            (Suspended, None, ReportLost, step(Suspended, Some(now), changed)),
            (Suspended, None, Suspend, None),
            (Suspended, Some(lost), ReportLost, None),
            (Suspended, Some(lost), Suspend, None),
            (Suspended, Some(lost), Resume, step(Active, None, now)),
            (Suspended, Some(lost), Revoke, step(Revoked, Some(lost), now)),
            (Quarantined, None, ReportLost, step(Suspended, Some(now), now)),
            (Quarantined, None, Resume, step(Active, None, now)),
            (Superseded, None, Suspend, step(Suspended, None, now)),
            (Superseded, None, Resume, None),
        ] {
            let before = Credential { state, lost_at, state_changed_at: Some(changed), ..any_credential() };
            assert_eq!(Step::of(&before, action, now), Ok(expected), "{state:?} {lost_at:?} {action:?}");
        }
        let revoked = Credential { state: Revoked, ..any_credential() };
        assert_eq!(Step::of(&revoked, Resume, now), Err(Reason::CredentialRevoked));
    }
}
