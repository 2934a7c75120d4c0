//! The instance's one row.

use sea_orm::{EntityTrait, ExprTrait, sea_query::Expr};

use crate::{
    Connection, Error, Link, Tx,
    entity::instance::{Column, Entity},
    row::Row,
};

/// What every sealed token is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instance {
    /// Random bytes of the first migration.
    pub id: [u8; 16],
    /// Raised after a restore: tokens from before it are refused.
    pub restore_epoch: u64,
}

impl<L: Link> Connection<L> {
    /// The instance.
    ///
    /// # Errors
    /// [`Error::Inconsistent`] where its row is missing.
    pub async fn instance(&self) -> Result<Instance, Error> {
        let row = Row { table: "instance", id: uuid::Uuid::nil() };
        let model = row.known("singleton", Entity::find().one(self).await?)?;
        Ok(Instance {
            id: model.id.into_bytes(),
            restore_epoch: row.valid("restore_epoch", model.restore_epoch.try_into())?,
        })
    }
}

impl Tx {
    /// Raises the restore epoch by one: no token that was sealed before is opened again.
    ///
    /// # Errors
    /// The database refused.
    pub async fn raise_restore_epoch(&self) -> Result<(), Error> {
        Entity::update_many()
            .col_expr(Column::RestoreEpoch, Expr::col(Column::RestoreEpoch).add(1))
            .exec(self)
            .await?;
        Ok(())
    }
}
