//! One transaction of an import: what is here is read, every row is judged, what is taken is written.

use std::collections::BTreeSet;

use keystead_ceremony::import::{Record, Refused};
use keystead_domain::{CredentialId, Event, ExternalId, Lifecycle, TenantId, User, UserId, WebauthnId};
use keystead_store::{Finish, Link, PresentCredential, Store, Transaction, Tx, Within};

use super::{
    judge::{Harvest, Judge, Terms, Verdict},
    ledger::{Ledger, Person, records},
};

/// A row, and what it needs if it is taken.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) number: i64,
    pub(super) record: Result<Record, Refused>,
    pub(super) drawn: Drawn,
}

/// Ids of whatever one row may make.
#[derive(Debug)]
pub(super) struct Drawn {
    pub(super) user: UserId,
    pub(super) credential: CredentialId,
    /// About nobody yet.
    pub(super) user_event: Event,
    /// About nothing yet.
    pub(super) credential_event: Event,
}

/// Rows that are taken together.
#[derive(Clone, Copy, Debug)]
pub(super) struct Taking<'a> {
    pub(super) tenant: TenantId,
    pub(super) terms: &'a Terms,
    pub(super) candidates: &'a [Candidate],
}

impl Taking<'_> {
    pub(super) async fn carry_out(&self, tx: &Tx) -> Result<Finish<Vec<Verdict>>, keystead_store::Error> {
        let within = tx.within(self.tenant);
        let present = self.present(within).await?;
        let users = self.write_users(within, &present).await?;
        let ledger = Ledger::read(within, self.terms, self.candidates, &users, present).await?;
        let (judge, verdicts) = self.judge(ledger);
        self.write_new_users(within, &judge.ledger).await?;
        let Harvest { handles, credentials, events } = judge.harvest;
        within.insert_user_handles(self.terms.rp, &handles, self.terms.now).await?;
        within.insert_credentials(&credentials).await?;
        tx.insert_events(&events).await?;
        Ok(Finish::Commit(verdicts))
    }

    /// Judges only, as if what `rehearsed` has were here.
    pub(super) async fn rehearse(
        &self,
        store: &Store,
        rehearsed: &mut Ledger,
    ) -> Result<Vec<Verdict>, keystead_store::Error> {
        let reader = store.reader();
        let within = reader.within(self.tenant);
        let present = self.present(within).await?;
        let users = within.users_named(&self.external_ids(|_| true)).await?;
        let mut ledger = Ledger::read(within, self.terms, self.candidates, &users, present).await?;
        ledger.lay_over(rehearsed, self.candidates);
        let (judge, verdicts) = self.judge(ledger);
        rehearsed.extend(judge.ledger);
        Ok(verdicts)
    }

    async fn present<L: Link>(
        &self,
        within: Within<'_, L>,
    ) -> Result<Vec<PresentCredential>, keystead_store::Error> {
        let ids: Vec<WebauthnId> =
            records(self.candidates).map(|record| record.webauthn_id.clone()).collect();
        within.credentials_named(self.terms.rp, &ids).await
    }

    /// The users who are here. The rows of those who may get something are written before anything else is read of them: whoever
    /// registers, revokes or raises an epoch now waits, or makes this transaction run again. Who is made in between is met when
    /// he is to be made here.
    async fn write_users(
        &self,
        within: Within<'_, Transaction>,
        present: &[PresentCredential],
    ) -> Result<Vec<User>, keystead_store::Error> {
        let present: BTreeSet<&WebauthnId> = present.iter().map(|present| &present.webauthn_id).collect();
        let getting = self.external_ids(|record| !present.contains(&record.webauthn_id));
        let all = within.users_named(&self.external_ids(|_| true)).await?;
        let (getters, mut users): (Vec<User>, Vec<User>) =
            all.into_iter().partition(|user| getting.binary_search(&user.external_id).is_ok());
        if !getters.is_empty() {
            let getters: BTreeSet<UserId> = getters.into_iter().map(|user| user.id).collect();
            within.write_users(&getters.iter().copied().collect::<Vec<_>>()).await?;
            let written = within.users_named(&getting).await?;
            users.extend(written.into_iter().filter(|user| getters.contains(&user.id)));
        }
        Ok(users)
    }

    async fn write_new_users(
        &self,
        within: Within<'_, Transaction>,
        ledger: &Ledger,
    ) -> Result<(), keystead_store::Error> {
        let made: Vec<User> =
            ledger.users.iter().filter_map(|(id, person)| self.new_user(id, person)).collect();
        let known = ledger.users.values().filter(|person| person.made_as.is_none() && person.added > 0);
        let additions: Vec<(UserId, u32)> = known.map(|person| (person.id, person.added)).collect();
        within.add_to_credential_counts(&additions).await?;
        within.insert_users(&made).await
    }

    /// The user, where he is made here.
    fn new_user(&self, external_id: &ExternalId, person: &Person) -> Option<User> {
        Some(User {
            id: person.id,
            external_id: external_id.clone(),
            display_name: person.made_as.clone()?,
            epoch: person.epoch,
            credential_count: person.credential_count,
            lifecycle: Lifecycle::Active,
            state_version: 0,
            created_at: self.terms.now,
            last_success_at: None,
        })
    }

    fn judge(&self, ledger: Ledger) -> (Judge<'_>, Vec<Verdict>) {
        let mut judge = Judge { terms: self.terms, ledger, harvest: Harvest::default() };
        let verdicts = self.candidates.iter().map(|candidate| judge.judge(candidate)).collect();
        (judge, verdicts)
    }

    /// The external ids of rows, in order.
    fn external_ids(&self, of: impl Fn(&Record) -> bool) -> Vec<ExternalId> {
        let some = records(self.candidates).filter(|record| of(record));
        let unique: BTreeSet<&ExternalId> = some.map(|record| &record.external_id).collect();
        unique.into_iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests;
