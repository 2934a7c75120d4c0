//! Relying parties: the domains passkeys are bound to.

use std::time::Duration;

use keystead_domain::{
    EventKind, Name, Origin, Reason, RelyingParty, RelyingPartyId, RpId, TenantId, TopOrigin,
};
use keystead_store::{Finish, Insert, Steps};

use crate::{
    Call, Error, Fault, Listed, PageRequest, Service,
    pages::Pager,
    repeatable::{Changed, Repeatable},
};

/// A new relying party.
#[derive(Clone, Debug)]
pub struct CreateRelyingParty {
    /// The tenant; `None`: the caller's.
    pub tenant: Option<TenantId>,
    /// The RP ID; immutable.
    pub rp_id: RpId,
    /// A name for people; `None`: the RP ID.
    pub name: Option<Name>,
    /// Exact origins, 1 to 32.
    pub origins: Vec<String>,
    /// Origins that may embed a page, at most 32.
    pub top_origins: Vec<String>,
    /// How long a ceremony may take, 60 s to 15 min; `None`: 5 min.
    pub ceremony_lifetime: Option<Duration>,
}

/// The new origins of a relying party.
#[derive(Clone, Debug)]
pub struct SetOrigins {
    /// The tenant; `None`: the caller's.
    pub tenant: Option<TenantId>,
    /// Which.
    pub relying_party: RelyingPartyId,
    /// All exact origins, 1 to 32.
    pub origins: Vec<String>,
    /// All origins that may embed a page, at most 32.
    pub top_origins: Vec<String>,
}

impl Service {
    /// Makes a relying party; the first of a tenant is its default.
    ///
    /// # Errors
    /// [`Error::Invalid`], [`Reason::TenantNotFound`], [`Reason::RelyingPartyExists`], [`Reason::RequestIdReused`]; a
    /// fault where the store is away.
    pub async fn create_relying_party(
        &self,
        call: &Call,
        command: CreateRelyingParty,
    ) -> Result<RelyingParty, Error> {
        let tenant = self.tenant_scope(call, command.tenant).await?;
        let relying_party = self.draw_relying_party(tenant, &command)?;
        let mut payload =
            payload(tenant, command.rp_id.as_str().as_bytes(), &command.origins, &command.top_origins);
        payload.push(relying_party.name.as_str().as_bytes().to_vec());
        payload.push(relying_party.ceremony_lifetime.as_micros().to_be_bytes().to_vec());
        let repeatable =
            self.repeatable(call, "CreateRelyingParty", &as_slices(&payload), *relying_party.id.as_bytes());
        let event = self.admin_event(call, Some(tenant), EventKind::RelyingPartyCreated);
        let changed = self
            .mutate(&repeatable, &event, async |tx| {
                let within = tx.within(tenant);
                let is_default = within.relying_parties().await?.is_empty();
                let fresh = RelyingParty { is_default, ..relying_party.clone() };
                match within.insert_relying_party(&fresh).await? {
                    Insert::Done => Ok(Finish::Commit(true)),
                    Insert::Duplicate => Ok(Finish::RollBack(false)),
                }
            })
            .await?;
        self.directory.forget_tenant(tenant).await;
        let id = match changed {
            Changed::Now(true) => relying_party.id,
            Changed::Now(false) => return Err(Error::Rejected(Reason::RelyingPartyExists)),
            Changed::Before => RelyingPartyId::from_bytes(self.subject_before(&repeatable).await?),
        };
        self.find_relying_party(tenant, id).await
    }

    /// The tenant's relying parties, newest first.
    ///
    /// # Errors
    /// [`Reason::TenantNotFound`], [`Reason::InvalidPageToken`]; a fault where the store is away.
    pub async fn list_relying_parties(
        &self,
        call: &Call,
        tenant: Option<TenantId>,
        request: &PageRequest,
    ) -> Result<Listed<RelyingParty>, Error> {
        let tenant = self.tenant_scope(call, tenant).await?;
        let pager = Pager { call, list: "ListRelyingParties", filters: &[tenant.as_bytes()] };
        let page = self.page(&pager, request).await?;
        let mut all = self.store.reader().within(tenant).relying_parties().await?;
        let key = |rp: &RelyingParty| (rp.created_at, *rp.id.as_bytes());
        all.sort_by_key(|rp| std::cmp::Reverse(key(rp)));
        all.retain(|rp| page.after.is_none_or(|after| key(rp) < after));
        self.listed(&pager, request, all, key).await
    }

    /// Replaces the origins of a relying party.
    ///
    /// # Errors
    /// [`Error::Invalid`], [`Reason::RelyingPartyNotFound`], [`Reason::RequestIdReused`]; a fault where the store is away.
    pub async fn set_origins(&self, call: &Call, command: SetOrigins) -> Result<RelyingParty, Error> {
        let tenant = self.tenant_scope(call, command.tenant).await?;
        let id = command.relying_party;
        let before = self.find_relying_party(tenant, id).await?;
        let origins = origins(&command.origins, &before.rp_id)?;
        let top_origins = top_origins(&command.top_origins)?;
        let payload = payload(tenant, id.as_bytes(), &command.origins, &command.top_origins);
        let repeatable =
            self.repeatable(call, "SetRelyingPartyOrigins", &as_slices(&payload), *id.as_bytes());
        self.change_relying_party(call, tenant, id, &repeatable, async |tx| {
            Ok(Finish::Commit(tx.within(tenant).set_origins(id, &origins, &top_origins).await?))
        })
        .await
    }

