//! What the calling service says about the end user's client.

/// Kept with events, never with logs. Absent members were not said, or were not plausible.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ClientContext {
    /// The end user's IP address as text, at most 45 bytes.
    pub ip_address: Option<String>,
    /// His User-Agent, at most 512 bytes.
    pub user_agent: Option<String>,
    /// The page's origin, at most 255 bytes.
    pub origin: Option<String>,
    /// ISO 3166-1 alpha-2 country.
    pub country: Option<String>,
    /// The handle that the front end keeps on the device, 1 to 128 bytes. A hint; not kept with events.
    pub device_handle: Option<String>,
}

impl ClientContext {
    /// Whether nothing was said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl std::fmt::Debug for ClientContext {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[personal]")
    }
}
