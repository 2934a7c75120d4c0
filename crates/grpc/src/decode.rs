//! Messages become calls and commands of domain newtypes. What no command can be made of is reported field by field, all
//! of it at once.

pub(crate) mod admin;
pub(crate) mod ceremony;
mod client;
pub(crate) mod credentials;
pub(crate) mod events;
mod fields;
mod shared;
#[cfg(test)]
mod tests;
pub(crate) mod users;
mod webauthn;

use keystead_service::Call;

pub(crate) use self::fields::Violations;
use self::fields::{Fields, Noted};

/// A call and what it asks for.
type Decoded<Command> = Result<(Call, Command), Violations>;
