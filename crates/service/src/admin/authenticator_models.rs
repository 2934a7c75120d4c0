//! The AAGUID catalogue: read by whoever administers, written by instance-level callers, for all tenants.

use std::collections::HashSet;

use keystead_domain::{Aaguid, AuthenticatorModel, EventKind, SyncModel, Timestamp};
use keystead_store::{Finish, Steps, Tx};

use super::instance_level;
use crate::{
    Call, Error, Listed, PageRequest, Service,
    catalogue::Catalogue,
    pages::Pager,
    repeatable::{Changed, Repeatable},
};

/// What an authenticator says that does not say what it is.
const NO_MODEL: Aaguid = Aaguid([0; 16]);
/// What a change of the catalogue is about: there is one, without an id.
const CATALOGUE: [u8; 16] = [0; 16];

impl Service {
    /// The catalogue by AAGUID: what is built in, and over it what operators put.
    ///
    /// # Errors
    /// [`Reason::InvalidPageToken`](keystead_domain::Reason::InvalidPageToken); a fault where the store is away.
    pub async fn list_authenticator_models(
        &self,
        call: &Call,
        request: &PageRequest,
    ) -> Result<Listed<AuthenticatorModel>, Error> {
        let pager = Pager { call, list: "ListAuthenticatorModels", filters: &[] };
        let page = self.page(&pager, request).await?;
        let after = page.after.map(|(_, aaguid)| aaguid);
        let catalogue = self.stored_catalogue().await?;
        let models = catalogue.all().filter(|model| after.is_none_or(|after| model.aaguid.0 > after));
        let models = models.take(usize::try_from(page.size).unwrap_or(usize::MAX)).cloned().collect();
        // A place in this list is an AAGUID; there is no time in it.
        self.listed(&pager, request, models, |model| (Timestamp::from_micros(0), model.aaguid.0)).await
    }

    /// Puts entries into the catalogue, and answers with them as they are. Those that are there as they are said change
    /// nothing.
    ///
    /// # Errors
    /// [`Reason::CallerNotAllowed`](keystead_domain::Reason::CallerNotAllowed) for a tenant's caller,
    /// [`Error::Invalid`] where an entry is about no model or two are about one,
    /// [`Reason::RequestIdReused`](keystead_domain::Reason::RequestIdReused); a fault where the store is away.
    pub async fn put_authenticator_models(
        &self,
        call: &Call,
        models: Vec<AuthenticatorModel>,
    ) -> Result<Vec<AuthenticatorModel>, Error> {
        instance_level(call)?;
        check(&models)?;
        let now = self.environment.now();
        let models: Vec<AuthenticatorModel> =
            models.into_iter().map(|model| AuthenticatorModel { updated_at: Some(now), ..model }).collect();
        let payload: Vec<&[u8]> = models.iter().flat_map(payload).collect();
        let repeatable = self.repeatable(call, "PutAuthenticatorModels", &payload, CATALOGUE);
        self.change_catalogue(call, &repeatable, async |tx| put(tx, &models).await).await?;
        let catalogue = self.stored_catalogue().await?;
        Ok(models.iter().filter_map(|model| catalogue.get(model.aaguid)).cloned().collect())
    }

    /// Takes entries that were put out of the catalogue; what is built in shows again. One that is not there is no mistake.
    ///
    /// # Errors
    /// [`Reason::CallerNotAllowed`](keystead_domain::Reason::CallerNotAllowed) for a tenant's caller,
    /// [`Reason::RequestIdReused`](keystead_domain::Reason::RequestIdReused); a fault where the store is away.
    pub async fn remove_authenticator_models(&self, call: &Call, aaguids: Vec<Aaguid>) -> Result<(), Error> {
        instance_level(call)?;
        let payload: Vec<&[u8]> = aaguids.iter().map(|aaguid| &aaguid.0[..]).collect();
        let repeatable = self.repeatable(call, "RemoveAuthenticatorModels", &payload, CATALOGUE);
        self.change_catalogue(call, &repeatable, async |tx| remove(tx, &aaguids).await).await
    }

    /// Carries a change out, once; `change` says whether there was anything to do, and only then it is an event.
    async fn change_catalogue(
        &self,
        call: &Call,
        repeatable: &Repeatable,
        change: impl Steps<bool>,
    ) -> Result<(), Error> {
        let event = self.admin_event(call, None, EventKind::AuthenticatorModelsChanged);
        let changed = self
            .store
            .transact(async |tx| {
                if !repeatable.is_first(tx).await? {
                    return Ok(Finish::RollBack(Changed::Before));
                }
                if change.run(tx).await? {
                    tx.insert_event(&event).await?;
                }
                Ok(Finish::Commit(Changed::Now(())))
            })
            .await?;
        self.directory.forget_catalogue().await;
        match changed {
            Changed::Now(()) => Ok(()),
            Changed::Before => self.subject_before(repeatable).await.map(|_| ()),
        }
    }

    /// The catalogue as it is stored now, where the directory's may be some seconds old.
    async fn stored_catalogue(&self) -> Result<Catalogue, Error> {
        Ok(Catalogue::new(self.store.reader().authenticator_models().await?))
    }
}

async fn put(tx: &Tx, models: &[AuthenticatorModel]) -> Result<bool, keystead_store::Error> {
    let stored = tx.authenticator_models().await?;
    let is_new = |model: &&AuthenticatorModel| !stored.iter().any(|stored| says_the_same(stored, model));
    let mut changes = false;
    for model in models.iter().filter(is_new) {
        tx.put_authenticator_model(model).await?;
        changes = true;
    }
    Ok(changes)
}

async fn remove(tx: &Tx, aaguids: &[Aaguid]) -> Result<bool, keystead_store::Error> {
    let mut changes = false;
    for aaguid in aaguids {
        changes |= tx.remove_authenticator_model(*aaguid).await?;
    }
    Ok(changes)
}

fn says_the_same(a: &AuthenticatorModel, b: &AuthenticatorModel) -> bool {
    (a.aaguid, &a.name, a.sync_model) == (b.aaguid, &b.name, b.sync_model)
}

/// What makes a repeated request the same.
fn payload(model: &AuthenticatorModel) -> [&[u8]; 3] {
    let sync_model: &[u8] = match model.sync_model {
        None => &[],
        Some(SyncModel::Synced) => b"synced",
        Some(SyncModel::DeviceBound) => b"device_bound",
        Some(SyncModel::Mixed) => b"mixed",
    };
    [&model.aaguid.0, model.name.as_str().as_bytes(), sync_model]
}

fn check(models: &[AuthenticatorModel]) -> Result<(), Error> {
    let mut seen = HashSet::new();
    for AuthenticatorModel { aaguid, .. } in models {
        if *aaguid == NO_MODEL {
            return Err(Error::invalid("models", "an AAGUID that is all zero names no model"));
        }
        if !seen.insert(*aaguid) {
            return Err(Error::invalid("models", "has two entries about one AAGUID"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
