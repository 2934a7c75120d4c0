//! `keystead admin import`.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, BufRead, BufReader, Write},
    path::{Path, PathBuf},
    pin::pin,
    process::ExitCode,
    thread,
};

use anyhow::{Context, bail};
use clap::ValueEnum;
use keystead_domain::{Name, Reason, RpId};
use keystead_service::{
    Batch, Call, Import, ImportFormat, ImportOptions, ImportRecord, ImportRow, RefusedRecord, RefusedRow,
    Service, UnknownUserVerification,
};
use serde_json::json;
use tokio::{signal::ctrl_c, sync::mpsc};

use super::{
    name,
    progress::Progress,
    rows::{Row, Rows},
    rp_id,
};

/// Exit code: some rows were refused.
const SOME_REFUSED: u8 = 2;
/// How many messages of rows are read ahead of the database.
const READ_AHEAD: usize = 2;

/// What `admin import` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The rows, one JSON value a line or one JSON array; `-`: standard input
    file: PathBuf,
    /// The tenant, by id or name
    #[arg(long)]
    pub(super) tenant: String,
    /// The RP ID the credentials are bound to; may be left out where the tenant has a default
    #[arg(long, value_parser = rp_id)]
    rp_id: Option<RpId>,
    /// The shape of the rows
    #[arg(long)]
    format: Format,
    /// What a row means that does not say whether the user was verified; without it, such rows are refused
    #[arg(long, value_name = "MEANING")]
    unknown_user_verification: Option<Meaning>,
    /// Refuse rows of users who are not here, where they would otherwise be made
    #[arg(long)]
    existing_users_only: bool,
    /// The registration profile they count as registered under; without it, `default`
    #[arg(long, value_parser = name)]
    profile: Option<Name>,
    /// Judge and report everything, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Go on from this row: its line, or its place in the array
    #[arg(long, value_name = "N", default_value_t = 1)]
    from_row: i64,
    /// Write one JSON line for each row that is refused into this file; with --from-row, after what is in it
    #[arg(long, value_name = "FILE")]
    refused: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// What `admin export` writes
    Keystead,
    /// A passkey as the documentation of `SimpleWebAuthn` stores it
    #[value(name = "simplewebauthn")]
    SimpleWebauthn,
    /// go-webauthn's `webauthn.Credential` in a wrapper that names its user
    GoWebauthn,
    /// A row of Hanko's `webauthn_credentials`
    Hanko,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Meaning {
    /// He was: the other server let nobody in without
    Verified,
    /// Presence only: such credentials are second factors
    PresenceOnly,
}

impl Args {
    fn options(&self) -> ImportOptions {
        ImportOptions {
            rp_id: self.rp_id.clone(),
            dry_run: self.dry_run,
            unknown_user_verification: match self.unknown_user_verification {
                None => UnknownUserVerification::Refuse,
                Some(Meaning::Verified) => UnknownUserVerification::Verified,
                Some(Meaning::PresenceOnly) => UnknownUserVerification::PresenceOnly,
            },
            existing_users_only: self.existing_users_only,
            profile: self.profile.clone(),
        }
    }

    fn format(&self) -> ImportFormat {
        match self.format {
            Format::Keystead => ImportFormat::Keystead,
            Format::SimpleWebauthn => ImportFormat::SimpleWebauthn,
            Format::GoWebauthn => ImportFormat::GoWebauthn,
            Format::Hanko => ImportFormat::Hanko,
        }
    }
}

