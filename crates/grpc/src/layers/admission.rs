//! Admission: who calls, and whether he may use this RPC. It answers before the body of the request is read, so that
//! nobody learns from a BadRequest what he may not ask.

use std::sync::Arc;

use http::{HeaderMap, header::AUTHORIZATION};
use keystead_domain::Caller;
use keystead_service::Service;
use tonic::Status;

use super::summary::Facts;
use crate::{grants::Rpc, status};

/// The caller, where his key works and he has the grant. The key goes no further: the header is taken out.
pub(super) async fn admit(
    use_cases: &Service,
    rpc: &Rpc,
    facts: &Facts,
    headers: &mut HeaderMap,
) -> Result<Arc<Caller>, Status> {
    let authorization = headers.remove(AUTHORIZATION);
    let presented = authorization.as_ref().and_then(|value| bearer(value.to_str().ok()?));
    let caller = use_cases.authenticate(presented).await.map_err(status::of)?;
    facts.found(caller.id);
    if caller.may(rpc.grant) { Ok(caller) } else { Err(status::not_allowed(rpc.grant)) }
}

/// The token of `Bearer TOKEN`; the scheme's case does not matter (RFC 9110 §11.1).
fn bearer(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim_start_matches(' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_bearer_scheme_presents_a_key() {
        for (authorization, presented) in [
            ("Bearer ks_1", Some("ks_1")),
            ("bearer ks_1", Some("ks_1")),
            ("BEARER  ks_1", Some("ks_1")),
            ("Basic ks_1", None),
            ("ks_1", None),
            ("Bearer", None),
            ("", None),
        ] {
            assert_eq!(bearer(authorization), presented, "{authorization}");
        }
    }
}
