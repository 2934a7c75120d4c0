//! Certificates in one column: each with its length before it, two bytes, the higher first.

use crate::{Error, row::Row};

/// `None`: there are none.
///
/// # Errors
/// One is longer than two bytes can say.
pub(super) fn write(row: Row, roots: &[Vec<u8>]) -> Result<Option<Vec<u8>>, Error> {
    let mut column = Vec::new();
    for root in roots {
        let length = row.valid("attestation_roots", u16::try_from(root.len()))?;
        column.extend(length.to_be_bytes());
        column.extend(root);
    }
    Ok((!roots.is_empty()).then_some(column))
}

/// `None`: what is there was not written so.
pub(super) fn read(mut column: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut roots = Vec::new();
    while !column.is_empty() {
        let (length, rest) = column.split_first_chunk()?;
        let (root, rest) = rest.split_at_checked(u16::from_be_bytes(*length).into())?;
        roots.push(root.to_vec());
        column = rest;
    }
    Some(roots)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const ROW: Row = Row { table: "registration_profile", id: Uuid::nil() };

    #[test]
    fn roots_are_read_as_they_were_written() {
        for roots in [vec![], vec![vec![7; 8192]], vec![vec![1], vec![], vec![2; 300]]] {
            let column = write(ROW, &roots).unwrap();
            assert_eq!(column.is_none(), roots.is_empty());
            assert_eq!(read(&column.unwrap_or_default()), Some(roots));
        }
        assert!(write(ROW, &[vec![0; 65_536]]).is_err());
    }

    #[test]
    fn a_column_that_is_cut_short_is_not_read() {
        let column = write(ROW, &[vec![1; 3], vec![2; 3]]).unwrap().unwrap();
        for length in (0..column.len()).filter(|length| ![0, 5].contains(length)) {
            assert_eq!(read(&column[..length]), None, "{length}");
        }
    }
}
