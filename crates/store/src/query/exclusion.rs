//! Whom a change of AAGUID rules would keep out.

use keystead_domain::{
    AaguidMode, AaguidRule, CredentialSource, CredentialState, ExternalId, Name, TenantId, UserId,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait,
    sea_query::{Expr, ExprTrait, Order, Query, SelectStatement},
};
use uuid::Uuid;

use super::{in_states, login::of_the_user};
use crate::{
    Error, Link, Within,
    entity::{
        credential::{Column, Entity},
        user,
    },
    row::{Id, Row},
};

/// The rule that a registration profile, by its newest version, has for logins.
#[derive(Clone, Copy, Debug)]
pub struct UseRule<'a> {
    /// The profile.
    pub profile: &'a Name,
    /// Its rule.
    pub rule: &'a AaguidRule,
}

/// What a change of rules would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Excluded {
    /// Credentials that are accepted at a login before it, and not after.
    pub credentials: u64,
    /// Users who have a way in before it, and none after.
    pub users: u64,
    /// Some of them, oldest first.
    pub sample: Vec<(UserId, ExternalId)>,
}

impl<L: Link> Within<'_, L> {
    /// Whom the rules `after` would keep out whom the rules `before` let in; a profile that is not named has no rule. Of the
    /// users at most `sample` are named.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn preview_exclusion(
        &self,
        before: &[UseRule<'_>],
        after: &[UseRule<'_>],
        sample: u64,
    ) -> Result<Excluded, Error> {
        if after.iter().all(|it| it.rule.mode == AaguidMode::RegistrationOnly) {
            return Ok(Excluded::default());
        }
        let [credentials, users] = newly_refused(self.tenant_id, before, after);
        let user_ids = users.clone().expr(Expr::col((user::Entity, user::Column::Id)).count()).take();
        Ok(Excluded {
            credentials: self.count(&credentials).await?,
            users: self.count(&user_ids).await?,
            sample: self.sample(users, sample).await?,
        })
    }

    async fn count(&self, query: &SelectStatement) -> Result<u64, Error> {
        let row = self.connection.query_one(query).await?;
        let number: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
        Ok(u64::try_from(number).unwrap_or(0))
    }

    async fn sample(
        &self,
        mut users: SelectStatement,
        limit: u64,
    ) -> Result<Vec<(UserId, ExternalId)>, Error> {
        users
            .column((user::Entity, user::Column::Id))
            .column((user::Entity, user::Column::ExternalId))
            .order_by((user::Entity, user::Column::CreatedAt), Order::Asc)
            .order_by((user::Entity, user::Column::Id), Order::Asc)
            .limit(limit);
        let rows = self.connection.query_all(&users).await?;
        let read = |(id, external_id): (Uuid, Vec<u8>)| {
            let row = Row { table: "user", id };
            let external_id = row.text("external_id", external_id)?;
            Ok((UserId::from_column(id), row.valid("external_id", ExternalId::new(external_id))?))
        };
        rows.iter().map(|row| read(row.try_get_many_by_index()?)).collect()
    }
}

/// How many credentials are accepted before and not after; and from whom all ways in are taken, without what to select of them.
pub(super) fn newly_refused(
    tenant: TenantId,
    before: &[UseRule<'_>],
    after: &[UseRule<'_>],
) -> [SelectStatement; 2] {
    let newly = || accepted(before).add(accepted(after).not());
    let credentials = Query::select()
        .expr(Expr::col((Entity, Column::Id)).count())
        .from(Entity)
        .and_where(Column::TenantId.eq(tenant.column()))
        .cond_where(newly().add(logs_in()))
        .take();
    let users = Query::select()
        .from(user::Entity)
        .and_where(user::Column::TenantId.eq(tenant.column()))
        .and_where(Expr::exists(way_in(newly())))
        .and_where(Expr::exists(way_in(accepted(after))).not())
        .take();
    [credentials, users]
}

/// The ways in of the user of the query around, that meet a condition: `Credential::is_way_in`, in the database's words.
fn way_in(condition: Condition) -> SelectStatement {
    // Rows of the release before have no column for it.
    let initialized = Expr::col((Entity, Column::UserVerificationInitialized))
        .if_null(Expr::col((Entity, Column::UserVerificationSeen)));
    let conditional = Column::Source.eq(i16::from(CredentialSource::Conditional.number()));
    Query::select()
        .expr(Expr::val(1))
        .from(Entity)
        .cond_where(of_the_user())
        .and_where(in_states([CredentialState::Active]))
        .cond_where(Condition::any().add(initialized.eq(true)).add(conditional))
        .cond_where(condition)
        .take()
}

fn logs_in() -> Expr {
    let states = CredentialState::ALL.iter().filter(|state| state.may_log_in().is_ok());
    Column::State.is_in(states.map(|state| i16::from(state.number())))
}

/// That no rule refuses a credential: `AaguidRule::accepts_use`, in the database's words.
fn accepted(rules: &[UseRule<'_>]) -> Condition {
    let at_use = rules.iter().filter(|it| it.rule.mode == AaguidMode::RegistrationAndUse);
    at_use.map(|it| refused(it).not()).fold(Condition::all(), Condition::add)
}

fn refused(UseRule { profile, rule }: &UseRule<'_>) -> Condition {
    let ids = |aaguids: &[keystead_domain::Aaguid]| -> Vec<Uuid> {
        aaguids.iter().map(|aaguid| Uuid::from_bytes(aaguid.0)).collect()
    };
    let mut not_accepted = Condition::any().add(Column::Aaguid.is_in(ids(&rule.denied)));
    if !rule.allowed.is_empty() {
        not_accepted = not_accepted.add(Column::Aaguid.is_not_in(ids(&rule.allowed)));
    }
    let default = Name::default_profile();
    // What was registered before there were profiles counts as registered under the default one.
    let name = Expr::col((Entity, Column::Profile)).if_null(default.as_str().as_bytes());
    Condition::all().add(name.eq(profile.as_str().as_bytes())).add(not_accepted)
}
