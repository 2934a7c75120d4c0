//! The transaction of an accepted login. The conditional UPDATE completes the verdict; the outcome's insert is the single use.

use keystead_domain::{EventKind, Reason, Verdict};
use keystead_store::{Error, Finish, Transaction, Tx, Within};

use super::super::{
    attempt::{About, Attempt, Beside, Denied, Ended},
    judge::Accepted,
};

pub(super) async fn record(
    tx: &Tx,
    attempt: &Attempt,
    about: About,
    accepted: &Accepted<'_>,
) -> Result<Finish<Ended>, Error> {
    let within = tx.within(attempt.opened.tenant);
    if !within.record_login(&accepted.update).await? {
        let denied = moved_on(&within, accepted).await?;
        return attempt.record_refusal(tx, about, denied).await;
    }
    if let Some(ended) = attempt.insert_outcome(tx, about, Verdict::Accepted).await? {
        return Ok(Finish::RollBack(ended));
    }
    let mut beside: Vec<Beside> = accepted.noted.iter().map(|kind| Beside::from(*kind)).collect();
    if accepted.reactivates() || accepted.may_supersede() {
        // Boxed: few logins do, and none should carry it.
        beside.extend(Box::pin(consequences(&within, accepted)).await?);
    }
    attempt.record_success(tx, about, &beside).await
}

/// Why the row was not written: it is not any more what was judged.
async fn moved_on(within: &Within<'_, Transaction>, accepted: &Accepted<'_>) -> Result<Denied, Error> {
    let gone = Reason::StateChanged;
    let Some(now) = within.find_credential(accepted.update.credential_id).await? else {
        return Ok(gone.into());
    };
    if let Err(reason) = now.state.may_log_in() {
        return Ok(reason.into());
    }
    let same_epoch = now.user_epoch == accepted.update.user_epoch;
    Ok(accepted.unless_counter_rises.filter(|_| same_epoch).unwrap_or(gone.into()))
}

/// A dormant user is back; older keys of the device that this one arrived on are gone.
async fn consequences(
    within: &Within<'_, Transaction>,
    accepted: &Accepted<'_>,
) -> Result<Vec<Beside>, Error> {
    let (row, update) = (accepted.row, &accepted.update);
    let mut beside = Vec::new();
    if accepted.reactivates() && within.reactivate_user(row.user.id, update.user_epoch).await? {
        beside.push(EventKind::UserLifecycleChanged.into());
    }
    if accepted.may_supersede() {
        let superseded = within.supersede_older(&row.credential, update.at).await?;
        beside.extend(
            superseded
                .into_iter()
                .map(|id| Beside { kind: EventKind::CredentialSuperseded, credential: Some(id) }),
        );
    }
    Ok(beside)
}
