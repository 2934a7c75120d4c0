//! The log: one line per event on standard error.

use std::io::{self, IsTerminal};

use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::config::{Level, Log, LogFormat};

/// Starts the log of this process; once.
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
    Ok(())
}

/// Only Keystead's own lines follow the level. What others write below `warn` may show a frame, a header or a statement,
/// and with them a secret; the two HTTP libraries write such lines at any level.
fn filter(level: Level) -> String {
    let others = if level == Level::Error { Level::Error } else { Level::Warn };
    format!("{},keystead={},h2=off,hyper=off", others.as_str(), level.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_are_never_heard_below_warn() {
        for level in [Level::Warn, Level::Info, Level::Debug, Level::Trace] {
            let filter = EnvFilter::try_new(filter(level)).unwrap().to_string();
            assert!(filter.split(',').any(|directive| directive == "warn"), "{filter}");
            assert!(filter.contains(&format!("keystead={}", level.as_str())), "{filter}");
        }
        assert!(filter(Level::Error).starts_with("error,"));
    }
}
