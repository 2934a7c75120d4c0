//! Plain HTTP beside gRPC: the playground of `serve --dev`.
//!
//! The playground is one page on which a person registers a passkey and logs in with it, while a developer reads which
//! RPCs his backend would call for that. It is also the example of how a web backend keeps a ceremony: its token and the
//! session binding travel in `HttpOnly` cookies, and no script ever sees them.

mod playground;

pub use playground::playground;
