//! The log: one line per event on standard error.

use std::{
    io::{self, IsTerminal},
    panic::{self, PanicHookInfo},
    thread,
};

use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::config::{Level, Log, LogFormat};

/// Starts the log of this process; once. From then on panics are lines of it too.
///
/// # Errors
/// The process has one already.
pub fn start(settings: &Log) -> anyhow::Result<()> {
    let registry = tracing_subscriber::registry().with(EnvFilter::try_new(filter(settings.level))?);
    match settings.format {
        LogFormat::Json => {
            let lines = fmt::layer().json().flatten_event(true).with_span_list(false);
            registry.with(lines.with_writer(io::stderr)).try_init()?;
        }
        LogFormat::Human => {
            let lines = fmt::layer().with_target(false).with_ansi(io::stderr().is_terminal());
            registry.with(lines.with_writer(io::stderr)).try_init()?;
        }
    }
    panic::set_hook(Box::new(log_panic));
    Ok(())
}

/// Where it happened, and never with which words: they may quote what was handled, and Rust's own hook writes them to
/// standard error, which is the log.
fn log_panic(panic: &PanicHookInfo<'_>) {
    let thread = thread::current();
    tracing::error!(
        thread = thread.name().unwrap_or("unnamed"),
        location = panic.location().map(tracing::field::display),
        "panicked"
    );
}

/// Only Keystead's own lines follow the level. What others write below `warn` may show a frame, a header or a statement,
/// and with them a secret; the two HTTP libraries write such lines at any level. What judges attestations quotes what it is sent,
/// as errors: who sends it is told why it was refused, and the event keeps the reason.
fn filter(level: Level) -> String {
    let others = if level == Level::Error { Level::Error } else { Level::Warn };
    format!(
        "{},keystead={},h2=off,hyper=off,webauthn_rs_core=off,webauthn_attestation_ca=off,crypto_glue=off",
        others.as_str(),
        level.as_str()
    )
}

#[cfg(test)]
mod tests {
    use std::{env, process::Command};

    use super::*;

    /// Set in the process that is to panic.
    const PANICS: &str = "KEYSTEAD_TEST_PANICS";

    /// In a process of its own: the log and the hook are the process's, and the other tests have none.
    #[test]
    fn a_panic_is_logged_with_its_place_and_without_its_words() {
        if env::var_os(PANICS).is_some() {
            start(&Log::default()).unwrap();
            let worker = thread::Builder::new().name("worker-7".to_owned());
            worker.spawn(|| panic!("cannot handle {}", "ks_secret")).unwrap().join().unwrap_err();
            return;
        }
        let this = "logging::tests::a_panic_is_logged_with_its_place_and_without_its_words";
        let output = Command::new(env::current_exe().unwrap())
            .args(["--exact", this, "--nocapture"])
            .env(PANICS, "yes")
            .output()
            .unwrap();
        let (log, rest) =
            (String::from_utf8(output.stderr).unwrap(), String::from_utf8(output.stdout).unwrap());
        assert!(output.status.success() && rest.contains("1 passed"), "{rest}{log}");
        for known in ["panicked", "worker-7", "src/logging.rs:", "\"level\":\"ERROR\""] {
            assert!(log.contains(known), "{known} is missing: {log}");
        }
        assert!(!log.contains("cannot handle") && !log.contains("ks_secret"), "{log}");
    }

    #[test]
    fn others_are_never_heard_below_warn() {
        for level in [Level::Warn, Level::Info, Level::Debug, Level::Trace] {
            let filter = EnvFilter::try_new(filter(level)).unwrap().to_string();
            assert!(filter.split(',').any(|directive| directive == "warn"), "{filter}");
            assert!(filter.contains(&format!("keystead={}", level.as_str())), "{filter}");
        }
        assert!(filter(Level::Error).starts_with("error,"));
    }

    #[test]
    fn what_quotes_the_bytes_of_strangers_is_never_heard() {
        for level in [Level::Error, Level::Warn, Level::Info, Level::Debug, Level::Trace] {
            let filter = EnvFilter::try_new(filter(level)).unwrap();
            tracing::subscriber::with_default(tracing_subscriber::registry().with(filter), || {
                assert!(tracing::enabled!(target: "keystead_service", tracing::Level::ERROR));
                assert!(tracing::enabled!(target: "sqlx::query", tracing::Level::ERROR));
                assert!(!tracing::enabled!(target: "webauthn_rs_core::attestation", tracing::Level::ERROR));
                assert!(!tracing::enabled!(target: "webauthn_attestation_ca", tracing::Level::ERROR));
                assert!(!tracing::enabled!(target: "crypto_glue::x509::chain", tracing::Level::ERROR));
            });
        }
    }
}
