//! Registration profiles: what a team accepts, and whom a change of it would keep out.

mod checked;
mod in_force;
mod listing;

use keystead_domain::{
    Event, EventKind, ExternalId, ProfileId, Reason, RegistrationProfile, TenantId, UserId,
};
use keystead_store::{Finish, Insert, Tx};

pub use self::listing::{ListedProfile, ProfileFilter};
use self::{
    checked::{check, payload},
    in_force::preview,
};
use crate::{Call, Error, Fault, Service, repeatable::Repeatable};

/// Most users that a preview names.
const MOST_NAMED: u64 = 100;

/// A new registration profile.
#[derive(Clone, Debug)]
pub struct CreateRegistrationProfile {
    /// The tenant; `None`: the caller's.
    pub tenant: Option<TenantId>,
    /// What it says; its id and time are drawn.
    pub profile: RegistrationProfile,
    /// Go on although users are left without a way to log in.
    pub acknowledge_lockout: bool,
}

/// What a registration profile would do to the people who log in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProfilePreview {
    /// How many credentials would stop logging in.
    pub credentials_excluded: u64,
    /// How many users would have no credential left that logs in.
    pub users_unreachable: u64,
    /// Some of them, at most 100.
    pub unreachable: Vec<(UserId, ExternalId)>,
}

impl Service {
    /// Makes a registration profile: a new name, or what counts from now on under a name that there is.
    ///
    /// # Errors
    /// [`Error::Invalid`], [`Reason::TenantNotFound`], [`Reason::RequestIdReused`]; [`Error::Unreachable`] where users would
    /// be left without a way to log in and that is not acknowledged; a fault where the store is away.
    pub async fn create_registration_profile(
        &self,
        call: &Call,
        command: CreateRegistrationProfile,
    ) -> Result<RegistrationProfile, Error> {
        let tenant = self.tenant_scope(call, command.tenant).await?;
        check(&command.profile)?;
        let drawn = self.draw_profile(call, tenant, command);
        let ended = self.store.transact(async |tx| drawn.carry_out(tx).await).await?;
        self.directory.forget_tenant(tenant).await;
        match ended {
            Ended::Done => Ok(drawn.profile),
            Ended::Before => {
                let id = ProfileId::from_bytes(self.subject_before(&drawn.repeatable).await?);
                let all = self.store.reader().within(tenant).registration_profiles().await?;
                let made = all.into_iter().find(|profile| profile.id == Some(id));
                Ok(made.ok_or(Fault::Inconsistent("a registration profile is gone"))?)
            }
            Ended::Unreachable(users) => {
                self.prevented(Event { reasons: vec![Reason::UnreachableUsers], ..drawn.event }).await?;
                Err(Error::Unreachable { users })
            }
        }
    }

    /// What a registration profile would do; nothing is made.
    ///
    /// # Errors
    /// [`Error::Invalid`], [`Reason::TenantNotFound`]; a fault where the store is away.
    pub async fn preview_registration_profile(
        &self,
        call: &Call,
        tenant: Option<TenantId>,
        profile: &RegistrationProfile,
    ) -> Result<ProfilePreview, Error> {
        let tenant = self.tenant_scope(call, tenant).await?;
        check(profile)?;
        let reader = self.store.reader();
        let excluded = preview(&reader.within(tenant), profile, MOST_NAMED).await?;
        Ok(ProfilePreview {
            credentials_excluded: excluded.credentials,
            users_unreachable: excluded.users,
            unreachable: excluded.sample,
        })
    }

    fn draw_profile(&self, call: &Call, tenant: TenantId, command: CreateRegistrationProfile) -> Drawn {
        let event = self.admin_event(call, Some(tenant), EventKind::RegistrationProfileCreated);
        let id = ProfileId::new(event.at, self.environment.random());
        let parts = payload(tenant, &command.profile, command.acknowledge_lockout);
        let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
        Drawn {
            tenant,
            repeatable: self.repeatable(call, "CreateRegistrationProfile", &parts, *id.as_bytes()),
            profile: RegistrationProfile { id: Some(id), created_at: Some(event.at), ..command.profile },
            acknowledge_lockout: command.acknowledge_lockout,
            event,
        }
    }
}

/// A new profile with everything drawn.
struct Drawn {
    tenant: TenantId,
    profile: RegistrationProfile,
    acknowledge_lockout: bool,
    event: Event,
    repeatable: Repeatable,
}

enum Ended {
    /// It is made.
    Done,
    /// It was made before.
    Before,
    /// Nothing was made: so many users would have been left without a way to log in.
    Unreachable(u64),
}

impl Drawn {
    async fn carry_out(&self, tx: &Tx) -> Result<Finish<Ended>, keystead_store::Error> {
        if !self.repeatable.is_first(tx).await? {
            return Ok(Finish::RollBack(Ended::Before));
        }
        let within = tx.within(self.tenant);
        let unreachable = preview(&within, &self.profile, 0).await?.users;
        if unreachable > 0 && !self.acknowledge_lockout {
            return Ok(Finish::RollBack(Ended::Unreachable(unreachable)));
        }
        let reasons = if unreachable > 0 { vec![Reason::UnreachableUsers] } else { Vec::new() };
        // The event's id was drawn for this profile: a duplicate is the trace of its own lost COMMIT.
        let event = Event { reasons, ..self.event.clone() };
        if tx.insert_event_once(&event).await? == Insert::Duplicate {
            return Ok(Finish::RollBack(Ended::Before));
        }
        within.insert_registration_profile(&self.profile).await?;
        Ok(Finish::Commit(Ended::Done))
    }
}

#[cfg(test)]
mod tests;
