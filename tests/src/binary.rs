//! The binary under test.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

/// The `keystead` binary: the one that `KEYSTEAD_BIN` names, else built here, once, optimised where its caller is.
///
/// # Panics
/// When there is no file of that name, or it does not build.
pub fn keystead() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| match env::var_os("KEYSTEAD_BIN") {
        Some(named) => {
            let binary = PathBuf::from(named);
            assert!(binary.is_file(), "KEYSTEAD_BIN: there is no {}", binary.display());
            binary
        }
        None => build(),
    })
}

/// Builds the server alone, as a user does: with the tests' own dependencies beside it, it might get features from them
/// that it lacks by itself.
fn build() -> PathBuf {
    let profile = if cfg!(debug_assertions) { "dev" } else { "release" };
    let output = Command::new(env!("CARGO"))
        .args(["build", "--package", "keystead-server", "--profile", profile])
        .args(["--message-format", "json-render-diagnostics"])
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "the server does not build");
    let messages = String::from_utf8(output.stdout).expect("cargo speaks UTF-8");
    let executable = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .find_map(|message| message["executable"].as_str().map(PathBuf::from));
    executable.expect("cargo names the binary it built")
}
