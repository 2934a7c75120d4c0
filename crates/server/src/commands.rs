//! The commands, one file each: what it takes, and what it does. They write to `out` what their user asked for, and nothing
//! else.

pub(crate) mod admin;
pub(crate) mod check_config;
pub(crate) mod healthcheck;
pub(crate) mod keys;
pub(crate) mod migrate;
pub(crate) mod serve;
