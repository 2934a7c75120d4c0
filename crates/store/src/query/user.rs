//! Users.

use keystead_domain::{CredentialId, DisplayName, Epoch, Lifecycle, User, UserId, UserRef};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryResult, QuerySelect,
    QueryTrait, Select, UpdateMany,
    sea_query::{Expr, ExprTrait, Query, SelectStatement, SubQueryStatement},
};
use uuid::Uuid;

use crate::{
    Error, Insert, Link, Page, Transaction, Within,
    entity::{
        credential,
        user::{Column, Entity, Model},
    },
    insert::insert,
    row::{Id, Row, same},
};

const LAST_USED_AT: &str = "newest_last_used_at";

impl<L: Link> Within<'_, L> {
    /// The user that is named, and when he last logged in.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn find_user(&self, user: &UserRef) -> Result<Option<User>, Error> {
        let query = self.users().filter(is(user)).into_query();
        self.connection.query_one(&query).await?.map(|row| read(&row)).transpose()
    }

    /// A page of the tenant's users.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn list_users(&self, page: Page) -> Result<Vec<User>, Error> {
        let query = page.of(self.users(), Column::CreatedAt, Column::Id).into_query();
        self.connection.query_all(&query).await?.iter().map(read).collect()
    }

    fn users(&self) -> Select<Entity> {
        Entity::find()
            .expr_as(Expr::from(SubQueryStatement::from(newest_use())), LAST_USED_AT)
            .filter(Column::TenantId.eq(self.tenant_id.column()))
    }
}

/// The time a user's credentials were last used: no column of the user, for a login would have to write his row.
fn newest_use() -> SelectStatement {
    Query::select()
        .expr(Expr::col((credential::Entity, credential::Column::LastUsedAt)).max())
        .from(credential::Entity)
        .and_where(same(credential::Column::TenantId, Column::TenantId))
        .and_where(same(credential::Column::UserId, Column::Id))
        .take()
}

fn read(row: &QueryResult) -> Result<User, Error> {
    Model::from_query_result(row, "")?.into_user(row.try_get("", LAST_USED_AT)?)
}

/// The condition that a request's user names.
pub(super) fn is(user: &UserRef) -> Expr {
    match user {
        UserRef::Id(id) => Column::Id.eq(id.column()),
        UserRef::External(id) => Column::ExternalId.eq(id.as_str().as_bytes()),
    }
}

impl Within<'_, Transaction> {
    /// Inserts a user; the external id is unique in the tenant.
    ///
    /// # Errors
    /// The database refused.
    pub async fn insert_user(&self, user: &User) -> Result<Insert, Error> {
        insert(self.connection, Model::new(self.tenant_id, user)).await
    }

    /// Writes the display name. `false`: the tenant has no such user.
    ///
    /// # Errors
    /// The database refused.
    pub async fn set_display_name(&self, id: UserId, name: &DisplayName) -> Result<bool, Error> {
        let name = Expr::value(name.as_str());
        let written = self.change_user(id).col_expr(Column::DisplayName, name).exec(self.connection).await?;
        Ok(written.rows_affected == 1)
    }

    /// Writes the user's row and changes nothing of it: what is read of his rows after is his until the transaction ends, for
    /// whatever gives him something or takes something away writes it too. `false`: the tenant has no such user.
    ///
    /// # Errors
    /// The database refused.
    pub async fn write_user(&self, id: UserId) -> Result<bool, Error> {
        let written = self.change_user(id).exec(self.connection).await?;
        Ok(written.rows_affected == 1)
    }

    /// Writes where the user's account is in its life. With a version only where it is higher than the one that is there,
    /// which it replaces. `false`: the version is stale, or the tenant has no such user.
    ///
    /// # Errors
    /// The database refused.
    pub async fn set_lifecycle(
        &self,
        id: UserId,
        lifecycle: Lifecycle,
        state_version: Option<i64>,
    ) -> Result<bool, Error> {
        let mut change = self.change_lifecycle(id, lifecycle);
        if let Some(version) = state_version {
            change = change
                .col_expr(Column::StateVersion, Expr::value(version))
                .filter(Column::StateVersion.lt(version));
        }
        Ok(change.exec(self.connection).await?.rows_affected == 1)
    }

    /// Brings a dormant user back, as his login does. `false`: he is not dormant any more, or his epoch was raised since it
    /// was read.
    ///
    /// # Errors
    /// The database refused.
    pub async fn reactivate_user(&self, id: UserId, epoch: Epoch) -> Result<bool, Error> {
        let written = self
            .change_lifecycle(id, Lifecycle::Active)
            .filter(Column::AuthEpoch.eq(i64::from(epoch.0)))
            .filter(Column::Lifecycle.eq(i16::from(Lifecycle::Dormant.number())))
            .exec(self.connection)
            .await?;
        Ok(written.rows_affected == 1)
    }

    fn change_lifecycle(&self, id: UserId, lifecycle: Lifecycle) -> UpdateMany<Entity> {
        self.change_user(id).col_expr(Column::Lifecycle, Expr::value(i16::from(lifecycle.number())))
    }

    /// An UPDATE of the user's row.
    pub(super) fn change_user(&self, id: UserId) -> UpdateMany<Entity> {
        Entity::update_many()
            .col_expr(Column::RowVersion, Expr::col(Column::RowVersion).add(1))
            .filter(Column::TenantId.eq(self.tenant_id.column()))
            .filter(Column::Id.eq(id.column()))
    }

    /// Raises the user's epoch, on his row and on every row of his that can grant: whatever is in flight meets one of them
    /// written, and fails. The one way to take something from a user. `None`: the tenant has no such user.
    ///
    /// # Errors
    /// The database refused.
    pub async fn raise_epoch(&self, id: UserId) -> Result<Option<Epoch>, Error> {
        let one_more = Expr::col(Column::AuthEpoch).add(1);
        let raised = self.change_user(id).col_expr(Column::AuthEpoch, one_more).exec(self.connection).await?;
        if raised.rows_affected == 0 {
            return Ok(None);
        }
        // The row is ours since the statement before: what is read is what was written.
        let epoch = Entity::find_by_id(id.column())
            .select_only()
            .column(Column::AuthEpoch)
            .into_tuple::<i64>()
            .one(self.connection)
            .await?;
        let row = Row { table: "user", id: id.column() };
        let epoch = row.count("auth_epoch", row.known("auth_epoch", epoch)?)?;
        self.copy_epoch(id, epoch).await?;
        Ok(Some(Epoch(epoch)))
    }

    /// Row by row, by the primary key: given the user alone, MySQL may walk the tenant's credentials and lock them all. Nobody
    /// can add one meanwhile, for that takes the user's row.
    async fn copy_epoch(&self, id: UserId, epoch: u32) -> Result<(), Error> {
        use credential::Column;
        let his: Vec<Uuid> = credential::Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Column::TenantId.eq(self.tenant_id.column()))
            .filter(Column::UserId.eq(id.column()))
            .into_tuple()
            .all(self.connection)
            .await?;
        for credential in his.into_iter().map(CredentialId::from_column) {
            self.change_credential(credential)
                .col_expr(Column::UserEpoch, Expr::value(i64::from(epoch)))
                .exec(self.connection)
                .await?;
        }
        Ok(())
    }
}
