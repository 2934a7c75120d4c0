//! Settings of the gRPC surface.

use std::time::Duration;

/// Limits that every call meets.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The deadline of a call that brings none. Default 10 s.
    pub default_deadline: Duration,
    /// The longest deadline: a later one is brought forward to it. Default 30 s.
    pub longest_deadline: Duration,
    /// How many calls may be in progress at once in this process; more are refused at once, not queued. Default 1024.
    pub most_concurrent_calls: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            default_deadline: Duration::from_secs(10),
            longest_deadline: Duration::from_secs(30),
            most_concurrent_calls: 1024,
        }
    }
}
