//! What became of the rows of an import.

use keystead_proto::v1;
use keystead_service::{Batch, RefusedRow};

use super::count;
use crate::status;

pub(crate) fn imported(batch: Batch) -> v1::ImportCredentialsResponse {
    v1::ImportCredentialsResponse {
        last_row: batch.last_row,
        imported: count(batch.imported),
        already_present: count(batch.already_present),
        refused: count(batch.refused),
        refused_rows: batch.refused_rows.into_iter().map(refused_row).collect(),
    }
}

fn refused_row(row: RefusedRow) -> v1::RefusedRow {
    v1::RefusedRow {
        number: row.number,
        reason: status::wire(row.reason).into(),
        field: row.field,
        problem: row.problem,
    }
}
