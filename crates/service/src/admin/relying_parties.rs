//! Relying parties: the domains passkeys are bound to.

mod origins;

use std::time::Duration;

use keystead_domain::{EventKind, Name, Reason, RelyingParty, RelyingPartyId, RpId, TenantId};
use keystead_store::{Finish, Insert, Steps};

use self::origins::{AskedOrigins, Origins};
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
    /// Origins of other domains that may use the RP ID, at most 32.
    pub related_origins: Vec<String>,
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
    /// All origins of other domains that may use the RP ID, at most 32.
    pub related_origins: Vec<String>,
}

/// A relying party that was made, or whose origins were set.
#[derive(Clone, Debug)]
pub struct RelyingPartyChange {
    /// As it is now.
    pub relying_party: RelyingParty,
    /// What may not work as meant, in words.
    pub warnings: Vec<String>,
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
    ) -> Result<RelyingPartyChange, Error> {
        let tenant = self.tenant_scope(call, command.tenant).await?;
        let relying_party = self.draw_relying_party(tenant, &command)?;
        let lifetime = relying_party.ceremony_lifetime.as_micros().to_be_bytes();
        let more = [relying_party.name.as_str().as_bytes(), &lifetime[..]];
        let asked = AskedOrigins::of_new(&command);
        let payload = asked.payload(&tenant, command.rp_id.as_str().as_bytes(), &more);
        let repeatable = self.repeatable(call, "CreateRelyingParty", &payload, *relying_party.id.as_bytes());
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
        self.forget_relying_parties(tenant).await;
        let id = match changed {
            Changed::Now(true) => relying_party.id,
            Changed::Now(false) => return Err(Error::Rejected(Reason::RelyingPartyExists)),
            Changed::Before => RelyingPartyId::from_bytes(self.subject_before(&repeatable).await?),
        };
        self.find_relying_party(tenant, id).await.map(RelyingPartyChange::of)
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
    pub async fn set_origins(&self, call: &Call, command: SetOrigins) -> Result<RelyingPartyChange, Error> {
        let tenant = self.tenant_scope(call, command.tenant).await?;
        let id = command.relying_party;
        let before = self.find_relying_party(tenant, id).await?;
        let asked = AskedOrigins::of_change(&command);
        let Origins { own, top, related } = asked.checked(&before.rp_id)?;
        let payload = asked.payload(&tenant, id.as_bytes(), &[]);
        let repeatable = self.repeatable(call, "SetRelyingPartyOrigins", &payload, *id.as_bytes());
        self.change_relying_party(call, tenant, id, &repeatable, async |tx| {
            Ok(Finish::Commit(tx.within(tenant).set_origins(id, &own, &top, &related).await?))
        })
        .await
        .map(RelyingPartyChange::of)
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
        self.forget_relying_parties(tenant).await;
        if let Changed::Before = changed {
            self.subject_before(repeatable).await?;
        }
        self.find_relying_party(tenant, id).await
    }

    async fn forget_relying_parties(&self, tenant: TenantId) {
        self.directory.forget_tenant(tenant).await;
        self.directory.forget_related_origins().await;
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
        let Origins { own, top, related } = AskedOrigins::of_new(command).checked(&command.rp_id)?;
        let now = self.environment.now();
        Ok(RelyingParty {
            id: RelyingPartyId::new(now, self.environment.random()),
            tenant_id: tenant,
            rp_id: command.rp_id.clone(),
            name,
            origins: own,
            top_origins: top,
            related_origins: related,
            is_default: false,
            ceremony_lifetime: lifetime,
            created_at: now,
        })
    }
}

impl RelyingPartyChange {
    fn of(relying_party: RelyingParty) -> Self {
        Self { warnings: origins::warnings(&relying_party.related_origins), relying_party }
    }
}

/// An RP ID as a name: its last 64 bytes, for it may be longer than a name.
fn shown_rp_id(rp_id: &RpId) -> Result<Name, Fault> {
    let text = rp_id.as_str();
    let start = text.len().saturating_sub(64);
    Name::new(&text[start..]).map_err(|_| Fault::Inconsistent("an RP ID is not a name"))
}
