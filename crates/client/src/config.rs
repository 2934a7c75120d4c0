use std::time::Duration;
use std::{env, fmt};

use crate::retry::Retry;

/// How to reach Keystead, and as whom. More fields may come: build it with `..Config::new(endpoint, api_key)`.
#[derive(Clone, Debug)]
pub struct Config {
    /// `host:port`, `http://host:port` or, with the feature `tls`, `https://host:port`.
    pub endpoint: String,
    /// The calling service's API key.
    pub api_key: ApiKey,
    /// How long a call may take, with all its attempts and the waits between them: 10 s unless set. At most an hour;
    /// longer is cut. The server has a limit of its own, which is lower.
    pub timeout: Duration,
    /// When and how often a call is tried again.
    pub retry: Retry,
}

impl Config {
    /// The usual deadline and retries.
    pub fn new(endpoint: impl Into<String>, api_key: impl Into<ApiKey>) -> Self {
        Self {
            endpoint: endpoint.into(),
            api_key: api_key.into(),
            timeout: Duration::from_secs(10),
            retry: Retry::default(),
        }
    }

    /// Takes the endpoint from `KEYSTEAD_ENDPOINT` and the API key from `KEYSTEAD_API_KEY`.
    ///
    /// # Errors
    /// [`ConfigError::Missing`] where one is not set or empty.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::from_variables(|name| env::var(name).ok())
    }

    fn from_variables(get: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let required = |variable| {
            let value = get(variable).filter(|value| !value.is_empty());
            value.ok_or(ConfigError::Missing { variable })
        };
        Ok(Self::new(required("KEYSTEAD_ENDPOINT")?, required("KEYSTEAD_API_KEY")?))
    }
}

/// The secret that authenticates the calling service: `ks_…`.
#[derive(Clone)]
pub struct ApiKey(String);

impl ApiKey {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for ApiKey {
    fn from(secret: String) -> Self {
        Self(secret)
    }
}

impl From<&str> for ApiKey {
    fn from(secret: &str) -> Self {
        Self(secret.to_owned())
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Why a [`Config`] is of no use. None of them repeats a value: the two are easily swapped, and one is a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// An environment variable is not set, or empty.
    #[error("the environment variable {variable} is not set")]
    Missing {
        /// Its name.
        variable: &'static str,
    },
    /// The endpoint is neither `host:port` nor a URL of that shape.
    #[error("the endpoint {problem}")]
    Endpoint {
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The API key does not begin with `ks_`, or has characters that no key has.
    #[error("the API key is not one: `ks_…` is expected")]
    ApiKey,
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "ks_01h455vb4pex5vsknk084sn02q_c2VjcmV0";

    #[test]
    fn api_key_does_not_show_in_debug() {
        let shown = format!("{:?}", Config::new("127.0.0.1:50051", SECRET));
        assert!(shown.contains("api_key: [redacted]") && !shown.contains(SECRET), "{shown}");
    }

    #[test]
    fn environment_gives_endpoint_and_api_key() {
        let config = Config::from_variables(|name| match name {
            "KEYSTEAD_ENDPOINT" => Some("keystead:50051".to_owned()),
            "KEYSTEAD_API_KEY" => Some(SECRET.to_owned()),
            _ => None,
        });
        let config = config.expect("both are set");
        assert_eq!((config.endpoint.as_str(), config.api_key.as_str()), ("keystead:50051", SECRET));
    }

    #[test]
    fn empty_variable_counts_as_not_set() {
        let config = Config::from_variables(|name| {
            Some(if name == "KEYSTEAD_API_KEY" { "" } else { "a:1" }.to_owned())
        });
        assert_eq!(config.expect_err("one is empty"), ConfigError::Missing { variable: "KEYSTEAD_API_KEY" });
    }
}
