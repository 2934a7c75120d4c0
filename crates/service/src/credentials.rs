//! Credentials as people manage them.

use keystead_domain::{
    ActingUser, Credential, CredentialId, CredentialState, DisplayName, Event, EventId, EventKind,
    EventOutcome, Reason, RpId, TenantId, UserRef,
};
use keystead_store::Finish;

use crate::{Call, Error, Fault, Listed, PageRequest, Service, pages::Pager, repeatable::Changed};

/// A credential and the RP ID it is bound to: what an answer about it needs.
#[derive(Clone, Debug)]
pub struct CredentialAtRp {
    /// The credential.
    pub credential: Credential,
    /// The RP ID.
    pub rp_id: RpId,
}

/// Which credentials to list.
#[derive(Clone, Debug, Default)]
pub struct CredentialFilter {
    /// Whose; `None`: the whole tenant's.
    pub user: Option<UserRef>,
    /// In which states; empty: all.
    pub states: Vec<CredentialState>,
}

impl Service {
    /// Credentials, newest first.
    ///
    /// # Errors
    /// [`Reason::UserNotFound`], [`Reason::InvalidPageToken`]; a fault where the store is away.
    pub async fn list_credentials(
        &self,
        call: &Call,
        filter: &CredentialFilter,
        request: &PageRequest,
    ) -> Result<Listed<CredentialAtRp>, Error> {
        let tenant = call.tenant()?;
        let user = match &filter.user {
            Some(user) => Some(self.get_user(call, user).await?.id),
            None => None,
        };
        let states: Vec<u8> = filter.states.iter().map(|state| state.number()).collect();
        let filters = [user.as_ref().map_or(&[][..], |id| id.as_bytes()), &states];
        let pager = Pager { call, list: "ListCredentials", filters: &filters };
        let page = self.page(&pager, request).await?;
        let found = self.store.reader().within(tenant).list_credentials(user, &filter.states, page).await?;
        let listed = self.listed(&pager, request, found, |c| (c.created_at, *c.id.as_bytes())).await?;
        let known = self.known_tenant(tenant).await?;
        let mut items = Vec::with_capacity(listed.items.len());
        for credential in listed.items {
            items.push(match known.relying_party_by_id(credential.relying_party_id) {
                Some(relying_party) => CredentialAtRp { rp_id: relying_party.rp_id.clone(), credential },
                None => self.at_rp(tenant, credential).await?,
            });
        }
        Ok(Listed { items, next: listed.next })
    }

    /// One credential.
    ///
    /// # Errors
    /// [`Reason::CredentialNotFound`]; a fault where the store is away.
    pub async fn get_credential(&self, call: &Call, id: CredentialId) -> Result<CredentialAtRp, Error> {
        let tenant = call.tenant()?;
        let found = self.store.reader().within(tenant).find_credential(id).await?;
        let credential = found.ok_or(Error::Rejected(Reason::CredentialNotFound))?;
        self.at_rp(tenant, credential).await
    }

    /// Gives a credential another display name.
    ///
    /// # Errors
    /// [`Reason::CredentialNotFound`], [`Reason::RequestIdReused`]; a fault where the store is away.
    pub async fn rename_credential(
        &self,
        call: &Call,
        id: CredentialId,
        display_name: DisplayName,
    ) -> Result<CredentialAtRp, Error> {
        let tenant = call.tenant()?;
        let before = self.get_credential(call, id).await?.credential;
        let payload = [&id.as_bytes()[..], display_name.as_str().as_bytes()];
        let repeatable = self.repeatable(call, "RenameCredential", &payload, *id.as_bytes());
        let event = self.credential_event(call, EventKind::CredentialRenamed, &before);
        let changed = self
            .mutate(&repeatable, &event, async |tx| {
                Ok(Finish::Commit(tx.within(tenant).rename_credential(id, &display_name).await?))
            })
            .await?;
        if let Changed::Before = changed {
            self.subject_before(&repeatable).await?;
        }
        self.get_credential(call, id).await
    }

    /// Ends a credential for good; one that is revoked already stays as it is.
    ///
    /// # Errors
    /// [`Reason::CredentialNotFound`], [`Reason::RequestIdReused`]; a fault where the store is away.
    pub async fn revoke_credential(
        &self,
        call: &Call,
        id: CredentialId,
        acting_user: Option<ActingUser>,
    ) -> Result<CredentialAtRp, Error> {
        let tenant = call.tenant()?;
        let before = self.get_credential(call, id).await?.credential;
        let actor = acting_user.as_ref().map_or("", ActingUser::as_str);
        let repeatable =
            self.repeatable(call, "RevokeCredential", &[id.as_bytes(), actor.as_bytes()], *id.as_bytes());
        let event = Event {
            acting_user: acting_user.clone(),
            ..self.credential_event(call, EventKind::CredentialRevoked, &before)
        };
        let at = event.at;
        let changed = self
            .store
            .transact(async |tx| {
                if !repeatable.is_first(tx).await? {
                    return Ok(Finish::RollBack(Changed::Before));
                }
                if tx.within(tenant).revoke_credential(id, at).await?.is_some() {
                    tx.insert_event(&event).await?;
                }
                Ok(Finish::Commit(Changed::Now(())))
            })
            .await?;
        if let Changed::Before = changed {
            self.subject_before(&repeatable).await?;
        }
        self.get_credential(call, id).await
    }

    fn credential_event(&self, call: &Call, kind: EventKind, credential: &Credential) -> Event {
        let now = self.environment.now();
        Event {
            user_id: Some(credential.user_id),
            credential_id: Some(credential.id),
            ..call.event(EventId::new(now, self.environment.random()), now, kind, EventOutcome::Success)
        }
    }

    async fn at_rp(&self, tenant: TenantId, credential: Credential) -> Result<CredentialAtRp, Error> {
        let relying_party = self.directory.relying_party(tenant, credential.relying_party_id).await?;
        let relying_party =
            relying_party.ok_or(Fault::Inconsistent("a credential's relying party is gone"))?;
        Ok(CredentialAtRp { rp_id: relying_party.rp_id.clone(), credential })
    }
}
