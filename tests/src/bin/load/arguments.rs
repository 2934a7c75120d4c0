//! What is measured, and for how long.

use clap::{CommandFactory as _, Parser, ValueEnum, error::ErrorKind};

/// Measures logins against the floor.
#[derive(Debug, Parser)]
#[command(name = "load", about)]
pub(crate) struct Arguments {
    /// The storage engine.
    #[arg(long, value_enum, default_value = "sqlite")]
    pub(crate) engine: Engine,
    /// How long each measurement takes, in seconds.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(crate) seconds: u64,
    /// How many clients log in at the same time.
    #[arg(long, default_value_t = 32, value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub(crate) clients: u32,
    /// How many users there are, each with a passkey. Where they are more than 1,000, it is measured with 1,000 first. At most
    /// 2,000 of them log in, spread over all.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    pub(crate) users: u64,
    /// How often each server is measured, in turn; medians count.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=99))]
    pub(crate) rounds: u32,
    /// Drives so many logins before anything is timed, and says how much memory the server has after 10,000 and 100,000.
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    pub(crate) logins: Option<u64>,
    /// Measures a `SimpleWebAuthn` server beside it: only on MariaDB, and with Node 20.
    #[arg(long)]
    pub(crate) peer: bool,
    /// Fails where a goal is missed, and names it.
    #[arg(long)]
    pub(crate) check: bool,
    /// Serves the floor on this database: what the tool starts itself for.
    #[arg(long, hide = true)]
    pub(crate) serve_floor: Option<String>,
}

impl Arguments {
    /// Those of this process; it ends here where they make no sense.
    pub(crate) fn read() -> Self {
        let arguments = Self::parse();
        if arguments.peer && arguments.engine != Engine::Mariadb {
            let problem = "--peer needs --engine mariadb";
            Self::command().error(ErrorKind::ArgumentConflict, problem).exit();
        }
        arguments
    }
}

/// A storage engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Engine {
    /// A file.
    Sqlite,
    /// A server of its own, with the durability it has by default.
    Mariadb,
}
