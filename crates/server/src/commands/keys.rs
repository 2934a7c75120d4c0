//! `keystead keys`: root keys in a file. Running replicas read the file again by themselves.

mod listing;

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::Context;
use clap::Subcommand;
use keystead_keyring::key_file::{KeyFile, KeyId, RotationError};
use keystead_service::Environment;

use crate::{cli::Flags, config::duration, private};

/// What `keys` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
    /// The key file; else the one that the settings name
    #[arg(long, global = true, value_name = "FILE")]
    file: Option<PathBuf>,
    #[command(flatten)]
    flags: Flags,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Makes a key file with one active key
    Generate,
    #[command(flatten)]
    Change(Change),
    /// Shows the keys, without their secrets
    List,
}

#[derive(Debug, Subcommand)]
enum Change {
    /// Adds a key that opens, and does not seal yet
    Add,
    /// Lets a key seal, ten minutes after it was added
    Activate {
        /// The key's id, as `list` shows it
        id: KeyId,
    },
    /// Erases a key, once nothing that it sealed can come back
    Retire {
        /// The key's id, as `list` shows it
        id: KeyId,
    },
    /// Replaces all keys at once, because they leaked; whoever is in a ceremony starts again
    Rotate {
        /// Really at once: `add`, `activate` and `retire` are the way that nobody notices
        #[arg(long, required = true)]
        now: bool,
    },
}

/// Changes the key file, or shows it.
pub(crate) fn run(args: &Args, environment: &Environment, out: &mut dyn Write) -> anyhow::Result<()> {
    let path = match &args.file {
        Some(path) => path.clone(),
        None => args.flags.load()?.keys.file,
    };
    match &args.action {
        Action::Generate => generate(&path, environment, out),
        Action::List => {
            write!(out, "{}", listing::Listing { file: &KeyFile::read(&path)?, now: environment.now() })?;
            Ok(())
        }
        Action::Change(change) => {
            let mut file = KeyFile::read(&path)?;
            let done = apply(change, &mut file, environment)?;
            file.save(&path)?;
            writeln!(out, "{done}")?;
            Ok(())
        }
    }
}

fn generate(path: &Path, environment: &Environment, out: &mut dyn Write) -> anyhow::Result<()> {
    private::make_parent(path).with_context(|| format!("cannot make a directory for {}", path.display()))?;
    KeyFile::generate(environment.now(), environment.random()).write_new(path)?;
    writeln!(out, "made the key file {}; keep a copy where only you can read it", path.display())?;
    Ok(())
}

/// Changes the keys, and says what comes next.
fn apply(change: &Change, file: &mut KeyFile, environment: &Environment) -> Result<String, RotationError> {
    let now = environment.now();
    Ok(match change {
        Change::Add => {
            let id = file.add(now, environment.random())?;
            let wait = duration::text(KeyFile::ACCEPTED_BEFORE_ACTIVE);
            format!(
                "added key {id}; in {wait}, once every replica has this file, it can seal: `keystead keys activate {id}`"
            )
        }
        Change::Activate { id } => {
            file.activate(*id, now)?;
            let wait = duration::text(KeyFile::ACCEPTED_AFTER_ACTIVE);
            format!("key {id} seals from now on; the one before it can be retired in {wait}")
        }
        Change::Retire { id } => {
            file.retire(*id, now)?;
            format!("retired key {id}; its secret is erased")
        }
        Change::Rotate { .. } => {
            let id = file.rotate_now(now, environment.random())?;
            format!(
                "key {id} seals from now on and all others are erased; bring this file to every replica at once"
            )
        }
    })
}

#[cfg(test)]
mod tests;
