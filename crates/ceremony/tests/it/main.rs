//! Whole responses against whole rules, through the public API.
#![expect(clippy::unwrap_used, reason = "builders of test data may panic")]

mod algorithms;
mod assertion;
mod attestation;
mod conditional;
mod decoy;
mod digest;
mod key;
mod oracle;
mod registration;
mod response;
mod robustness;
mod shape;
mod w3c;
