//! What the browser of a user who is signed in is told about his passkeys (WebAuthn L3 §5.1.10).

use keystead_domain::{Credential, CredentialId, Reason, RpId, TenantId, UserRef};
use keystead_store::{Link, SignalFacts, Within};

use super::Managed;
use crate::{Call, Error, Service, Signals, signals};

/// A credential as it is, and what there is to tell its owner's browser.
pub(super) struct Seen {
    credential: Credential,
    facts: Option<SignalFacts>,
}

/// Whose browser shows the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Browser {
    /// The owner's.
    Owners,
    /// Someone else's: it is told nothing.
    Others,
}

impl Seen {
    /// Reads a credential, in the transaction that changed it or after. `None`: there is none.
    pub(super) async fn read<L: Link>(
        within: &Within<'_, L>,
        id: CredentialId,
        browser: Browser,
    ) -> Result<Option<Self>, keystead_store::Error> {
        let Some(credential) = within.find_credential(id).await? else { return Ok(None) };
        let owner = UserRef::Id(credential.user_id);
        let facts = match browser {
            Browser::Owners => within.find_signal_facts(credential.relying_party_id, &owner).await?,
            Browser::Others => None,
        };
        Ok(Some(Self { credential, facts }))
    }
}

impl Service {
    /// The complete list and the names, for the browser of a user who is signed in there. Nothing where he has no user handle
    /// at the relying party, for then no browser has a passkey of his.
    ///
    /// # Errors
    /// [`Reason::UserNotFound`], [`Reason::RelyingPartyNotFound`]; a fault where the store is away.
    pub async fn get_signals(
        &self,
        call: &Call,
        user: &UserRef,
        rp_id: Option<&RpId>,
    ) -> Result<Signals, Error> {
        let tenant = call.tenant()?;
        let known = self.known_tenant(tenant).await?;
        let relying_party =
            known.relying_party(rp_id).ok_or(Error::Rejected(Reason::RelyingPartyNotFound))?;
        let reader = self.store.reader();
        let facts = reader.within(tenant).find_signal_facts(relying_party.id, user).await?;
        let facts = facts.ok_or(Error::Rejected(Reason::UserNotFound))?;
        Ok(of(&relying_party.rp_id, &facts))
    }

    /// The answer of a change: with what it read, or, where it was carried out before, with what there is now.
    pub(super) async fn managed(
        &self,
        tenant: TenantId,
        id: CredentialId,
        browser: Browser,
        seen: Option<Seen>,
    ) -> Result<Managed, Error> {
        let seen = match seen {
            Some(seen) => Some(seen),
            None => Seen::read(&self.store.reader().within(tenant), id, browser).await?,
        };
        let seen = seen.ok_or(Error::Rejected(Reason::CredentialNotFound))?;
        let credential = self.shown(tenant, seen.credential).await?;
        let signals = seen.facts.map(|facts| of(&credential.rp_id, &facts)).unwrap_or_default();
        Ok(Managed { credential, signals })
    }
}

fn of(rp_id: &RpId, facts: &SignalFacts) -> Signals {
    match &facts.handle {
        Some(handle) => signals::of_user(rp_id, handle, &facts.user, &facts.accepted),
        None => Signals::default(),
    }
}
