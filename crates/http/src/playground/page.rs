//! The page and its files, in the binary: `keystead serve --dev` needs nothing beside it.

use axum::{
    Router,
    extract::Request,
    http::{HeaderName, HeaderValue, header},
    middleware::{self, Next},
    response::Response,
    routing::get,
};

/// One file of the page.
struct File {
    path: &'static str,
    kind: &'static str,
    text: &'static str,
}

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

macro_rules! file {
    ($path:literal, $kind:expr, $name:literal) => {
        File { path: $path, kind: $kind, text: include_str!(concat!("assets/", $name)) }
    };
}

const FILES: [File; 15] = [
    file!("/", HTML, "index.html"),
    file!("/playground/playground.css", CSS, "playground.css"),
    file!("/playground/icon.svg", SVG, "icon.svg"),
    file!("/playground/main.js", SCRIPT, "main.js"),
    file!("/playground/api.js", SCRIPT, "api.js"),
    file!("/playground/autofill.js", SCRIPT, "autofill.js"),
    file!("/playground/browser-steps.js", SCRIPT, "browser-steps.js"),
    file!("/playground/credentials.js", SCRIPT, "credentials.js"),
    file!("/playground/dom.js", SCRIPT, "dom.js"),
    file!("/playground/events.js", SCRIPT, "events.js"),
    file!("/playground/passkeys.js", SCRIPT, "passkeys.js"),
    file!("/playground/profiles.js", SCRIPT, "profiles.js"),
    file!("/playground/result.js", SCRIPT, "result.js"),
    file!("/playground/signals.js", SCRIPT, "signals.js"),
    file!("/playground/words.js", SCRIPT, "words.js"),
];

/// Nothing but this server's own files, no script in the markup, no markup from script, and no frame around it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    // A newer binary must not meet scripts of an older one.
    (header::CACHE_CONTROL, "no-cache"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// The routes of the files.
pub(super) fn router() -> Router {
    let files = FILES.iter().fold(Router::new(), |router, file| {
        router.route(file.path, get(([(header::CONTENT_TYPE, file.kind)], file.text)))
    });
    files.layer(middleware::from_fn(with_headers))
}

async fn with_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = HEADERS.map(|(name, value)| (name, HeaderValue::from_static(value)));
    response.headers_mut().extend(headers);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn markup() -> &'static str {
        FILES[0].text
    }

    #[test]
    fn the_markup_has_no_script_style_or_handler_that_the_policy_would_stop() {
        for forbidden in ["<style", " style=", " onclick", " onload", " onsubmit", "javascript:"] {
            assert!(!markup().contains(forbidden), "{forbidden}");
        }
        for script in markup().split("<script").skip(1) {
            let tag = script.split('>').next().unwrap();
            assert!(tag.contains("src=") && script.starts_with(&format!("{tag}></script>")), "{tag}");
        }
    }

    #[test]
    fn the_page_loads_only_files_that_are_served() {
        let named = |text: &'static str, attribute: &'static str| {
            text.split(attribute).skip(1).filter_map(|rest| rest.split('"').next())
        };
        for target in
            named(markup(), "src=\"").chain(named(markup(), "href=\"")).filter(|t| !t.starts_with('#'))
        {
            assert!(FILES.iter().any(|file| file.path == target), "{target}");
        }
        for file in FILES.iter().filter(|file| file.kind == SCRIPT) {
            for target in named(file.text, "from \"./") {
                assert!(FILES.iter().any(|file| file.path == format!("/playground/{target}")), "{target}");
            }
        }
    }
}
