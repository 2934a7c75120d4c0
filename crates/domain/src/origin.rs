//! Origins a relying party accepts, compared byte by byte with what the browser signed (§13.5.9).

use crate::RpId;

/// Why a text is not an origin of a relying party.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    /// Not `https://host[:port]`, `http://localhost[:port]`, `android:apk-key-hash:…` or `ios:bundle-id:…`, in the form
    /// a browser writes: lower case, no path, no default port; at most 255 bytes.
    #[error(
        "must be an origin as browsers write it: `https://` and a lower-case host, a port unless it is 443, nothing after; \
         `http://localhost` with a port for RP ID `localhost`; or `android:apk-key-hash:` / `ios:bundle-id:`; at most 255 bytes"
    )]
    Form,
    /// A web origin whose host is neither the RP ID nor below it.
    #[error("the host must be the RP ID or end in a dot and the RP ID")]
    OutsideRpId,
}

/// An exact origin.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin(String);

impl Origin {
    /// Takes an origin of the relying party: web origins lie at or below its RP ID.
    ///
    /// # Errors
    /// [`OriginError`].
    pub fn new(text: impl Into<String>, rp_id: &RpId) -> Result<Self, OriginError> {
        let text = text.into();
        if let Some(rest) =
            text.strip_prefix("android:apk-key-hash:").or_else(|| text.strip_prefix("ios:bundle-id:"))
        {
            let ok = (1..=200).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_graphic());
            return if ok { Ok(Self(text)) } else { Err(OriginError::Form) };
        }
        let host = web_host(&text)?;
        let id = rp_id.as_str();
        let below = host.strip_suffix(id).is_some_and(|head| head.is_empty() || head.ends_with('.'));
        if below { Ok(Self(text)) } else { Err(OriginError::OutsideRpId) }
    }

    /// The origin as the database kept it.
    #[must_use]
    pub fn from_trusted(text: String) -> Self {
        Self(text)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! web_origins {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub struct $name(String);

        impl $name {
            /// Takes a web origin.
            ///
            /// # Errors
            /// [`OriginError::Form`].
            pub fn new(text: impl Into<String>) -> Result<Self, OriginError> {
                let text = text.into();
                web_host(&text)?;
                Ok(Self(text))
            }

            /// The origin as the database kept it.
            #[must_use]
            pub fn from_trusted(text: String) -> Self {
                Self(text)
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The host.
            #[must_use]
            pub fn host(&self) -> &str {
                web_host(&self.0).unwrap_or_default()
            }
        }
    )*};
}

web_origins! {
    /// An origin that may embed a page of the relying party: any web origin.
    TopOrigin;
    /// An origin of another domain that may use the relying party's RP ID (§5.11): any web origin.
    RelatedOrigin;
}

/// Most bytes of an origin: credentials and events keep the one they were used at.
const MOST_BYTES: usize = 255;

/// The host of a web origin in the form browsers write (HTML, ASCII serialisation of an origin).
fn web_host(text: &str) -> Result<&str, OriginError> {
    if text.len() > MOST_BYTES {
        return Err(OriginError::Form);
    }
    let (secure, rest) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
        (Some(rest), _) => (true, rest),
        (_, Some(rest)) => (false, rest),
        _ => return Err(OriginError::Form),
    };
    let (host, port) = match rest.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (rest, None),
    };
    let port_ok = port.is_none_or(|port| {
        let default = if secure { "443" } else { "80" };
        port != default
            && !port.starts_with('0')
            && port.parse::<u16>().is_ok_and(|_| port.bytes().all(|b| b.is_ascii_digit()))
    });
    if !port_ok || !crate::relying_party::is_domain(host) {
        return Err(OriginError::Form);
    }
    let local = host == "localhost" || host.ends_with(".localhost");
    if secure || local { Ok(host) } else { Err(OriginError::Form) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_exact_and_at_or_below_the_rp_id() {
        let org = RpId::new("example.org").unwrap();
        let local = RpId::new("localhost").unwrap();
        for text in [
            "https://example.org",
            "https://login.example.org:8443",
            "android:apk-key-hash:Zm9vYmFy-_x",
            "ios:bundle-id:org.example.app",
        ] {
            assert!(Origin::new(text, &org).is_ok(), "{text}");
        }
        assert!(Origin::new("http://localhost:8080", &local).is_ok());
        for (text, error) in [
            ("https://example.com", OriginError::OutsideRpId),
            ("https://badexample.org", OriginError::OutsideRpId),
            ("http://example.org", OriginError::Form),
            ("https://example.org/", OriginError::Form),
            ("https://example.org:443", OriginError::Form),
            ("https://example.org:+44", OriginError::Form),
            ("https://Example.org", OriginError::Form),
            ("https://", OriginError::Form),
            ("example.org", OriginError::Form),
            ("android:apk-key-hash:", OriginError::Form),
            ("https://user@example.org", OriginError::Form),
        ] {
            assert_eq!(Origin::new(text, &org), Err(error), "{text}");
        }
    }

    #[test]
    fn an_origin_has_at_most_255_bytes() {
        let label = "a".repeat(63);
        let host = |last: usize| format!("{label}.{label}.{label}.{}.org", "a".repeat(last));
        assert!(TopOrigin::new(format!("https://{}", host(51))).is_ok());
        assert_eq!(TopOrigin::new(format!("https://{}", host(52))), Err(OriginError::Form));
        let id = RpId::new(host(55)).unwrap();
        assert_eq!(Origin::new(format!("https://{}", id.as_str()), &id), Err(OriginError::Form));
        assert!(Origin::new(format!("android:apk-key-hash:{}", "a".repeat(200)), &id).is_ok());
    }
}
