//! `keystead migrate`.

use std::io::Write;

use anyhow::Context;
use keystead_store::Store;

use crate::{cli::Flags, serve::make_data_dir};

/// Migrates, and says how many steps that took.
pub(crate) async fn run(flags: &Flags, out: &mut dyn Write) -> anyhow::Result<()> {
    let settings = flags.load()?;
    make_data_dir(&settings)?;
    let url = &settings.database.url;
    let store = Store::connect(&settings.database.options())
        .await
        .with_context(|| format!("cannot use the database {url}"))?;
    let applied = store.migrate().await.with_context(|| format!("cannot migrate the database {url}"))?;
    store.close().await?;
    match applied {
        0 => writeln!(out, "the database {url} is up to date")?,
        count => writeln!(out, "migrated the database {url}, in {count} steps")?,
    }
    Ok(())
}
