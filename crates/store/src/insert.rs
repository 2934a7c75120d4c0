//! Plain INSERTs whose unique keys decide.

use sea_orm::{ConnectionTrait, EntityTrait, Iden, Iterable, ModelTrait, Statement};

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
pub(crate) async fn insert<M: ModelTrait>(tx: &Tx, row: M) -> Result<Insert, Error> {
    let values = <M::Entity as EntityTrait>::Column::iter().map(|column| row.get(column));
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), text::<M::Entity>(), values);
    match tx.execute_raw(statement).await {
        Ok(_) => Ok(Insert::Done),
        Err(error) if is_duplicate(&error) => Ok(Insert::Duplicate),
        Err(error) => Err(error.into()),
    }
}

/// Inserts a row whose keys are new.
pub(crate) async fn insert_new<M: ModelTrait>(tx: &Tx, row: M) -> Result<(), Error> {
    match insert(tx, row).await? {
        Insert::Done => Ok(()),
        Insert::Duplicate => Err(Error::Conflict),
    }
}

/// The INSERT of a row with all of its columns, in their order. Written out, for every login has two of them, and building them with
/// sea-query showed in its profile (docs/performance.md); backticks quote names in MySQL and in SQLite.
fn text<E: EntityTrait>() -> String {
    let mut text = format!("INSERT INTO `{}` (", E::default().table_name());
    let mut places = String::new();
    for column in E::Column::iter() {
        let comma = if places.is_empty() { "" } else { ", " };
        for part in [comma, "`", column.unquoted(), "`"] {
            text.push_str(part);
        }
        places.push_str(comma);
        places.push('?');
    }
    text + ") VALUES (" + &places + ")"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::instance::Entity;

    #[test]
    fn an_insert_names_every_column_and_has_a_place_for_each() {
        let columns: Vec<_> =
            <Entity as EntityTrait>::Column::iter().map(|it| it.unquoted().to_owned()).collect();
        let places = vec!["?"; columns.len()].join(", ");
        let columns = columns.join("`, `");
        assert_eq!(text::<Entity>(), format!("INSERT INTO `instance` (`{columns}`) VALUES ({places})"));
    }
}
