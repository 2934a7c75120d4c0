//! The command line.

mod flags;

use std::{io, process::ExitCode};

use clap::{Parser, Subcommand};
pub(crate) use flags::Flags;
use keystead_service::Environment;

use crate::commands::{admin, check_config, healthcheck, keys, migrate, serve};

/// Passkeys for a login that already exists.
#[derive(Debug, Parser)]
#[command(name = "keystead", version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves gRPC until told to stop (SIGTERM, SIGINT)
    Serve(serve::Args),
    /// Brings the database's schema up to date
    Migrate(Flags),
    /// Prints the settings that `serve` with the same flags would use, without passwords
    CheckConfig(serve::Args),
    /// Asks a running server whether it can serve; the exit code tells
    Healthcheck(healthcheck::Args),
    /// Makes and rotates root keys, in a file
    Keys(keys::Args),
    /// Sets things up in the database itself, without a running server
    Admin(admin::Args),
}

/// Runs the command that the process was started with.
///
/// The exit code is 0 where it did what it should, 1 where not (the reason is on standard error), and 2 where the command
/// line is wrong, or an import refused rows.
pub async fn run() -> ExitCode {
    let environment = Environment::system();
    let out = &mut io::stdout();
    let done = match Cli::parse().command {
        Command::Admin(args) => return code(admin::run(args, environment, out).await),
        Command::Serve(args) => serve::run(args, environment, out).await,
        Command::Migrate(flags) => migrate::run(&flags, out).await,
        Command::CheckConfig(args) => check_config::run(&args, out),
        Command::Healthcheck(args) => healthcheck::run(&args, out).await,
        Command::Keys(args) => keys::run(&args, &environment, out),
    };
    code(done.map(|()| ExitCode::SUCCESS))
}

fn code(done: anyhow::Result<ExitCode>) -> ExitCode {
    done.unwrap_or_else(|error| {
        eprintln!("keystead: {error:#}");
        ExitCode::FAILURE
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
