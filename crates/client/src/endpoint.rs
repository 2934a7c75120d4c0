//! From the text of an endpoint to a channel that connects when it is first used.

use std::time::Duration;

use tonic::transport::{Channel, Endpoint, Uri};

use crate::config::ConfigError;

/// A server that does not answer a SYN is away; the deadline of a call must leave room for another attempt.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// A connection that died silently (a NAT that forgot it, a node that vanished) is noticed within their sum.
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(30);
const KEEP_ALIVE_TIMEOUT: Duration = Duration::from_secs(10);

pub(crate) fn connect_lazily(endpoint: &str) -> Result<Channel, ConfigError> {
    let endpoint = with_transport_security(Endpoint::from(uri(endpoint)?))?
        .user_agent(concat!("keystead-client/", env!("CARGO_PKG_VERSION")))
        .map_err(|_| unusable("cannot be used"))?
        .connect_timeout(CONNECT_TIMEOUT)
        .http2_keep_alive_interval(KEEP_ALIVE_INTERVAL)
        .keep_alive_timeout(KEEP_ALIVE_TIMEOUT)
        .keep_alive_while_idle(true);
    Ok(endpoint.connect_lazy())
}

fn unusable(problem: &'static str) -> ConfigError {
    ConfigError::Endpoint { problem }
}

/// A path is refused rather than ignored, which is all a gRPC channel could do with it.
fn uri(endpoint: &str) -> Result<Uri, ConfigError> {
    let url = if endpoint.contains("://") { endpoint.to_owned() } else { format!("http://{endpoint}") };
    let uri: Uri = url.parse().map_err(|_| unusable("is neither host:port nor a URL"))?;
    if !matches!(uri.scheme_str(), Some("http" | "https")) {
        return Err(unusable("has a scheme that is neither http nor https"));
    }
    if uri.path() != "/" || uri.query().is_some() {
        return Err(unusable("has a path or query; only host and port are of use"));
    }
    Ok(uri)
}

#[cfg(feature = "tls")]
fn with_transport_security(endpoint: Endpoint) -> Result<Endpoint, ConfigError> {
    if endpoint.uri().scheme_str() != Some("https") {
        return Ok(endpoint);
    }
    let tls = tonic::transport::ClientTlsConfig::new().with_native_roots();
    endpoint.tls_config(tls).map_err(|_| unusable("is https and this machine has no root certificates"))
}

#[cfg(not(feature = "tls"))]
fn with_transport_security(endpoint: Endpoint) -> Result<Endpoint, ConfigError> {
    if endpoint.uri().scheme_str() == Some("https") {
        return Err(unusable("is https: build keystead-client with the feature `tls`"));
    }
    Ok(endpoint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_and_port_are_a_plaintext_url() {
        for endpoint in ["127.0.0.1:50051", "[::1]:50051", "keystead.svc:50051", "http://localhost:50051/"] {
            let uri = uri(endpoint).expect(endpoint);
            assert_eq!((uri.scheme_str(), uri.path()), (Some("http"), "/"), "{endpoint}");
            assert!(uri.port().is_some(), "{endpoint}");
        }
    }

    #[test]
    fn https_url_keeps_its_scheme() {
        assert_eq!(uri("https://keystead.example").expect("a URL").scheme_str(), Some("https"));
    }

    #[test]
    fn endpoints_that_could_not_be_meant_are_refused() {
        for endpoint in
            ["", "two words", "ftp://keystead:21", "http://keystead:50051/api", "keystead:50051?tls"]
        {
            assert!(matches!(uri(endpoint), Err(ConfigError::Endpoint { .. })), "{endpoint:?}");
        }
    }

    #[cfg(not(feature = "tls"))]
    #[test]
    fn https_is_refused_where_it_would_be_sent_in_the_clear() {
        let error = connect_lazily("https://keystead.example").expect_err("no TLS in this build");
        assert!(error.to_string().contains("feature `tls`"), "{error}");
    }
}
