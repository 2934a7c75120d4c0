//! What became of the rows.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Write},
};

use anyhow::Context;
use keystead_service::{Batch, RefusedRow};
use serde_json::json;

use super::Args;

/// What became of the rows so far.
pub(super) struct Report {
    dry_run: bool,
    refused_file: Option<File>,
    imported: u64,
    already_present: u64,
    refused: u64,
    reasons: BTreeMap<&'static str, u64>,
}

impl Report {
    pub(super) fn open(args: &Args) -> anyhow::Result<Self> {
        let goes_on = args.from_row > 1;
        let mut options = File::options();
        options.create(true).write(true).append(goes_on).truncate(!goes_on);
        let refused_file = match &args.refused {
            Some(path) => {
                let file = options.open(path);
                Some(file.with_context(|| format!("cannot write {}", path.display()))?)
            }
            None => None,
        };
        Ok(Self {
            dry_run: args.dry_run,
            refused_file,
            imported: 0,
            already_present: 0,
            refused: 0,
            reasons: BTreeMap::new(),
        })
    }

    /// Takes down what became of some rows.
    pub(super) fn add(&mut self, batch: &Batch) -> anyhow::Result<()> {
        (self.imported, self.already_present, self.refused) =
            (batch.imported, batch.already_present, batch.refused);
        let mut lines = String::new();
        for RefusedRow { number, reason, field, problem } in &batch.refused_rows {
            *self.reasons.entry(reason.as_str()).or_default() += 1;
            let line =
                json!({ "row": number, "reason": reason.as_str(), "field": field, "problem": problem });
            lines += &line.to_string();
            lines.push('\n');
        }
        if let Some(file) = &mut self.refused_file {
            file.write_all(lines.as_bytes()).context("cannot write the rows refused")?;
        }
        Ok(())
    }

    pub(super) const fn rows(&self) -> u64 {
        self.imported + self.already_present + self.refused
    }

    /// Whether every row was taken.
    pub(super) const fn is_complete(&self) -> bool {
        self.refused == 0
    }

    pub(super) fn counts(&self) -> String {
        let imported = if self.dry_run { "would be imported" } else { "imported" };
        let Self { already_present, refused, .. } = self;
        format!("{} {imported}, {already_present} here already, {refused} refused", self.imported)
    }

    pub(super) fn print(&self, rate: u64, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{} rows: {}; {rate} rows/s", self.rows(), self.counts())?;
        for (reason, count) in &self.reasons {
            writeln!(out, "{count} refused as {reason}")?;
        }
        Ok(())
    }
}
