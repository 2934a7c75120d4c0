//! Opening a token at Finish: is it ours, is it this caller's, this session's, this user's, and in time?
//!
//! What is turned away here burns nothing: the ceremony stays open for whom it belongs to.

use std::{sync::Arc, time::Duration};

use keystead_ceremony::{Sealed, Subject};
use keystead_domain::{
    Caller, CallerId, CeremonyKind, Grant, Reason, RelyingParty, SessionBinding, TenantId, Timestamp, UserRef,
};
use keystead_keyring::{Context, Purpose, UnsealError};

use super::Token;
use crate::{Call, Error, Service};

/// How far ahead of this replica's clock a token may have been sealed.
const CLOCK_SKEW: Duration = Duration::from_secs(5);
/// How long after expiry Finish still answers from an outcome that exists.
const GRACE: Duration = Duration::from_mins(1);

/// What came with Finish to show that the ceremony is the caller's.
pub(super) struct Claim<'a> {
    pub(super) kind: CeremonyKind,
    pub(super) token: &'a Token,
    pub(super) session_binding: &'a SessionBinding,
    pub(super) user: Option<&'a UserRef>,
}

/// An opened ceremony.
pub(super) struct Opened {
    pub(super) tenant: TenantId,
    pub(super) sealed: Sealed,
    pub(super) relying_party: Arc<RelyingParty>,
    /// The caller that started it, as the directory knows him now.
    pub(super) starter: Arc<Caller>,
    /// Expired, but so recently that an outcome which exists is still answered.
    pub(super) late: bool,
    pub(super) now: Timestamp,
}

/// Turned away: the reason, and the ceremony where the token could be opened.
pub(super) struct TurnedAway {
    pub(super) reason: Reason,
    pub(super) sealed: Option<Sealed>,
}

impl From<Reason> for TurnedAway {
    fn from(reason: Reason) -> Self {
        Self { reason, sealed: None }
    }
}

impl Service {
    /// Opens the token and checks that the call may finish its ceremony.
    pub(super) async fn open(&self, call: &Call, claim: &Claim<'_>) -> Result<Opened, Error> {
        let tenant = call.tenant()?;
        let now = self.environment.now();
        match self.try_open(call, tenant, claim, now).await? {
            Ok(opened) => Ok(opened),
            Err(turned_away) => Err(self.turn_away(call, claim.kind, turned_away, now).await),
        }
    }

    async fn try_open(
        &self,
        call: &Call,
        tenant: TenantId,
        claim: &Claim<'_>,
        now: Timestamp,
    ) -> Result<Result<Opened, TurnedAway>, Error> {
        let sealed = match self.unseal(tenant, claim, now).await? {
            Ok(sealed) => sealed,
            Err(reason) => return Ok(Err(reason.into())),
        };
        let turned_away = |reason, sealed| Ok(Err(TurnedAway { reason, sealed: Some(sealed) }));
        let relying_party = self.directory.relying_party(tenant, sealed.relying_party_id).await?;
        let Some(relying_party) = relying_party else {
            return turned_away(Reason::CeremonyTokenInvalid, sealed);
        };
        let starter = self.starter(call, tenant, sealed.caller_id).await?;
        let Some(starter) = starter.filter(|starter| agrees(starter, call, claim, &sealed)) else {
            return turned_away(Reason::CeremonyForeign, sealed);
        };
        if now > sealed.expires_at.plus(GRACE) {
            return turned_away(Reason::CeremonyExpired, sealed);
        }
        if !self.names_sealed_user(tenant, claim.user, &sealed.subject).await? {
            return turned_away(Reason::CeremonyForeign, sealed);
        }
        let late = now > sealed.expires_at;
        Ok(Ok(Opened { tenant, sealed, relying_party, starter, late, now }))
    }

    async fn unseal(
        &self,
        tenant: TenantId,
        claim: &Claim<'_>,
        now: Timestamp,
    ) -> Result<Result<Sealed, Reason>, Error> {
        let instance = self.directory.instance().await?;
        let context = Context {
            purpose: Purpose::Ceremony(claim.kind),
            instance_id: instance.id,
            restore_epoch: instance.restore_epoch,
            tenant_id: Some(tenant),
            label: b"",
        };
        let bytes = match self.keyring.unseal(&context, claim.token.as_str(), now) {
            Ok(bytes) => bytes,
            Err(UnsealError::Invalid) => return Ok(Err(Reason::CeremonyTokenInvalid)),
            // Sealed with a key that is gone, or that this replica has not read yet: start again.
            Err(UnsealError::KeyUnknown) => return Ok(Err(Reason::CeremonyExpired)),
        };
        let sealed = Sealed::decode(&bytes).ok();
        let ours = sealed.filter(|s| s.kind() == claim.kind && s.sealed_at <= now.plus(CLOCK_SKEW));
        Ok(ours.ok_or(Reason::CeremonyTokenInvalid))
    }

    async fn starter(
        &self,
        call: &Call,
        tenant: TenantId,
        id: CallerId,
    ) -> Result<Option<Arc<Caller>>, Error> {
        if id == call.caller.id {
            return Ok(Some(call.caller.clone()));
        }
        Ok(self.known_tenant(tenant).await?.caller(id).cloned())
    }

    /// Whether the user named at Finish is the sealed one. Without a sealed user the verdict compares, with the owner; a name
    /// that nobody has is looked up all the same, so that it takes as long as one that somebody has.
    async fn names_sealed_user(
        &self,
        tenant: TenantId,
        named: Option<&UserRef>,
        subject: &Subject,
    ) -> Result<bool, Error> {
        let sealed = match subject {
            Subject::Anyone => return Ok(true),
            Subject::Unknown => None,
            Subject::User { id, .. } => Some(*id),
        };
        let named = match named {
            None => return Ok(true),
            Some(UserRef::Id(id)) => Some(*id),
            Some(named @ UserRef::External(_)) => {
                self.store.reader().within(tenant).find_user(named).await?.map(|user| user.id)
            }
        };
        Ok(sealed.is_none_or(|sealed| named == Some(sealed)))
    }
}

/// Whether the one who started it still may, and agrees that this caller, for this browser session, finishes it.
fn agrees(starter: &Caller, call: &Call, claim: &Claim<'_>, sealed: &Sealed) -> bool {
    let needed = match claim.kind {
        CeremonyKind::Registration => Grant::CeremonyRegister,
        CeremonyKind::Authentication => Grant::CeremonyAuthenticate,
    };
    starter.may(needed)
        && starter.may_be_finished_by(call.caller.id)
        && sealed.is_bound_to(claim.session_binding.as_str())
}
