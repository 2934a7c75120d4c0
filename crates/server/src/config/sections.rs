//! The sections of the settings, with their defaults.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use super::{DatabaseUrl, duration};

/// Where data lives unless a setting says otherwise.
const DEFAULT_DIR: &str = ".keystead";

/// `[server]`: the gRPC listener, its limits and how it stops.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// Where gRPC listens. Port 0: any free one.
    pub listen: SocketAddr,
    /// The deadline of a call that brings none.
    #[serde(with = "duration")]
    pub default_deadline: Duration,
    /// The longest deadline: a later one is brought forward to it.
    #[serde(with = "duration")]
    pub max_deadline: Duration,
    /// The largest header list of a request (RFC 9113 §6.5.2), in bytes.
    pub max_header_bytes: u32,
    /// Most open calls of one connection.
    pub max_concurrent_streams: u32,
    /// Most calls in progress at once; more are refused at once, not queued.
    pub max_concurrent_calls: u32,
    /// After this age a connection is asked to close, so that clients spread over replicas.
    #[serde(with = "duration")]
    pub max_connection_age: Duration,
    /// How long a connection is quiet before it is asked whether it is alive.
    #[serde(with = "duration")]
    pub keepalive_interval: Duration,
    /// How long that answer may take before the connection is closed.
    #[serde(with = "duration")]
    pub keepalive_timeout: Duration,
    /// How often readiness is asked of the database and the keys.
    #[serde(with = "duration")]
    pub readiness_interval: Duration,
    /// On a stop: how long `NOT_SERVING` is reported before the listener closes, so that load balancers notice.
    #[serde(with = "duration")]
    pub drain_delay: Duration,
    /// On a stop: how long calls in flight may take from then on.
    #[serde(with = "duration")]
    pub drain_timeout: Duration,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 50051)),
            default_deadline: Duration::from_secs(10),
            max_deadline: Duration::from_secs(30),
            max_header_bytes: 16 * 1024,
            max_concurrent_streams: 1024,
            max_concurrent_calls: 1024,
            max_connection_age: Duration::from_mins(5),
            keepalive_interval: Duration::from_secs(30),
            keepalive_timeout: Duration::from_secs(10),
            readiness_interval: Duration::from_secs(2),
            drain_delay: Duration::from_secs(5),
            drain_timeout: Duration::from_secs(20),
        }
    }
}

/// `[http]`: the public HTTP listener.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Http {
    /// Where HTTP listens: what browsers ask for by themselves, and in `--dev` the playground. `None`: nowhere, but in `--dev`
    /// at [`Self::DEVELOPMENT`]. Port 0: any free one.
    pub listen: Option<SocketAddr>,
}

impl Http {
    /// Where HTTP listens in development unless a setting says otherwise.
    pub const DEVELOPMENT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);
}

/// `[data]`: where files live that have no place of their own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Data {
    /// The directory.
    pub dir: PathBuf,
}

impl Default for Data {
    fn default() -> Self {
        Self { dir: DEFAULT_DIR.into() }
    }
}

/// `[database]`: the database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Database {
    /// Where it is.
    pub url: DatabaseUrl,
    /// Most connections of this process to MariaDB or MySQL; SQLite has a fixed number.
    pub max_connections: u32,
    /// How long a request waits for a connection before it is answered UNAVAILABLE.
    #[serde(with = "duration")]
    pub acquire_timeout: Duration,
    /// How many transactions that wait for SQLite's writer are committed together; with 1 each commits alone.
    pub most_per_commit: u32,
}

impl Default for Database {
    fn default() -> Self {
        Self {
            url: DatabaseUrl::sqlite_file(&Path::new(DEFAULT_DIR).join("keystead.db")),
            max_connections: 16,
            acquire_timeout: Duration::from_secs(2),
            most_per_commit: 32,
        }
    }
}

/// `[keys]`: the root keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Keys {
    /// The key file, as `keystead keys` writes it.
    pub file: PathBuf,
}

impl Default for Keys {
    fn default() -> Self {
        Self { file: Path::new(DEFAULT_DIR).join("keys.toml") }
    }
}

/// `[directory]`: the cache of configuration (tenants, relying parties, callers and their keys).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Directory {
    /// How old what it answers may be; 0 reads every time. A revoked API key works this much longer at most.
    #[serde(with = "duration")]
    pub max_age: Duration,
}

impl Default for Directory {
    fn default() -> Self {
        Self { max_age: Duration::from_secs(5) }
    }
}

/// `[retention]`: how long records are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Retention {
    /// Outcomes of ceremonies, past their ceremony's expiry.
    #[serde(with = "duration")]
    pub outcomes: Duration,
    /// Events.
    #[serde(with = "duration")]
    pub events: Duration,
    /// Credentials after they were revoked; then they are erased, and only a hash of the id stays.
    #[serde(with = "duration")]
    pub revoked: Duration,
    /// How often what is older is deleted.
    #[serde(with = "duration")]
    pub purge_interval: Duration,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            outcomes: Duration::from_hours(24),
            events: Duration::from_hours(400 * 24),
            revoked: Duration::from_hours(400 * 24),
            purge_interval: Duration::from_mins(10),
        }
    }
}

/// `[reflection]`: gRPC server reflection, which lets grpcurl find its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Reflection {
    /// Whether it answers.
    pub enabled: bool,
}

impl Default for Reflection {
    fn default() -> Self {
        Self { enabled: true }
    }
}
