//! `keystead admin import`.

mod reading;
mod report;

use std::{io::Write, path::PathBuf, pin::pin, process::ExitCode};

use anyhow::{Context, anyhow, bail};
use clap::ValueEnum;
use keystead_domain::{Name, Reason, RpId};
use keystead_service::{Call, ImportFormat, ImportOptions, Service, UnknownUserVerification};
use tokio::signal::ctrl_c;

use self::{
    reading::{Message, open, read_ahead},
    report::Report,
};
use super::{name, progress::Progress, rp_id};

/// Exit code: some rows were refused.
const SOME_REFUSED: u8 = 2;

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
    let mut messages = read_ahead(input, args.format(), args.from_row);
    let mut progress = Progress::new(size);
    let mut interrupted = pin!(ctrl_c());
    let mut next_row = args.from_row;
    loop {
        // The signal is looked at between transactions only: one that runs comes to its end.
        let message = tokio::select! {
            biased;
            _ = &mut interrupted => bail!("stopped; {}", go_on(next_row)),
            message = messages.recv() => message,
        };
        let Some(message) = message else { break };
        let Message { rows, bytes } = message.with_context(|| go_on(next_row))?;
        let batch = import.take(call, rows).await.with_context(|| go_on(next_row))?;
        next_row = batch.last_row + 1;
        report.add(&batch).with_context(|| go_on(next_row))?;
        progress.show(bytes, report.rows(), &report.counts());
    }
    let rate = progress.finish(report.rows());
    report.print(rate, out)?;
    Ok(if report.is_complete() { ExitCode::SUCCESS } else { ExitCode::from(SOME_REFUSED) })
}

fn go_on(next_row: i64) -> String {
    format!("everything before row {next_row} is done: go on with --from-row {next_row}")
}

fn explained(error: keystead_service::Error, args: &Args) -> anyhow::Error {
    use keystead_service::Error::Rejected;
    match (&error, &args.rp_id) {
        (Rejected(Reason::RelyingPartyNotFound), Some(rp_id)) => {
            anyhow!("the tenant has no relying party {}", rp_id.as_str())
        }
        (Rejected(Reason::RelyingPartyNotFound), None) => {
            anyhow!("the tenant has no default relying party: name one with --rp-id")
        }
        (Rejected(Reason::ProfileNotFound), _) => {
            anyhow!("the tenant has no such registration profile")
        }
        _ => error.into(),
    }
}
