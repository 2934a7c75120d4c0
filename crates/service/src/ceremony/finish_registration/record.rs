//! The transaction of a verified registration. The user row is written first: whatever takes something from the user in the
//! meantime has written it too.

use keystead_domain::{Credential, Grant, Reason, UserRef, Verdict};
use keystead_store::{Error, Finish, Insert, SignalFacts, Transaction, Tx, Within};

use super::{
    super::attempt::{About, Attempt, Ended},
    about,
};

/// How a registration's transaction ended.
pub(super) enum Recorded {
    /// As any finish does; where the user row was written, with what his browser is told.
    Ended(Ended, Option<SignalFacts>),
    /// Nothing was written: record it as refused with this reason.
    Refuse(Reason),
}

impl From<Ended> for Recorded {
    fn from(ended: Ended) -> Self {
        Self::Ended(ended, None)
    }
}

/// What a verified registration is held against when it is recorded.
#[derive(Clone, Copy)]
pub(super) struct Bounds {
    /// Most credentials that the user may have.
    pub(super) max_credentials: u32,
    /// Whether the WebAuthn id is a decoy of this relying party.
    pub(super) is_decoy: bool,
}

pub(super) async fn record(
    tx: &Tx,
    attempt: &Attempt,
    credential: &Credential,
    Bounds { max_credentials: max, is_decoy }: Bounds,
) -> Result<Finish<Recorded>, Error> {
    let within = tx.within(attempt.opened.tenant);
    let owner = (credential.user_id, credential.user_epoch);
    if !within.count_credential_up(owner.0, owner.1, max).await? {
        let reason = not_counted(&within, credential, max).await?;
        return Ok(attempt.record_refusal(tx, about(owner), reason.into()).await?.map(Recorded::from));
    }
    if !may_register_unattended(attempt) && has_usable(&within, credential).await? {
        return Ok(Finish::RollBack(Recorded::Refuse(Reason::FlowRequired)));
    }
    let facts = signal_facts(&within, credential).await?;
    let about = About { credential: Some(credential.id), ..about(owner) };
    if let Some(ended) = attempt.insert_outcome(tx, about, Verdict::Accepted).await? {
        return Ok(Finish::RollBack(Recorded::Ended(ended, facts)));
    }
    // A decoy is there already, as the key is that it looks like, and takes the same statements: who registers an id that he was
    // shown for somebody else's name does not learn which of the two it is.
    if within.insert_credential(credential).await? == Insert::Duplicate || is_decoy {
        return Ok(Finish::RollBack(Recorded::Refuse(Reason::CredentialExists)));
    }
    let recorded = attempt.record_success(tx, about, &[]).await?;
    Ok(recorded.map(|ended| Recorded::Ended(ended, facts)))
}

/// Why the user row was not written.
async fn not_counted(
    within: &Within<'_, Transaction>,
    credential: &Credential,
    max: u32,
) -> Result<Reason, Error> {
    let Some(now) = within.find_user(&UserRef::Id(credential.user_id)).await? else {
        return Ok(Reason::StateChanged);
    };
    if let Err(reason) = now.lifecycle.may_register() {
        return Ok(reason);
    }
    let is_full = now.epoch == credential.user_epoch && now.credential_count >= max;
    Ok(if is_full { Reason::CredentialLimit } else { Reason::StateChanged })
}

/// What the owner's browser is told once this credential is there. Nobody else changes his credentials now: his row is ours.
async fn signal_facts(
    within: &Within<'_, Transaction>,
    credential: &Credential,
) -> Result<Option<SignalFacts>, Error> {
    let owner = UserRef::Id(credential.user_id);
    let mut facts = within.find_signal_facts(credential.relying_party_id, &owner).await?;
    if let Some(facts) = &mut facts
        && !facts.accepted.contains(&credential.webauthn_id)
    {
        facts.accepted.push(credential.webauthn_id.clone());
    }
    Ok(facts)
}

async fn has_usable(within: &Within<'_, Transaction>, credential: &Credential) -> Result<bool, Error> {
    let owner = UserRef::Id(credential.user_id);
    let registrant = within.find_registrant(credential.relying_party_id, &owner).await?;
    Ok(registrant.is_some_and(|registrant| registrant.usable > 0))
}

/// Neither caller lends the other a grant: who started and who finishes must both have it.
fn may_register_unattended(attempt: &Attempt) -> bool {
    [&attempt.call.caller, &attempt.opened.starter]
        .into_iter()
        .all(|caller| caller.may(Grant::CeremonyRegisterUnattended))
}
