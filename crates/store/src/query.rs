//! What can be asked, one file per noun.

mod api_key;
mod authenticator_model;
mod caller;
mod credential;
mod credential_state;
pub(crate) mod event;
pub(crate) mod exclusion;
pub(crate) mod export;
pub(crate) mod import;
pub(crate) mod instance;
pub(crate) mod login;
pub(crate) mod named;
mod outcome;
mod purge;
pub(crate) mod registration;
mod registration_profile;
mod relying_party;
pub(crate) mod request;
pub(crate) mod signal;
mod tenant;
mod tombstone;
mod user;

use uuid::Uuid;

/// What rows were made of, by when the rows were made. For the database it would be a sort of all that the rows have.
fn oldest_first<T>(mut rows: Vec<(i64, Uuid, T)>) -> Vec<T> {
    rows.sort_unstable_by_key(|(created_at, id, _)| (*created_at, *id));
    rows.into_iter().map(|(_, _, value)| value).collect()
}
