//! What can be asked, one file per noun.

mod api_key;
mod authenticator_model;
mod caller;
mod credential;
pub(crate) mod event;
pub(crate) mod exclusion;
pub(crate) mod export;
pub(crate) mod import;
pub(crate) mod instance;
pub(crate) mod login;
mod outcome;
mod purge;
pub(crate) mod registration;
mod relying_party;
pub(crate) mod request;
mod tenant;
mod tombstone;
mod user;