/// Imports. Exit code 0 where every row was taken, 2 where some were refused.
pub(super) async fn run(
    args: &Args,
    service: &Service,
    call: &Call,
    out: &mut dyn Write,
) -> anyhow::Result<ExitCode> {
    let (input, size) = open(&args.file)?;
    let mut report = Report::open(args)?;
    let mut import =
        service.begin_import(call, args.options()).await.map_err(|error| explained(error, args))?;
    let mut messages = read_ahead(Rows::new(input), args.format(), args.from_row);
    let mut progress = Progress::new(size);
    let mut interrupted = pin!(ctrl_c());
    let mut next_row = args.from_row;
    loop {
        // The signal is looked at between transactions only: one that runs comes to its end.
        let message = tokio::select! {
            biased;
            _ = &mut interrupted => bail!("stopped; everything before row {next_row} is done: go on with --from-row {next_row}"),
            message = messages.recv() => message,
        };
        let Some(message) = message else { break };
        let go_on = || format!("everything before row {next_row} is done: go on with --from-row {next_row}");
        let Message { rows, bytes } = message.with_context(go_on)?;
        let batch = import.take(call, rows).await.with_context(go_on)?;
        report.add(&batch)?;
        progress.show(bytes, report.rows(), &report.counts(args.dry_run));
        next_row = batch.last_row + 1;
    }
    let rate = progress.finish(report.rows());
    report.print(args.dry_run, rate, out)?;
    Ok(if report.refused == 0 { ExitCode::SUCCESS } else { ExitCode::from(SOME_REFUSED) })
}

fn explained(error: keystead_service::Error, args: &Args) -> anyhow::Error {
    use keystead_service::Error::Rejected;
    match (&error, &args.rp_id) {
        (Rejected(Reason::RelyingPartyNotFound), Some(rp_id)) => {
            anyhow::anyhow!("the tenant has no relying party {}", rp_id.as_str())
        }
        (Rejected(Reason::RelyingPartyNotFound), None) => {
            anyhow::anyhow!("the tenant has no default relying party: name one with --rp-id")
        }
        (Rejected(Reason::ProfileNotFound), _) => {
            anyhow::anyhow!("the tenant has no such registration profile")
        }
        _ => error.into(),
    }
}

/// The file, and its size where it has one.
fn open(path: &Path) -> anyhow::Result<(Box<dyn BufRead + Send>, Option<u64>)> {
    if path == Path::new("-") {
        return Ok((Box::new(BufReader::new(io::stdin())), None));
    }
    let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    let size = file.metadata().ok().filter(std::fs::Metadata::is_file).map(|metadata| metadata.len());
    Ok((Box::new(BufReader::with_capacity(1 << 16, file)), size))
}

/// Rows of one transaction.
struct Message {
    rows: Vec<ImportRow>,
    /// Where the file is read up to.
    bytes: u64,
}

/// Reads and parses on a thread of its own, while the database is busy with the rows before. The thread ends with the file, or
/// with the process.
fn read_ahead(
    mut source: Rows<Box<dyn BufRead + Send>>,
    format: ImportFormat,
    from_row: i64,
) -> mpsc::Receiver<anyhow::Result<Message>> {
    let (sender, receiver) = mpsc::channel(READ_AHEAD);
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
fn fill(
    source: &mut Rows<Box<dyn BufRead + Send>>,
    format: ImportFormat,
    from_row: i64,
) -> (Vec<ImportRow>, io::Result<()>) {
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

/// What became of the rows.
struct Report {
    refused_file: Option<File>,
    imported: u64,
    already_present: u64,
    refused: u64,
    reasons: BTreeMap<&'static str, u64>,
}

impl Report {
    fn open(args: &Args) -> anyhow::Result<Self> {
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
        Ok(Self { refused_file, imported: 0, already_present: 0, refused: 0, reasons: BTreeMap::new() })
    }

    fn add(&mut self, batch: &Batch) -> anyhow::Result<()> {
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

    const fn rows(&self) -> u64 {
        self.imported + self.already_present + self.refused
    }

    fn counts(&self, dry_run: bool) -> String {
        let imported = if dry_run { "would be imported" } else { "imported" };
        let Self { already_present, refused, .. } = self;
        format!("{} {imported}, {already_present} here already, {refused} refused", self.imported)
    }

    fn print(&self, dry_run: bool, rate: u64, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{} rows: {}; {rate} rows/s", self.rows(), self.counts(dry_run))?;
        for (reason, count) in &self.reasons {
            writeln!(out, "{count} refused as {reason}")?;
        }
        Ok(())
    }
}
