//! One type per service of the API, one method per RPC.

mod admin;
mod ceremonies;
mod credentials;
mod events;
mod users;

pub use admin::Admin;
pub use ceremonies::Ceremonies;
pub use credentials::Credentials;
pub use events::Events;
pub use users::Users;

/// Makes the type of a service from a line per RPC. The last word of a line is its rule about repeats:
/// - `Always`: it changes nothing, or a repeat changes nothing more; also Start*, where a repeat is another ceremony;
/// - `WithRequestId`: the server answers a repeat with the first answer if the request carries a `request_id`.
///
/// A test holds the rules against what the proto files say.
macro_rules! service {
    (
        $(#[$service_doc:meta])*
        $service:ident, $module:ident::$stub:ident;
        $( $(#[$rpc_doc:meta])* $rpc:ident($request:ident) -> $response:ident, $rule:ident; )*
    ) => {
        $(#[$service_doc])*
        #[derive(Clone, Debug)]
        pub struct $service {
            connection: $crate::connection::Connection,
        }

        impl $service {
            pub(crate) fn new(connection: $crate::connection::Connection) -> Self {
                Self { connection }
            }

            $(
                $(#[$rpc_doc])*
                ///
                /// # Errors
                /// Every [`Error`](crate::Error); the reasons stand at the RPC in the proto file.
                pub async fn $rpc(
                    &self,
                    request: $crate::v1::$request,
                ) -> Result<$crate::v1::$response, $crate::Error> {
                    let repeatable = $crate::services::is_repeatable!($rule, request);
                    let send = |channel, request| async move {
                        $crate::v1::$module::$stub::new(channel).$rpc(request).await
                    };
                    self.connection.call(request, repeatable, send).await
                }
            )*

            /// Each RPC and its rule, for the test that compares them with the proto files.
            #[cfg(test)]
            pub(super) const RULES: &[(&str, &str)] = &[$((stringify!($rpc), stringify!($rule))),*];
        }
    };
}

macro_rules! is_repeatable {
    (Always, $request:ident) => {
        true
    };
    (WithRequestId, $request:ident) => {
        !$request.request_id.is_empty()
    };
}

use {is_repeatable, service};

#[cfg(test)]
mod tests;
