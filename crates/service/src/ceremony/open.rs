//! Opening a token at Finish: is it ours, is it this caller's, this session's, this user's, and in time?
//!
//! What is turned away here burns nothing: the ceremony stays open for whom it belongs to.

use std::{sync::Arc, time::Duration};

use keystead_ceremony::{Sealed, Subject};
use keystead_domain::{CallerState, CeremonyKind, Reason, RelyingParty, TenantId, Timestamp, UserRef};
use keystead_keyring::{Context, Purpose, UnsealError};

use super::Token;
use crate::{Call, Error, Service, directory::KnownTenant};

/// How far ahead of this replica's clock a token may have been sealed.
const CLOCK_SKEW: Duration = Duration::from_secs(5);
/// How long after expiry Finish still answers from an outcome that exists.
const GRACE: Duration = Duration::from_mins(1);

/// What came with Finish to show that the ceremony is the caller's.
pub(super) struct Claim<'a> {
    pub(super) kind: CeremonyKind,
    pub(super) token: &'a Token,
    pub(super) session_binding: &'a str,
    pub(super) user: Option<&'a UserRef>,
}

/// An opened ceremony.
pub(super) struct Opened {
    pub(super) tenant: TenantId,
    pub(super) sealed: Sealed,
    pub(super) relying_party: Arc<RelyingParty>,
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
        let known = self.directory.tenant(tenant).await?.ok_or(Error::Rejected(Reason::TenantNotFound))?;
        let turned_away = |reason, sealed| Ok(Err(TurnedAway { reason, sealed: Some(sealed) }));
        let relying_party = self.directory.relying_party(tenant, sealed.relying_party_id).await?;
        let Some(relying_party) = relying_party else {
            return turned_away(Reason::CeremonyTokenInvalid, sealed);
        };
        if !belongs_to(&sealed, call, &known, claim.session_binding) {
            return turned_away(Reason::CeremonyForeign, sealed);
        }
        if now > sealed.expires_at.plus(GRACE) {
            return turned_away(Reason::CeremonyExpired, sealed);
        }
        if !self.names_sealed_user(tenant, claim.user, &sealed.subject).await? {
            return turned_away(Reason::CeremonyForeign, sealed);
        }
        let late = now > sealed.expires_at;
        Ok(Ok(Opened { tenant, sealed, relying_party, late, now }))
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

    /// Whether the user named at Finish is the sealed one. Without a sealed user the verdict compares, with the owner.
    async fn names_sealed_user(
        &self,
        tenant: TenantId,
        named: Option<&UserRef>,
        subject: &Subject,
    ) -> Result<bool, Error> {
        match (named, subject) {
            (Some(UserRef::Id(named)), Subject::User { id, .. }) => Ok(named == id),
            (Some(named @ UserRef::External(_)), Subject::User { id, .. }) => {
                let user = self.store.reader().within(tenant).find_user(named).await?;
                Ok(user.is_some_and(|user| user.id == *id))
            }
            (_, Subject::Anyone | Subject::Unknown) | (None, Subject::User { .. }) => Ok(true),
        }
    }
}

fn belongs_to(sealed: &Sealed, call: &Call, known: &KnownTenant, session_binding: &str) -> bool {
    let starter_agrees = sealed.caller_id == call.caller.id
        || known.caller(sealed.caller_id).is_some_and(|starter| {
            starter.state == CallerState::Active && starter.may_be_finished_by(call.caller.id)
        });
    starter_agrees && sealed.is_bound_to(session_binding)
}
