//! The harness of the end-to-end suite in `it/`: databases on every engine, the real binary, its processes and ports.
//!
//! The tools of the suite come with `tests/run`, which also starts the database servers. Everything here panics where
//! something it needs is missing: no test of this package is ever skipped.

pub mod binary;
pub mod database;
pub mod port;
pub mod process;

pub use database::{Database, Engine};
pub use process::Process;
