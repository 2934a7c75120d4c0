//! The `keystead` binary; everything is in the library.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    keystead_server::cli::run().await
}
