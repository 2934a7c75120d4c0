//! Statements over many rows. What varies in length is another statement to the driver's cache, so lists come in few lengths:
//! powers of two.

use std::mem;

use sea_orm::{ActiveModelBehavior, ActiveModelTrait, EntityTrait, IntoActiveModel};

use crate::{Error, Tx, error::is_duplicate};

/// Most rows of one statement: the widest table stays below the parameters that a statement may have, 32,766 with SQLite and
/// 65,535 with MySQL.
pub(crate) const MOST: usize = 256;

/// Inserts rows, many with each statement. Where one of their unique keys is there already, somebody was faster: that is
/// [`Error::Busy`], and the closure that runs again finds what he wrote.
pub(crate) async fn insert_all<M, A>(tx: &Tx, rows: impl IntoIterator<Item = M>) -> Result<(), Error>
where
    M: IntoActiveModel<A>,
    A: ActiveModelTrait + ActiveModelBehavior + Send,
{
    let mut rows: Vec<A> = rows.into_iter().map(IntoActiveModel::into_active_model).collect();
    while !rows.is_empty() {
        let rest = rows.split_off(chunk(rows.len()));
        let chunk = mem::replace(&mut rows, rest);
        match A::Entity::insert_many(chunk).exec_without_returning(tx).await {
            Ok(_) => {}
            Err(error) if is_duplicate(&error) => return Err(Error::Busy),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// How many of this many rows, at least one, the next statement inserts.
const fn chunk(rows: usize) -> usize {
    if rows > MOST { MOST } else { 1 << rows.ilog2() }
}

/// The values of an `IN` list of at most [`MOST`], the last one repeated up to a power of two.
pub(crate) fn padded<T: Clone>(values: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut values: Vec<T> = values.into_iter().collect();
    if let Some(last) = values.last().cloned() {
        values.resize(values.len().next_power_of_two(), last);
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_any_length_are_made_of_few_lengths() {
        let lengths = |mut rows: usize| {
            let mut lengths = Vec::new();
            while rows > 0 {
                lengths.push(chunk(rows));
                rows -= chunk(rows);
            }
            lengths
        };
        assert_eq!(lengths(1), [1]);
        assert_eq!(lengths(500), [256, 128, 64, 32, 16, 4]);
        assert_eq!(lengths(512), [256, 256]);
        assert_eq!(padded([7]), [7]);
        assert_eq!(padded([1, 2, 3, 4, 5]), [1, 2, 3, 4, 5, 5, 5, 5]);
        assert_eq!(padded(0..0), [0; 0]);
        assert_eq!(padded(0..MOST).len(), MOST);
    }
}
