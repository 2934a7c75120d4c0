//! The load tool: full logins, with real signatures, against the real server process; and beside it, in the same run, the
//! *floor*: the least that a server of the same kind can do for a login. What is claimed to be fast is a ratio of the two.
//!
//! ```text
//! cargo run --release -p keystead-tests --bin load -- --engine sqlite|mariadb [--seconds N] [--clients N] [--users N]
//!     [--rounds N] [--logins N] [--peer] [--check]
//! ```

mod arguments;
mod commits;
mod door;
mod engine;
mod filling;
mod floor;
mod goals;
mod machine;
mod measured;
mod memory;
mod peer;
mod people;
mod progress;
mod report;
mod run;
mod stage;
mod subject;
mod told;
mod traffic;

use std::process::ExitCode;

use arguments::Arguments;

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let arguments = Arguments::read();
    if let Some(url) = &arguments.serve_floor {
        runtime.block_on(floor::serve(url));
        return ExitCode::SUCCESS;
    }
    runtime.block_on(run::run(&arguments))
}
