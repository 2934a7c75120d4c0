//! The section of the log.

use serde::{Deserialize, Serialize};

/// `[log]`: the log, on standard error.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// Least level of Keystead's own lines; other libraries are heard from `warn` on.
    pub level: Level,
    /// How a line is written.
    pub format: LogFormat,
}

/// A level of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", try_from = "String")]
pub enum Level {
    /// Faults that need a person.
    Error,
    /// What may become one.
    Warn,
    /// One line per call, and what happens rarely.
    #[default]
    Info,
    /// How it came about.
    Debug,
    /// Every step.
    Trace,
}

impl Level {
    const ALL: [Self; 5] = [Self::Error, Self::Warn, Self::Info, Self::Debug, Self::Trace];

    /// The name, as it is written in the settings.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}

impl TryFrom<String> for Level {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        let named = Self::ALL.into_iter().find(|level| level.as_str() == text);
        named.ok_or("must be `error`, `warn`, `info`, `debug` or `trace`")
    }
}

/// How a line of the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", try_from = "String")]
pub enum LogFormat {
    /// One JSON object.
    #[default]
    Json,
    /// For people.
    Human,
}

impl TryFrom<String> for LogFormat {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        match text.as_str() {
            "json" => Ok(Self::Json),
            "human" => Ok(Self::Human),
            _ => Err("must be `json` or `human`"),
        }
    }
}
