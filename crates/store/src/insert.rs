//! Plain INSERTs whose unique keys decide.

use sea_orm::{ActiveModelBehavior, ActiveModelTrait, EntityTrait, IntoActiveModel};

use crate::{Error, Tx, error::is_duplicate};

/// Whether a row was inserted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Insert {
    /// It was.
    Done,
    /// A row with one of its unique keys was there; nothing is written.
    Duplicate,
}

/// Inserts a row without "on conflict": on MySQL an insert that ignores conflicts calls a duplicate inserted.
pub(crate) async fn insert<M, A>(tx: &Tx, row: M) -> Result<Insert, Error>
where
    M: IntoActiveModel<A>,
    A: ActiveModelTrait + ActiveModelBehavior + Send,
{
    match A::Entity::insert(row.into_active_model()).exec_without_returning(tx).await {
        Ok(_) => Ok(Insert::Done),
        Err(error) if is_duplicate(&error) => Ok(Insert::Duplicate),
        Err(error) => Err(error.into()),
    }
}

/// Inserts a row whose keys are new.
pub(crate) async fn insert_new<M, A>(tx: &Tx, row: M) -> Result<(), Error>
where
    M: IntoActiveModel<A>,
    A: ActiveModelTrait + ActiveModelBehavior + Send,
{
    match insert(tx, row).await? {
        Insert::Done => Ok(()),
        Insert::Duplicate => Err(Error::Conflict),
    }
}
