//! What a browser brings along: the cookies of its session, and what it says about itself.
//!
//! A web backend does the same with a ceremony. The token is sealed and the browser could hold it in plain sight, but then
//! whoever can read the page could finish the ceremony elsewhere. In an `HttpOnly` cookie no script reads it, and the
//! session binding, a random secret of this browser session, makes it worthless outside of it.

use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderName, header, request::Parts},
    response::AppendHeaders,
};
use keystead_domain::{ClientContext, SessionBinding};
use keystead_service::ceremony::Token;

use super::API;

const SESSION: &str = "keystead_session";
const CEREMONY: &str = "keystead_ceremony";
const DEVICE: &str = "keystead_device";

/// A device is known for as long as browsers keep a cookie, 400 days in seconds.
const DEVICE_SECONDS: u32 = 400 * 24 * 60 * 60;

/// Longest parts of a client context.
const MOST_USER_AGENT_BYTES: usize = 512;
const MOST_ORIGIN_BYTES: usize = 255;
const MOST_DEVICE_BYTES: usize = 128;

/// Cookies to set with an answer.
pub(super) type SetCookies<const N: usize> = AppendHeaders<[(HeaderName, String); N]>;

/// One request of a browser.
pub(super) struct Visit {
    /// The secret of this browser session; `None`: the session is new.
    pub(super) session: Option<SessionBinding>,
    /// The token of the ceremony that was started last and is not finished.
    ceremony: Option<String>,
    /// What the browser says about itself.
    pub(super) client: ClientContext,
}

impl Visit {
    /// What Finish takes back, token and session binding. Whoever started nothing brings nothing, and is turned away there.
    pub(super) fn into_claim(self) -> (Token, SessionBinding, ClientContext) {
        (Token::new(self.ceremony.unwrap_or_default()), self.session.unwrap_or_default(), self.client)
    }

    fn of(headers: &HeaderMap) -> Self {
        let said = |name| headers.get(name).and_then(|value| value.to_str().ok());
        Self {
            // An empty binding binds nothing: a session without a secret is a new one.
            session: cookie(headers, SESSION)
                .filter(|binding| !binding.is_empty())
                .and_then(|binding| SessionBinding::new(binding).ok()),
            ceremony: cookie(headers, CEREMONY),
            client: ClientContext {
                // `to_str` yields visible ASCII, of which every byte is a character.
                user_agent: said(header::USER_AGENT)
                    .map(|text| text.chars().take(MOST_USER_AGENT_BYTES).collect()),
                origin: said(header::ORIGIN)
                    .filter(|text| text.len() <= MOST_ORIGIN_BYTES)
                    .map(str::to_owned),
                device_handle: cookie(headers, DEVICE)
                    .filter(|handle| (1..=MOST_DEVICE_BYTES).contains(&handle.len())),
                ..ClientContext::default()
            },
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers))
    }
}

/// Keeps a started ceremony in the browser, out of reach of scripts.
pub(super) fn keep(session: &SessionBinding, ceremony: &Token) -> SetCookies<2> {
    AppendHeaders([set(SESSION, session.as_str()), set(CEREMONY, ceremony.as_str())])
}

/// Forgets the ceremony: a token is good for one Finish.
pub(super) fn forget() -> SetCookies<1> {
    let (name, cookie) = set(CEREMONY, "");
    AppendHeaders([(name, cookie + "; Max-Age=0")])
}

/// Tells this device again by a random handle, so that a passkey which took an older one's place on it is known to have.
pub(super) fn know_device(handle: &str) -> SetCookies<1> {
    let (name, cookie) = set(DEVICE, handle);
    AppendHeaders([(name, format!("{cookie}; Max-Age={DEVICE_SECONDS}"))])
}

/// Without `Secure`, for the playground is served in plain on localhost; a backend behind TLS adds it.
fn set(name: &str, value: &str) -> (HeaderName, String) {
    (header::SET_COOKIE, format!("{name}={value}; Path={API}; HttpOnly; SameSite=Strict"))
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split("; ")).filter_map(|pair| pair.split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visit(cookies: &str) -> Visit {
        Visit::of(&HeaderMap::from_iter([(header::COOKIE, cookies.parse().unwrap())]))
    }

    #[test]
    fn a_ceremony_is_kept_where_no_script_and_no_other_site_reaches_it() {
        let AppendHeaders(cookies) =
            keep(&SessionBinding::new("secret").unwrap(), &Token::new("token".to_owned()));
        for (name, cookie) in &cookies {
            assert_eq!(*name, header::SET_COOKIE);
            assert!(cookie.ends_with("; Path=/playground/api; HttpOnly; SameSite=Strict"), "{cookie}");
        }
        assert!(cookies[0].1.starts_with("keystead_session=secret;"));
        assert!(cookies[1].1.starts_with("keystead_ceremony=token;"));
    }

    #[test]
    fn a_device_is_known_by_its_cookie_where_that_is_one() {
        let AppendHeaders([(_, cookie)]) = know_device("handle");
        assert!(cookie.starts_with("keystead_device=handle;") && cookie.ends_with("; Max-Age=34560000"));
        let known = |cookies: &str| visit(cookies).client.device_handle;
        assert_eq!(known("keystead_device=handle").as_deref(), Some("handle"));
        for cookies in
            ["a=1".to_owned(), "keystead_device=".to_owned(), format!("keystead_device={}", "x".repeat(129))]
        {
            assert_eq!(known(&cookies), None, "{cookies}");
        }
    }

    #[test]
    fn cookies_are_found_by_their_whole_name() {
        let (token, binding, _) =
            visit("a=1; xkeystead_ceremony=no; keystead_session=abc; keystead_ceremony=tok=en; b=2")
                .into_claim();
        assert_eq!((token.as_str(), binding.as_str()), ("tok=en", "abc"));
        let (token, binding, _) = visit("a=1").into_claim();
        assert_eq!((token.as_str(), binding.as_str()), ("", ""));
    }

    #[test]
    fn a_session_without_a_secret_that_binds_is_new() {
        for binding in [String::new(), "x".repeat(65)] {
            assert_eq!(visit(&format!("keystead_session={binding}")).session, None, "{binding:?}");
        }
    }
}
