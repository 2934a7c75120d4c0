//! Who may use the playground's interface: its own page, opened on this machine.
//!
//! The interface acts for everybody in the tenant and asks for no credential, so that any page the developer has open
//! could use it if it were let in. A browser says truthfully where a request comes from; what says nothing is not let in.

use std::net::IpAddr;

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Turns away what does not come from the playground's own page, and what is not JSON.
pub(super) async fn only_own_page(request: Request, next: Next) -> Response {
    let headers = request.headers();
    if !is_own_page(headers) {
        return (StatusCode::FORBIDDEN, "only the playground's own page may ask, on localhost")
            .into_response();
    }
    // A form can send other types to a foreign origin without the browser asking first; not this one.
    if !is_json(headers) {
        return (StatusCode::UNSUPPORTED_MEDIA_TYPE, "content-type must be application/json").into_response();
    }
    next.run(request).await
}

fn is_own_page(headers: &HeaderMap) -> bool {
    let (Some(host), Some(origin)) = (text(headers, &header::HOST), text(headers, &header::ORIGIN)) else {
        return false;
    };
    let same_site = text(headers, &SEC_FETCH_SITE).is_none_or(|site| site == "same-origin");
    let same_origin = origin.split_once("://").is_some_and(|(_, authority)| authority == host);
    same_site && same_origin && is_this_machine(host)
}

/// `localhost` or an address: a name of somebody else's that he lets point here (DNS rebinding) is neither.
fn is_this_machine(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    let address = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    name == "localhost" || name.ends_with(".localhost") || address.parse::<IpAddr>().is_ok()
}

fn is_json(headers: &HeaderMap) -> bool {
    text(headers, &header::CONTENT_TYPE)
        .is_some_and(|kind| kind.split(';').next().is_some_and(|kind| kind.trim() == "application/json"))
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(host: &'static str, origin: &'static str, site: Option<&'static str>) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        headers.insert(header::ORIGIN, origin.parse().unwrap());
        if let Some(site) = site {
            headers.insert(SEC_FETCH_SITE, site.parse().unwrap());
        }
        is_own_page(&headers)
    }

    #[test]
    fn only_the_page_of_the_same_origin_on_this_machine_may_ask() {
        assert!(from("localhost:8080", "http://localhost:8080", Some("same-origin")));
        assert!(from("localhost:8080", "http://localhost:8080", None));
        assert!(from("dev.localhost", "http://dev.localhost", None));
        assert!(from("127.0.0.1:8080", "http://127.0.0.1:8080", Some("same-origin")));
        assert!(from("[::1]:8080", "http://[::1]:8080", Some("same-origin")));

        assert!(!from("localhost:8080", "http://localhost:3000", Some("same-site")), "another port");
        assert!(!from("localhost:8080", "https://evil.example", Some("cross-site")), "another site");
        assert!(!from("localhost:8080", "http://localhost:8080", Some("cross-site")), "the browser says so");
        assert!(!from("localhost:8080", "null", None), "an opaque origin");
        assert!(
            !from("evil.example:8080", "http://evil.example:8080", Some("same-origin")),
            "a rebound name"
        );
        assert!(
            !from("localhost.evil.example", "http://localhost.evil.example", None),
            "a name that looks alike"
        );
    }

    #[test]
    fn what_does_not_say_where_it_comes_from_may_not_ask() {
        let mut headers = HeaderMap::new();
        assert!(!is_own_page(&headers));
        headers.insert(header::HOST, "localhost:8080".parse().unwrap());
        assert!(!is_own_page(&headers));
    }

    #[test]
    fn only_json_is_json() {
        for (kind, expected) in [
            ("application/json", true),
            ("application/json; charset=utf-8", true),
            ("text/plain", false),
            ("application/x-www-form-urlencoded", false),
            ("text/plain; application/json", false),
        ] {
            let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, kind.parse().unwrap())]);
            assert_eq!(is_json(&headers), expected, "{kind}");
        }
        assert!(!is_json(&HeaderMap::new()));
    }
}
