//! The tables, one entity each, and how their rows read as the domain's types.

pub(crate) mod api_key;
pub(crate) mod authenticator_model;
pub(crate) mod caller;
pub(crate) mod ceremony_outcome;
pub(crate) mod credential;
pub(crate) mod credential_tombstone;
pub(crate) mod event;
pub(crate) mod instance;
pub(crate) mod registration_profile;
pub(crate) mod relying_party;
pub(crate) mod request;
pub(crate) mod tenant;
pub(crate) mod user;
pub(crate) mod user_handle;
