//! The tonic services: decode a message into a command, call the use case, encode its value.
//!
//! [`routes`] gives the five services of `keystead.v1`, each behind the same layers. A call meets, in this
//! order, its log line, the net under panics, its deadline, the limit of calls at once, and admission, which knows the
//! grant each RPC needs; only then is its body read. Services that others add beside (health, reflection) meet none of
//! this.
//!
//! [`starting`] is the answer of a server that cannot serve yet.
//!
//! Errors leave through one door, `status`: a reason becomes a code, texts and details there and nowhere else.

mod admin;
mod api;
mod arrival;
mod ceremony;
mod credentials;
mod decode;
mod encode;
mod events;
mod grants;
mod layers;
mod settings;
mod status;
#[cfg(test)]
mod tests;
mod users;

pub use api::routes;
pub use settings::Settings;
pub use status::starting;
