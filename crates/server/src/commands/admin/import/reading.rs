//! Rows are read and parsed ahead of the database.

use std::{
    fs::{File, Metadata},
    io::{self, BufRead, BufReader},
    path::Path,
    thread,
};

use anyhow::Context;
use keystead_domain::Reason;
use keystead_service::{Import, ImportFormat, ImportRecord, ImportRow, RefusedRecord};
use tokio::sync::mpsc;

use crate::commands::admin::rows::{Row, Rows};

/// How many messages of rows are read ahead.
const READ_AHEAD: usize = 2;

/// What rows are read from.
pub(super) type Input = Box<dyn BufRead + Send>;

/// The file, and its size where it has one.
pub(super) fn open(path: &Path) -> anyhow::Result<(Input, Option<u64>)> {
    if path == Path::new("-") {
        return Ok((Box::new(BufReader::new(io::stdin())), None));
    }
    let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    let size = file.metadata().ok().filter(Metadata::is_file).map(|metadata| metadata.len());
    Ok((Box::new(BufReader::with_capacity(1 << 16, file)), size))
}

/// Rows of one transaction.
pub(super) struct Message {
    pub(super) rows: Vec<ImportRow>,
    /// Where the file is read up to.
    pub(super) bytes: u64,
}

/// Reads and parses on a thread of its own, while the database is busy with the rows before. The thread ends with the file, or
/// with the process.
pub(super) fn read_ahead(
    input: Input,
    format: ImportFormat,
    from_row: i64,
) -> mpsc::Receiver<anyhow::Result<Message>> {
    let (sender, receiver) = mpsc::channel(READ_AHEAD);
    let mut source = Rows::new(input);
    thread::spawn(move || {
        loop {
            let (rows, end) = fill(&mut source, format, from_row);
            let is_last = rows.len() < Import::MOST_ROWS;
            let message = Message { rows, bytes: source.bytes() };
            if !message.rows.is_empty() && sender.blocking_send(Ok(message)).is_err() {
                return;
            }
            if let Err(error) = end {
                // Nobody listens any more: then nobody misses it.
                let _ = sender.blocking_send(Err(anyhow::Error::from(error).context("cannot read the rows")));
                return;
            }
            if is_last {
                return;
            }
        }
    });
    receiver
}

/// The next rows, and what kept them from being more.
fn fill(source: &mut Rows<Input>, format: ImportFormat, from_row: i64) -> (Vec<ImportRow>, io::Result<()>) {
    let mut rows = Vec::with_capacity(Import::MOST_ROWS);
    while rows.len() < Import::MOST_ROWS {
        match source.next() {
            Ok(Some(row)) if row.number < from_row => {}
            Ok(Some(row)) => rows.push(parsed(row, format)),
            Ok(None) => break,
            Err(error) => return (rows, Err(error)),
        }
    }
    (rows, Ok(()))
}

fn parsed(Row { number, text }: Row, format: ImportFormat) -> ImportRow {
    let record = match text {
        Ok(text) => ImportRecord::from_json(format, &text),
        Err(why) => {
            Err(RefusedRecord { reason: Reason::FieldViolation, field: "row", problem: why.to_string() })
        }
    };
    ImportRow { number, record }
}
