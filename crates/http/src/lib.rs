//! Plain HTTP beside gRPC: what the public asks for by itself, and the playground of `serve --dev`.
//!
//! [`serve`] is the listener, with a [`Door`] in front of what it serves. [`public`] is `/.well-known/webauthn`, which browsers ask for without a page or a backend asking them to.
//!
//! The playground is one page on which a person creates passkeys, logs in with them and looks after them, while a developer
//! reads which RPCs his backend would call for that. It is also the example of how a web backend keeps a ceremony: its token
//! and the session binding travel in `HttpOnly` cookies, and no script ever sees them.

mod door;
mod fault;
#[cfg(test)]
mod fixture;
mod listener;
mod playground;
mod public;

pub use door::Door;
pub use listener::serve;
pub use playground::playground;
pub use public::public;
