//! Where a user's account is in its life, as the calling service says.

use keystead_domain::{
    ActingUser, Event, EventId, EventKind, EventOutcome, Lifecycle, Reason, TenantId, User, UserId, UserRef,
};
use keystead_store::{Finish, Tx};

use crate::{Call, Error, Service, repeatable::Repeatable};

/// Says where a user's account is in its life.
#[derive(Clone, Debug)]
pub struct SetLifecycle {
    /// Whose.
    pub user: UserRef,
    /// Where it is.
    pub lifecycle: Lifecycle,
    /// The calling service's order number of this change, above 0: it counts where it is above the last one that did; `None`:
    /// not ordered.
    pub state_version: Option<i64>,
    /// Who does it for someone else's sake; `None`: nobody in particular.
    pub acting_user: Option<ActingUser>,
}

impl Service {
    /// Says where a user's account is in its life. What takes something away ends what is in flight. What is as said already
    /// stays as it is.
    ///
    /// # Errors
    /// [`Error::Invalid`], [`Reason::UserNotFound`], [`Reason::StateVersionStale`], [`Reason::RequestIdReused`]; a fault
    /// where the store is away.
    pub async fn set_lifecycle(&self, call: &Call, command: SetLifecycle) -> Result<User, Error> {
        let tenant = call.tenant()?;
        if command.state_version.is_some_and(|version| version < 1) {
            return Err(Error::invalid("state_version", "must be above 0"));
        }
        let id = self.get_user(call, &command.user).await?.id;
        let change = self.draw_lifecycle(call, tenant, id, command);
        match self.store.transact(async |tx| change.carry_out(tx).await).await? {
            Ended::Done => {}
            Ended::Before => {
                self.subject_before(&change.repeatable).await?;
            }
            Ended::Stale => return Err(Error::Rejected(Reason::StateVersionStale)),
        }
        self.get_user(call, &UserRef::Id(id)).await
    }

    fn draw_lifecycle(&self, call: &Call, tenant: TenantId, user: UserId, command: SetLifecycle) -> Change {
        let actor = command.acting_user.as_ref().map_or("", ActingUser::as_str);
        let version = command.state_version.unwrap_or_default().to_be_bytes();
        let payload = [user.as_bytes(), &[command.lifecycle.number()][..], &version, actor.as_bytes()];
        let repeatable = self.repeatable(call, "SetLifecycle", &payload, *user.as_bytes());
        let now = self.environment.now();
        let id = EventId::new(now, self.environment.random());
        let event = Event {
            user_id: Some(user),
            acting_user: command.acting_user,
            ..call.event(id, now, EventKind::UserLifecycleChanged, EventOutcome::Success)
        };
        Change {
            tenant,
            user,
            lifecycle: command.lifecycle,
            state_version: command.state_version,
            event,
            repeatable,
        }
    }
}

/// A change with everything drawn.
struct Change {
    tenant: TenantId,
    user: UserId,
    lifecycle: Lifecycle,
    state_version: Option<i64>,
    event: Event,
    repeatable: Repeatable,
}

enum Ended {
    /// His account is where it should be.
    Done,
    /// It was carried out before.
    Before,
    /// A later order number counted before.
    Stale,
}

impl Change {
    async fn carry_out(&self, tx: &Tx) -> Result<Finish<Ended>, keystead_store::Error> {
        if !self.repeatable.is_first(tx).await? {
            return Ok(Finish::RollBack(Ended::Before));
        }
        let within = tx.within(self.tenant);
        within.write_user(self.user).await?;
        let Some(before) = within.find_user(&UserRef::Id(self.user)).await? else {
            return Ok(Finish::RollBack(Ended::Done));
        };
        if self.is_said_already(&before) {
            return Ok(Finish::Commit(Ended::Done));
        }
        if !within.set_lifecycle(self.user, self.lifecycle, self.state_version).await? {
            return Ok(Finish::RollBack(Ended::Stale));
        }
        if self.lifecycle.takes_away(before.lifecycle) {
            within.raise_epoch(self.user).await?;
        }
        if self.lifecycle != before.lifecycle {
            tx.insert_event(&self.event).await?;
        }
        Ok(Finish::Commit(Ended::Done))
    }

    /// Whether this change is the last one that counted: it came again, or its COMMIT's answer was lost.
    fn is_said_already(&self, user: &User) -> bool {
        self.lifecycle == user.lifecycle
            && self.state_version.is_none_or(|version| version == user.state_version)
    }
}

#[cfg(test)]
mod tests {
    use keystead_domain::{Epoch, ExternalId};

