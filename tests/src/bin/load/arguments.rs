//! What is measured, and for how long.

use clap::{Parser, ValueEnum};

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
    /// How many users there are. At most 2,000 of them log in, spread over all.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    pub(crate) users: u64,
    /// How often server and floor are measured, in turn; medians count.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=99))]
    pub(crate) rounds: u32,
    /// Serves the floor on this database: what the tool starts itself for.
    #[arg(long, hide = true)]
    pub(crate) serve_floor: Option<String>,
}

/// A storage engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Engine {
    /// A file.
    Sqlite,
    /// A server of its own, with the durability it has by default.
    Mariadb,
}
