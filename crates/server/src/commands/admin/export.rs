//! `keystead admin export`.

use std::{
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use anyhow::Context;
use keystead_domain::{ExternalId, Reason, RpId, UserRef};
use keystead_service::{Call, Error, ExportFilter, Service};

use super::progress::Progress;
use crate::private::Replacement;

/// What `admin export` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Where to write, one JSON value a line; `-`: standard output
    file: PathBuf,
    /// The tenant, by id or name
    #[arg(long)]
    pub(super) tenant: String,
    /// Only credentials of this relying party
    #[arg(long, value_parser = super::rp_id)]
    rp_id: Option<RpId>,
    /// Only credentials of this user, by the calling service's own id
    #[arg(long, value_parser = external_id)]
    user: Option<ExternalId>,
}

fn external_id(text: &str) -> Result<ExternalId, keystead_domain::TextError> {
    ExternalId::new(text)
}

/// Exports. The file is there once it is complete.
pub(super) async fn run(
    args: &Args,
    service: &Service,
    call: &Call,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let filter = ExportFilter {
        user: args.user.clone().map(UserRef::External),
        rp_id: args.rp_id.clone(),
        states: Vec::new(),
    };
    if args.file == Path::new("-") {
        let (rows, rate) = write(service, call, &filter, out).await?;
        eprintln!("{rows} rows; {rate} rows/s");
        return Ok(());
    }
    let cannot_write = || format!("cannot write {}", args.file.display());
    let mut file = BufWriter::new(Replacement::begin(&args.file).with_context(cannot_write)?);
    let (rows, rate) = write(service, call, &filter, &mut file).await?;
    let file = file.into_inner().map_err(std::io::IntoInnerError::into_error).with_context(cannot_write)?;
    file.finish().with_context(cannot_write)?;
    writeln!(out, "{rows} rows; {rate} rows/s")?;
    Ok(())
}

async fn write(
    service: &Service,
    call: &Call,
    filter: &ExportFilter,
    file: &mut dyn Write,
) -> anyhow::Result<(u64, u64)> {
    let mut progress = Progress::new(None);
    let (mut rows, mut token) = (0, String::new());
    while let Some(page) = service.export_page(call, filter, &token).await.map_err(explained)? {
        for exported in &page.records {
            writeln!(file, "{}", exported.to_json()).context("cannot write a row")?;
        }
        rows += page.records.len() as u64;
        progress.show(rows, rows, "written");
        token = page.resume_token;
    }
    file.flush()?;
    Ok((rows, progress.finish(rows)))
}

fn explained(error: Error) -> anyhow::Error {
    match error {
        Error::Rejected(Reason::RelyingPartyNotFound) => {
            anyhow::anyhow!("the tenant has no such relying party")
        }
        Error::Rejected(Reason::UserNotFound) => anyhow::anyhow!("the tenant has no such user"),
        error => error.into(),
    }
}
