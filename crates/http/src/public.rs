//! What the public asks for: related origins.

use axum::{
    Json, Router,
    extract::State,
    http::{
        HeaderMap, StatusCode, Uri,
        header::{CACHE_CONTROL, HOST, X_CONTENT_TYPE_OPTIONS},
    },
    response::{IntoResponse, Response},
    routing::get,
};
use keystead_domain::RelatedOrigin;
use keystead_service::Service;
use serde::Serialize;

use crate::fault;

/// A browser, or a cache on its way, may keep the list this long: a new origin works soon, and few pages ask twice.
const SHORTLY: &str = "public, max-age=60";
const NOT_AT_ALL: &str = "no-store";

/// The routes that belong on the public's side of a production server.
///
/// `GET /.well-known/webauthn` lists the origins of other domains that may use the RP ID which is the request's host
/// (WebAuthn L3 §5.11). 404 for any other host; never a redirect, which browsers would follow.
pub fn public(service: Service) -> Router {
    Router::new().route("/.well-known/webauthn", get(related_origins)).with_state(service)
}

/// §5.11.1: `{"origins": [...]}`.
#[derive(Serialize)]
struct Document<'a> {
    origins: Vec<&'a str>,
}

async fn related_origins(State(service): State<Service>, uri: Uri, headers: HeaderMap) -> Response {
    let found = match asked_host(&uri, &headers) {
        Some(host) => service.related_origins(host).await,
        None => Ok(None),
    };
    match found {
        Ok(Some(origins)) => with(SHORTLY, Json(document(&origins))),
        Ok(None) => with(NOT_AT_ALL, StatusCode::NOT_FOUND),
        Err(fault) => with(NOT_AT_ALL, fault::told(&fault, "reading related origins").0),
    }
}

fn document(origins: &[RelatedOrigin]) -> Document<'_> {
    Document { origins: origins.iter().map(RelatedOrigin::as_str).collect() }
}

fn with(caching: &'static str, answer: impl IntoResponse) -> Response {
    ([(CACHE_CONTROL, caching), (X_CONTENT_TYPE_OPTIONS, "nosniff")], answer).into_response()
}

/// The host that was asked: that of the target where it names one, else the one `Host` (RFC 9112 §3.2.2). What a proxy says
/// beside it is not looked at: anybody could say it.
fn asked_host<'a>(uri: &'a Uri, headers: &'a HeaderMap) -> Option<&'a str> {
    if let Some(authority) = uri.authority() {
        return Some(authority.as_str());
    }
    let mut hosts = headers.get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
