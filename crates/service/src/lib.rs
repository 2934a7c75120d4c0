//! Use cases: one read, the pure verdict of `domain` and `ceremony`, one transaction.
//!
//! Ids, time and random bytes are drawn here, once per request, and passed down. Closures given to `transact` capture
//! values and draw nothing, so that a retry writes the same rows.

mod admin;
mod admission;
mod call;
mod catalogue;
pub mod ceremony;
mod credentials;
mod directory;
pub mod environment;
mod error;
mod events;
mod export;
#[cfg(test)]
mod fixture;
mod import;
mod instance;
mod jobs;
mod lockout;
mod pages;
mod related_origins;
mod repeatable;
mod service;
mod shown;
mod signals;
mod users;

pub use admin::{
    CreateCaller, CreateRegistrationProfile, CreateRelyingParty, ListedProfile, MintedApiKey, ProfileFilter,
    ProfilePreview, RelyingPartyChange, SetOrigins,
};
pub use call::Call;
pub use credentials::{CredentialFilter, Managed, Taking};
pub use environment::Environment;
pub use error::{Error, Fault, Refused};
pub use events::ListEvents;
pub use export::{ExportFilter, ExportPage, Exported};
pub use import::{Batch, Import, ImportOptions, ImportRow, RefusedRow, UnknownUserVerification};
pub use jobs::Purged;
pub use keystead_ceremony::{
    assertion,
    import::{Format as ImportFormat, Record as ImportRecord, Refused as RefusedRecord},
    registration,
};
pub use keystead_store::tally;
pub use pages::{Listed, PageRequest};
pub use service::{Service, Settings};
pub use shown::{CredentialAtRp, Provider};
pub use signals::Signals;
pub use users::{SetLifecycle, UpsertUser};
