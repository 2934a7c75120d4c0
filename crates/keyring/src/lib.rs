//! Everything that touches a secret's bytes: root keys, sealed tokens, digests, API keys.
//!
//! A [`Keyring`] seals bytes into opaque text and opens them again; it does not know what the bytes mean. Its root keys
//! come from a [`key_file`], which operators rotate. Time and random bytes are arguments; [`random`] is only for whoever
//! draws the bytes.

pub mod api_key;
mod context;
pub mod decoy;
pub mod digest;
pub mod key_file;
mod keyring;
pub mod random;
mod sealed_box;
mod secret;
mod token;
mod utc;

pub use context::{Context, Purpose};
pub use key_file::Error as KeyringError;
pub use keyring::{Keyring, SealError, UnsealError};