    /// Makes a relying party the tenant's default.
    ///
    /// # Errors
    /// [`Reason::RelyingPartyNotFound`], [`Reason::RequestIdReused`]; a fault where the store is away.
    pub async fn set_default_relying_party(
        &self,
        call: &Call,
        tenant: Option<TenantId>,
        id: RelyingPartyId,
    ) -> Result<RelyingParty, Error> {
        let tenant = self.tenant_scope(call, tenant).await?;
        self.find_relying_party(tenant, id).await?;
        let payload = [tenant.as_bytes(), &id.as_bytes()[..]];
        let repeatable = self.repeatable(call, "SetDefaultRelyingParty", &payload, *id.as_bytes());
        self.change_relying_party(call, tenant, id, &repeatable, async |tx| {
            Ok(Finish::Commit(tx.within(tenant).set_default(id).await?))
        })
        .await
    }

    async fn change_relying_party(
        &self,
        call: &Call,
        tenant: TenantId,
        id: RelyingPartyId,
        repeatable: &Repeatable,
        change: impl Steps<Finish<bool>>,
    ) -> Result<RelyingParty, Error> {
        let event = self.admin_event(call, Some(tenant), EventKind::RelyingPartyChanged);
        let changed = self.mutate(repeatable, &event, change).await?;
        self.directory.forget_tenant(tenant).await;
        if let Changed::Before = changed {
            self.subject_before(repeatable).await?;
        }
        self.find_relying_party(tenant, id).await
    }

    async fn find_relying_party(&self, tenant: TenantId, id: RelyingPartyId) -> Result<RelyingParty, Error> {
        let found = self.store.reader().within(tenant).find_relying_party(id).await?;
        found.ok_or(Error::Rejected(Reason::RelyingPartyNotFound))
    }

    fn draw_relying_party(
        &self,
        tenant: TenantId,
        command: &CreateRelyingParty,
    ) -> Result<RelyingParty, Error> {
        let lifetime = command.ceremony_lifetime.unwrap_or(RelyingParty::DEFAULT_LIFETIME);
        if !(RelyingParty::SHORTEST_LIFETIME..=RelyingParty::LONGEST_LIFETIME).contains(&lifetime) {
            return Err(Error::invalid("ceremony_lifetime", "must be 60 s to 15 min"));
        }
        let name = match &command.name {
            Some(name) => name.clone(),
            None => shown_rp_id(&command.rp_id)?,
        };
        let now = self.environment.now();
        Ok(RelyingParty {
            id: RelyingPartyId::new(now, self.environment.random()),
            tenant_id: tenant,
            rp_id: command.rp_id.clone(),
            name,
            origins: origins(&command.origins, &command.rp_id)?,
            top_origins: top_origins(&command.top_origins)?,
            is_default: false,
            ceremony_lifetime: lifetime,
            created_at: now,
        })
    }
}

/// An RP ID as a name: its last 64 bytes, for it may be longer than a name.
fn shown_rp_id(rp_id: &RpId) -> Result<Name, Fault> {
    let text = rp_id.as_str();
    let start = text.len().saturating_sub(64);
    Name::new(&text[start..]).map_err(|_| Fault::Inconsistent("an RP ID is not a name"))
}

fn origins(texts: &[String], rp_id: &RpId) -> Result<Vec<Origin>, Error> {
    if texts.is_empty() || texts.len() > RelyingParty::MOST_ORIGINS {
        return Err(Error::invalid("origins", "must be 1 to 32 origins"));
    }
    texts
        .iter()
        .map(|text| Origin::new(text, rp_id).map_err(|error| Error::invalid("origins", error)))
        .collect()
}

fn top_origins(texts: &[String]) -> Result<Vec<TopOrigin>, Error> {
    if texts.len() > RelyingParty::MOST_ORIGINS {
        return Err(Error::invalid("top_origins", "must be at most 32 origins"));
    }
    texts
        .iter()
        .map(|text| TopOrigin::new(text).map_err(|error| Error::invalid("top_origins", error)))
        .collect()
}

fn payload(tenant: TenantId, subject: &[u8], origins: &[String], top_origins: &[String]) -> Vec<Vec<u8>> {
    let mut parts = vec![tenant.as_bytes().to_vec(), subject.to_vec()];
    parts.extend(origins.iter().map(|origin| origin.clone().into_bytes()));
    parts.push(Vec::new());
    parts.extend(top_origins.iter().map(|origin| origin.clone().into_bytes()));
    parts
}

fn as_slices(parts: &[Vec<u8>]) -> Vec<&[u8]> {
    parts.iter().map(Vec::as_slice).collect()
}