    use super::*;
    use crate::{
        CredentialFilter, UpsertUser,
        fixture::{Home, all, anna, support},
    };

    fn to(lifecycle: Lifecycle, state_version: Option<i64>) -> SetLifecycle {
        SetLifecycle { user: anna(), lifecycle, state_version, acting_user: Some(support()) }
    }

    #[tokio::test]
    async fn only_what_takes_something_away_raises_the_epoch() {
        use Lifecycle::{Active, Deactivated, Dormant, Pending};
        let home = Home::new().await;
        home.passkey("anna", |_| {}).await;
        for (lifecycle, epoch, events) in [
            (Active, 0, 0),
            (Dormant, 0, 1),
            (Active, 0, 2),
            (Deactivated, 1, 3),
            (Deactivated, 1, 3),
            (Active, 1, 4),
            (Pending, 2, 5),
        ] {
            let user = home.service.set_lifecycle(&home.call, to(lifecycle, None)).await.unwrap();
            assert_eq!((user.lifecycle, user.epoch), (lifecycle, Epoch(epoch)), "{lifecycle:?}");
            let changes = home.events().await;
            assert_eq!(changes.len(), events, "{lifecycle:?}");
            assert!(changes.iter().all(|event| event.kind == EventKind::UserLifecycleChanged
                && event.user_id == Some(user.id)
                && event.acting_user == Some(support())));
        }
        let keys = home.service.list_credentials(&home.call, &CredentialFilter::default(), &all()).await;
        assert_eq!(keys.unwrap().items[0].credential.user_epoch, Epoch(2));
    }

    #[tokio::test]
    async fn a_change_counts_where_its_order_number_is_above_the_last() {
        use Lifecycle::{Active, Deactivated};
        let home = Home::new().await;
        home.user("anna").await;
        for (lifecycle, version, counts) in [
            (Deactivated, Some(7), true),
            (Active, Some(6), false),
            (Active, Some(7), false),
            // The last one that counted, come again.
            (Deactivated, Some(7), true),
            (Deactivated, Some(6), false),
            (Deactivated, Some(8), true),
            (Active, Some(8), false),
            // Not ordered: it counts, and the number stays.
            (Active, None, true),
            (Deactivated, Some(8), false),
            (Deactivated, Some(9), true),
        ] {
            let answer = home.service.set_lifecycle(&home.call, to(lifecycle, version)).await;
            match answer {
                Ok(user) => assert_eq!((user.lifecycle, counts), (lifecycle, true), "{version:?}"),
                Err(Error::Rejected(Reason::StateVersionStale)) => {
                    assert!(!counts, "{lifecycle:?} {version:?}");
                }
                Err(other) => panic!("{other:?}"),
            }
        }
        assert_eq!(home.events().await.len(), 3);
        let invalid = home.service.set_lifecycle(&home.call, to(Active, Some(0))).await;
        assert!(matches!(invalid, Err(Error::Invalid { field: "state_version", .. })), "{invalid:?}");
    }

    #[tokio::test]
    async fn a_repeat_is_answered_with_the_user_as_he_is_now() {
        let home = Home::new().await;
        home.user("anna").await;
        let call = home.named(1);
        home.service.set_lifecycle(&call, to(Lifecycle::Deactivated, Some(1))).await.unwrap();
        home.service.set_lifecycle(&home.call, to(Lifecycle::Active, Some(2))).await.unwrap();
        let repeated = home.service.set_lifecycle(&call, to(Lifecycle::Deactivated, Some(1))).await.unwrap();
        assert_eq!(repeated.lifecycle, Lifecycle::Active);
        let reused = home.service.set_lifecycle(&call, to(Lifecycle::Deactivated, Some(3))).await;
        assert!(matches!(reused, Err(Error::Rejected(Reason::RequestIdReused))), "{reused:?}");
    }

    #[tokio::test]
    async fn a_new_user_is_pending_or_active_and_upsert_moves_nobody() {
        let home = Home::new().await;
        let upsert = async |lifecycle| {
            let external_id = ExternalId::new("anna").unwrap();
            let command = UpsertUser { external_id, display_name: None, lifecycle };
            home.service.upsert_user(&home.call, command).await
        };
        for lifecycle in [Lifecycle::Dormant, Lifecycle::Deactivated] {
            let refused = upsert(Some(lifecycle)).await;
            assert!(matches!(refused, Err(Error::Invalid { field: "lifecycle", .. })), "{refused:?}");
        }
        for lifecycle in [Some(Lifecycle::Pending), Some(Lifecycle::Active), None] {
            assert_eq!(upsert(lifecycle).await.unwrap().lifecycle, Lifecycle::Pending);
        }
    }
}
