//! Users: references to people in the calling service's system.

mod lifecycle;

use keystead_domain::{
    DisplayName, Epoch, Event, EventId, EventKind, EventOutcome, ExternalId, Lifecycle, Reason, TenantId,
    User, UserId, UserRef,
};
use keystead_store::{Finish, Insert, Tx};

pub use self::lifecycle::SetLifecycle;
use crate::{
    Call, Error, Listed, PageRequest, Service,
    pages::Pager,
    repeatable::{Changed, Repeatable},
};

/// What the calling service says about a user.
#[derive(Clone, Debug)]
pub struct UpsertUser {
    /// The calling service's id of him.
    pub external_id: ExternalId,
    /// The name shown beside a passkey; `None`: left as it is.
    pub display_name: Option<DisplayName>,
    /// Where a new user's account is in its life, PENDING or ACTIVE; `None`: ACTIVE. Of a user who exists it changes nothing:
    /// that is [`Service::set_lifecycle`].
    pub lifecycle: Option<Lifecycle>,
}

impl Service {
    /// Makes the user, or changes the one that has this external id. Where nothing changes, nothing is written.
    ///
    /// # Errors
    /// [`Error::Invalid`], [`Reason::RequestIdReused`]; a fault where the store is away.
    pub async fn upsert_user(&self, call: &Call, command: UpsertUser) -> Result<User, Error> {
        let tenant = call.tenant()?;
        if let Some(Lifecycle::Dormant | Lifecycle::Deactivated) = command.lifecycle {
            return Err(Error::invalid("lifecycle", "of a new user: must be PENDING or ACTIVE"));
        }
        let by_external_id = UserRef::External(command.external_id.clone());
        let found = self.store.reader().within(tenant).find_user(&by_external_id).await?;
        if let (Some(user), None) = (&found, &call.request_id)
            && command.display_name.as_ref().is_none_or(|name| *name == user.display_name)
        {
            return Ok(user.clone());
        }
        let upsert = self.draw_upsert(call, tenant, command, found.map(|user| user.id));
        let changed = self.store.transact(async |tx| upsert.carry_out(tx).await).await?;
        if let Changed::Before = changed {
            self.subject_before(&upsert.repeatable).await?;
        }
        // By external id: somebody else may have made him in between, with another id than the one drawn here.
        self.get_user(call, &by_external_id).await
    }

    /// One user.
    ///
    /// # Errors
    /// [`Reason::UserNotFound`]; a fault where the store is away.
    pub async fn get_user(&self, call: &Call, user: &UserRef) -> Result<User, Error> {
        let tenant = call.tenant()?;
        let found = self.store.reader().within(tenant).find_user(user).await?;
        found.ok_or(Error::Rejected(Reason::UserNotFound))
    }

    /// The tenant's users, newest first.
    ///
    /// # Errors
    /// [`Reason::InvalidPageToken`]; a fault where the store is away.
    pub async fn list_users(&self, call: &Call, request: &PageRequest) -> Result<Listed<User>, Error> {
        let tenant = call.tenant()?;
        let pager = Pager { call, list: "ListUsers", filters: &[] };
        let page = self.page(&pager, request).await?;
        let users = self.store.reader().within(tenant).list_users(page).await?;
        self.listed(&pager, request, users, |user| (user.created_at, *user.id.as_bytes())).await
    }

    fn draw_upsert(
        &self,
        call: &Call,
        tenant: TenantId,
        command: UpsertUser,
        known: Option<UserId>,
    ) -> Upsert {
        let now = self.environment.now();
        let id = known.unwrap_or_else(|| UserId::new(now, self.environment.random()));
        let mut payload = vec![command.external_id.as_str().as_bytes()];
        payload.extend(command.display_name.as_ref().map(|name| name.as_str().as_bytes()));
        let lifecycle = command.lifecycle.map(|lifecycle| [lifecycle.number()]);
        payload.extend(lifecycle.as_ref().map(|number| &number[..]));
        let repeatable = self.repeatable(call, "UpsertUser", &payload, *id.as_bytes());
        let event = call.event(
            EventId::new(now, self.environment.random()),
            now,
            EventKind::UserCreated,
            EventOutcome::Success,
        );
        let user = User {
            id,
            external_id: command.external_id,
            display_name: command.display_name.clone().unwrap_or_default(),
            epoch: Epoch(0),
            credential_count: 0,
            lifecycle: command.lifecycle.unwrap_or(Lifecycle::Active),
            state_version: 0,
            created_at: now,
            last_success_at: None,
        };
        Upsert { tenant, user, display_name: command.display_name, event, repeatable }
    }
}

/// An upsert with everything drawn.
struct Upsert {
    tenant: TenantId,
    user: User,
    display_name: Option<DisplayName>,
    event: Event,
    repeatable: Repeatable,
}

impl Upsert {
    async fn carry_out(&self, tx: &Tx) -> Result<Finish<Changed<()>>, keystead_store::Error> {
        if !self.repeatable.is_first(tx).await? {
            return Ok(Finish::RollBack(Changed::Before));
        }
        let within = tx.within(self.tenant);
        let by_external_id = UserRef::External(self.user.external_id.clone());
        let (id, kind) = match within.find_user(&by_external_id).await? {
            None => match within.insert_user(&self.user).await? {
                Insert::Done => (self.user.id, Some(EventKind::UserCreated)),
                // Somebody else made him in between: the whole closure runs again and finds him.
                Insert::Duplicate => return Err(keystead_store::Error::Busy),
            },
            Some(found) => match &self.display_name {
                Some(name) if *name != found.display_name => {
                    within.set_display_name(found.id, name).await?;
                    (found.id, Some(EventKind::UserChanged))
                }
                _ => (found.id, None),
            },
        };
        if let Some(kind) = kind {
            tx.insert_event(&Event { kind, user_id: Some(id), ..self.event.clone() }).await?;
        }
        Ok(Finish::Commit(Changed::Now(())))
    }
}
