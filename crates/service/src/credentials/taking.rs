//! Taking a credential away: suspending, revoking, reporting it lost.

use keystead_domain::{ActingUser, CredentialAction, CredentialId, Event, EventKind, Method, Reason};

use super::{
    Managed,
    change::{Act, Change, LastWayIn},
};
use crate::{Call, Error, Refused, Service, Signals};

const SUSPEND: Act = Act {
    method: "SuspendCredential",
    action: CredentialAction::Suspend,
    event: EventKind::CredentialSuspended,
};
const REVOKE: Act =
    Act { method: "RevokeCredential", action: CredentialAction::Revoke, event: EventKind::CredentialRevoked };
const REPORT_LOST: Act = Act {
    method: "ReportLost",
    action: CredentialAction::ReportLost,
    event: EventKind::CredentialReportedLost,
};

/// Most methods that a caller may say remain.
const MOST_METHODS: usize = 8;

/// Takes a credential away.
#[derive(Clone, Debug)]
pub struct Taking {
    /// Which.
    pub id: CredentialId,
    /// Who does it for someone else's sake; `None`: the owner himself.
    pub acting_user: Option<ActingUser>,
    /// What else the owner logs in with, at most 8. With any, he is not locked out.
    pub remaining_methods: Vec<Method>,
    /// Go on although it locks the owner out. Only with `acting_user`.
    pub acknowledge_lockout: bool,
}

impl Service {
    /// Puts a credential aside, also for ceremonies in flight; one that is suspended already stays as it is.
    ///
    /// # Errors
    /// [`Error::Invalid`], [`Reason::CredentialNotFound`], [`Reason::RequestIdReused`]; refused as
    /// [`Reason::CredentialRevoked`], or as [`Reason::WouldLockOut`] where it is the owner's last way in; a fault where the
    /// store is away.
    pub async fn suspend_credential(&self, call: &Call, taking: Taking) -> Result<Managed, Error> {
        self.take(call, taking, SUSPEND).await
    }

    /// Ends a credential for good, also for ceremonies in flight; one that is revoked already stays as it is.
    ///
    /// # Errors
    /// [`Error::Invalid`], [`Reason::CredentialNotFound`], [`Reason::RequestIdReused`]; refused as
    /// [`Reason::WouldLockOut`] where it is the owner's last way in; a fault where the store is away.
    pub async fn revoke_credential(&self, call: &Call, taking: Taking) -> Result<Managed, Error> {
        self.take(call, taking, REVOKE).await
    }

    /// Suspends a credential whose device is lost, whatever else the owner has: it may be his last. One that was reported lost
    /// already stays as it is.
    ///
    /// # Errors
    /// [`Reason::CredentialNotFound`], [`Reason::RequestIdReused`]; refused as [`Reason::CredentialRevoked`]; a fault where
    /// the store is away.
    pub async fn report_lost(
        &self,
        call: &Call,
        id: CredentialId,
        acting_user: Option<ActingUser>,
    ) -> Result<Managed, Error> {
        let change = Change {
            id,
            act: REPORT_LOST,
            acting_user,
            last_way_in: LastWayIn::Regardless,
            payload: Vec::new(),
        };
        self.change_credential(call, change).await
    }

    async fn take(&self, call: &Call, taking: Taking, act: Act) -> Result<Managed, Error> {
        check(&taking)?;
        let mut payload: Vec<&[u8]> =
            taking.remaining_methods.iter().map(|method| method.as_str().as_bytes()).collect();
        payload.extend(taking.acknowledge_lockout.then_some(&b"acknowledge_lockout"[..]));
        let change = Change {
            id: taking.id,
            act,
            acting_user: taking.acting_user.clone(),
            last_way_in: last_way_in(&taking),
            payload,
        };
        self.change_credential(call, change).await
    }

    /// Refuses a change that would lock its owner out, once that is noted.
    pub(super) async fn refuse_lockout<T>(&self, change: Event) -> Result<T, Error> {
        let remedies = remedies(change.acting_user.is_some());
        self.prevented(Event { reasons: vec![Reason::WouldLockOut], ..change }).await?;
        Err(Error::Refused(Refused {
            reason: Reason::WouldLockOut,
            signals: Signals::default(),
            metadata: vec![("remedies", remedies.to_owned())],
        }))
    }
}

fn check(taking: &Taking) -> Result<(), Error> {
    if taking.acknowledge_lockout && taking.acting_user.is_none() {
        let rule = "only with acting_user: who does this to himself names what else he logs in with";
        return Err(Error::invalid("acknowledge_lockout", rule));
    }
    if taking.remaining_methods.len() > MOST_METHODS {
        return Err(Error::invalid("remaining_methods", "must be at most 8"));
    }
    Ok(())
}

fn last_way_in(taking: &Taking) -> LastWayIn {
    match (taking.remaining_methods.is_empty(), taking.acknowledge_lockout) {
        (false, _) => LastWayIn::Regardless,
        (true, true) => LastWayIn::Acknowledged,
        (true, false) => LastWayIn::Kept,
    }
}

/// What the page may offer instead, comma separated.
const fn remedies(someone_else_acts: bool) -> &'static str {
    if someone_else_acts {
        "add_passkey,name_remaining_method,acknowledge_lockout"
    } else {
        "add_passkey,name_remaining_method"
    }
}
