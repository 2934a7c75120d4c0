//! What the calling service says about the end user's client.

use std::net::IpAddr;

use keystead_domain::ClientContext;
use keystead_proto::v1;

use super::{Fields, Noted};

const MOST_USER_AGENT: usize = 512;
const MOST_ORIGIN: usize = 255;
const MOST_DEVICE_HANDLE: usize = 128;
const MOST_CAPABILITIES: usize = 64;

/// What is kept of it. A User-Agent comes from the end user's browser, whatever it is: it is cut to size and cleaned, so
/// that nobody's login fails for it. The rest is the calling service's own knowledge and must be plausible.
pub(super) fn client(fields: &mut Fields, client: Option<v1::ClientContext>) -> Result<ClientContext, Noted> {
    let client = client.unwrap_or_default();
    let ip_address = ip_address(fields, &client.ip_address);
    let origin = origin(fields, client.origin);
    let country = country(fields, client.country);
    let device_handle = device_handle(fields, client.device_handle);
    let unkept = check_unkept(fields, client.capabilities.len());
    let user_agent = cleaned(client.user_agent);
    unkept?;
    Ok(ClientContext {
        ip_address: ip_address?,
        user_agent,
        origin: origin?,
        country: country?,
        device_handle: device_handle?,
    })
}

/// In the canonical form, so that equal addresses are equal texts.
fn ip_address(fields: &mut Fields, text: &str) -> Result<Option<String>, Noted> {
    if text.is_empty() {
        return Ok(None);
    }
    match text.parse::<IpAddr>() {
        Ok(address) => Ok(Some(address.to_string())),
        Err(_) => Err(fields.note("client.ip_address", "must be an IPv4 or IPv6 address without port")),
    }
}

fn cleaned(mut user_agent: String) -> Option<String> {
    user_agent.retain(|letter| !letter.is_control());
    user_agent.truncate(user_agent.floor_char_boundary(MOST_USER_AGENT));
    (!user_agent.is_empty()).then_some(user_agent)
}

fn origin(fields: &mut Fields, text: String) -> Result<Option<String>, Noted> {
    if text.is_empty() {
        return Ok(None);
    }
    let is_plausible = text.len() <= MOST_ORIGIN && text.bytes().all(|byte| byte.is_ascii_graphic());
    if is_plausible {
        Ok(Some(text))
    } else {
        Err(fields.note("client.origin", "must be an origin of at most 255 bytes"))
    }
}

fn country(fields: &mut Fields, text: String) -> Result<Option<String>, Noted> {
    match text.as_bytes() {
        [] => Ok(None),
        [a, b] if a.is_ascii_uppercase() && b.is_ascii_uppercase() => Ok(Some(text)),
        _ => Err(fields.note("client.country", "must be two upper-case letters (ISO 3166-1 alpha-2)")),
    }
}

/// The front end made it, so that it fits.
fn device_handle(fields: &mut Fields, text: String) -> Result<Option<String>, Noted> {
    match text.len() {
        0 => Ok(None),
        1..=MOST_DEVICE_HANDLE => Ok(Some(text)),
        _ => Err(fields.note("client.device_handle", "must have at most 128 bytes")),
    }
}

/// What this version takes no notice of, a later one will: the limits are the same.
fn check_unkept(fields: &mut Fields, capabilities: usize) -> Result<(), Noted> {
    if capabilities > MOST_CAPABILITIES {
        return Err(fields.note("client.capabilities", "must have at most 64 entries"));
    }
    Ok(())
}
