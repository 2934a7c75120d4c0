//! The client: channel, deadlines, retries where safe, credentials, typed refusals.
