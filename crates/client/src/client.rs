use std::time::Duration;

use tonic::transport::Channel;

use crate::config::{Config, ConfigError};
use crate::connection::Connection;
use crate::endpoint;
use crate::services::{Admin, Ceremonies, Credentials, Events, Users};

/// A connection to Keystead as one calling service. Cheap to clone; clones share the connection.
#[derive(Clone, Debug)]
pub struct Client {
    connection: Connection,
}

impl Client {
    /// Connects when the first call is made, and again whenever the connection was lost. An unreachable server shows at
    /// the calls, not here.
    ///
    /// # Errors
    /// [`ConfigError::Endpoint`] and [`ConfigError::ApiKey`], where they cannot be ones.
    ///
    /// # Panics
    /// Outside a Tokio runtime.
    pub fn connect(config: Config) -> Result<Self, ConfigError> {
        Self::over(endpoint::connect_lazily(&config.endpoint)?, config)
    }

    /// [`Client::connect`] to what `KEYSTEAD_ENDPOINT` and `KEYSTEAD_API_KEY` say.
    ///
    /// # Errors
    /// Also [`ConfigError::Missing`] where one of them is not set.
    ///
    /// # Panics
    /// Outside a Tokio runtime.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::connect(Config::from_env()?)
    }

    /// Uses a channel that is there already: over a Unix socket, with a client certificate, balanced over addresses. The
    /// endpoint of `config` is not used.
    ///
    /// # Errors
    /// [`ConfigError::ApiKey`] where it cannot be one.
    pub fn over(channel: Channel, config: Config) -> Result<Self, ConfigError> {
        Ok(Self { connection: Connection::new(channel, config)? })
    }

    /// The same client with another deadline for its calls, at most an hour.
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        Self { connection: self.connection.with_timeout(timeout) }
    }

    /// Registrations and logins.
    #[must_use]
    pub fn ceremonies(&self) -> Ceremonies {
        Ceremonies::new(self.connection.clone())
    }

    /// The credentials of users.
    #[must_use]
    pub fn credentials(&self) -> Credentials {
        Credentials::new(self.connection.clone())
    }

    /// Users.
    #[must_use]
    pub fn users(&self) -> Users {
        Users::new(self.connection.clone())
    }

    /// Tenants, relying parties, callers and their keys.
    #[must_use]
    pub fn admin(&self) -> Admin {
        Admin::new(self.connection.clone())
    }

    /// What happened.
    #[must_use]
    pub fn events(&self) -> Events {
        Events::new(self.connection.clone())
    }
}
