//! Where and how a credential was used.

use keystead_domain::{Attachment, ClientContext, CredentialUse};

/// A use: the origin as the browser signed it, the rest as the calling service and the browser said.
pub(super) fn of(
    client: &ClientContext,
    origin: String,
    attachment: Option<Attachment>,
    user_verified: bool,
) -> CredentialUse {
    CredentialUse {
        origin,
        user_agent: client.user_agent.clone().unwrap_or_default(),
        country: client.country.clone().unwrap_or_default(),
        attachment,
        user_verified,
    }
}
