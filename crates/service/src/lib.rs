//! Use cases: one read, the pure verdict of `domain` and `ceremony`, one transaction.
//!
//! Ids, time and random bytes are drawn here, once per request, and passed down. Closures given to `transact` capture
//! values and draw nothing, so that a retry writes the same rows.

mod admin;
mod admission;
mod call;
pub mod ceremony;
mod credentials;
mod directory;
pub mod environment;
mod error;
mod events;
mod instance;
mod jobs;
mod pages;
mod repeatable;
mod service;
mod signals;
mod users;

pub use admin::{CreateCaller, CreateRelyingParty, MintedApiKey, SetOrigins};
pub use call::Call;
pub use credentials::{CredentialAtRp, CredentialFilter};
pub use environment::Environment;
pub use error::{Error, Fault, Refused};
pub use events::ListEvents;
pub use jobs::Purged;
pub use keystead_ceremony::{assertion, registration};
pub use keystead_store::tally;
pub use pages::{Listed, PageRequest};
pub use service::{Service, Settings};
pub use signals::Signals;
pub use users::UpsertUser;
