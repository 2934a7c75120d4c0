//! Admission: who calls, and whether he may use this RPC. It answers before the body of the request is read, so that
//! nobody learns from a BadRequest what he may not ask.

use std::{sync::Arc, time::Duration};

use http::{HeaderMap, HeaderValue, header::AUTHORIZATION};
use keystead_domain::Caller;
use keystead_service::Service;
use tonic::Status;

use crate::{grants::Rpc, status};

/// What a call presents as its key. It is taken out of the headers and goes no further than the layers.
pub(super) struct Presented(Option<HeaderValue>);

impl Presented {
    pub(super) fn take(headers: &mut HeaderMap) -> Self {
        Self(headers.remove(AUTHORIZATION))
    }

    /// The caller, where the key works.
    pub(super) async fn caller(&self, use_cases: &Service) -> Result<Arc<Caller>, Status> {
        let key = self.0.as_ref().and_then(|value| bearer(value.to_str().ok()?));
        use_cases.authenticate(key).await.map_err(status::of)
    }
}

/// Whether the caller has the grant that the RPC needs.
pub(super) fn may_use(caller: &Caller, rpc: &Rpc) -> Result<(), Status> {
    if caller.may(rpc.grant) { Ok(()) } else { Err(status::not_allowed(rpc.grant)) }
}

/// Looks at the caller of a stream again and again, and ends when he would not be admitted any more. Where nobody can tell
/// within `limit`, the database is busy or away: that is forgiven once, and the second time in a row he is not admitted.
pub(super) async fn until_refused(
    use_cases: &Service,
    rpc: &Rpc,
    presented: &Presented,
    look_again: Duration,
    limit: Duration,
) -> Status {
    let mut is_sure = true;
    loop {
        tokio::time::sleep(look_again).await;
        let looking = async { may_use(&*presented.caller(use_cases).await?, rpc) };
        match status::within(limit, looking).await {
            Ok(()) => is_sure = true,
            Err(fault) if is_sure && status::is_fault(&fault) => is_sure = false,
            Err(refused) => return refused,
        }
    }
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
