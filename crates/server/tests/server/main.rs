//! The server in process, and the binary where a process is the point.
#![expect(clippy::unwrap_used, reason = "what tests are made of may panic")]

mod admin;
mod command_line;
mod dev;
mod drain;
mod import;
mod operating;
mod place;
mod public;
mod readiness;
mod reflection;
