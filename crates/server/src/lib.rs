//! The `keystead` binary as a library: configuration, wiring, commands, drain.
//!
//! [`serve::Serve`] starts a server in process, as tests do; [`cli::run`] is the command line. Nothing here is done per
//! request: the other rooms do that, this one tells them where, with what and for how long.

pub mod cli;
mod commands;
pub mod config;
pub mod dev;
pub mod logging;
mod private;
pub mod serve;
