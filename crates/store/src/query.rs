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

#[cfg(test)]
mod plans;

use keystead_domain::CredentialState;
use sea_orm::{
    ColumnTrait,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use crate::entity::credential::{Column, Entity};

/// That a credential is not revoked.
fn not_revoked() -> Expr {
    Column::State.ne(i16::from(CredentialState::Revoked.number()))
}

/// That a credential is in one of these states, where few are asked for, such as a user's. It is computed, so that no index over
/// the state offers itself: SQLite, which has no statistics, would walk all of the tenant's credentials in these states.
fn in_states(states: impl IntoIterator<Item = CredentialState>) -> Expr {
    let numbers = states.into_iter().map(|state| i16::from(state.number()));
    Expr::col((Entity, Column::State)).add(0).is_in(numbers)
}

/// What rows were made of, by when the rows were made. For the database it would be a sort of all that the rows have.
fn oldest_first<T>(mut rows: Vec<(i64, Uuid, T)>) -> Vec<T> {
    rows.sort_unstable_by_key(|(created_at, id, _)| (*created_at, *id));
    rows.into_iter().map(|(_, _, value)| value).collect()
}
