//! `keystead check-config`.

use std::io::Write;

use super::serve;

/// Prints the effective settings, as a file that could be read again but for the password.
pub(crate) fn run(args: &serve::Args, out: &mut dyn Write) -> anyhow::Result<()> {
    let settings = args.sources().load()?;
    write!(out, "{}", settings.to_redacted_toml()?)?;
    Ok(())
}
