//! Credentials that nobody uses any more: what a user whose account is full may free.

use std::time::Duration;

use keystead_domain::{Credential, CredentialId, CredentialState, Reason, TenantId, Timestamp, UserId};

use crate::{Error, Refused, Service};

/// Not used for so long is as good as dead.
const LONG: Duration = Duration::from_hours(180 * 24);
/// Most that are named.
const MOST: usize = 10;

impl Service {
    /// The answer of a refused registration: where the account is full, with the ids of credentials that look dead.
    pub(super) async fn registration_refused(
        &self,
        tenant: TenantId,
        user: UserId,
        reason: Reason,
    ) -> Result<Error, Error> {
        let mut refused = Refused::new(reason);
        if reason == Reason::CredentialLimit {
            let his = self.store.reader().within(tenant).credentials_of(user).await?;
            let unused = unused(&his, self.environment.now());
            if !unused.is_empty() {
                let ids: Vec<String> = unused.iter().map(CredentialId::to_string).collect();
                refused.metadata.push(("unused_credentials", ids.join(",")));
            }
        }
        Ok(refused.into())
    }
}

/// The ACTIVE ones that were neither used nor made for long, longest unused first.
fn unused(his: &[Credential], now: Timestamp) -> Vec<CredentialId> {
    let last_seen = |credential: &Credential| credential.last_used_at.unwrap_or(credential.created_at);
    let mut unused: Vec<_> = his
        .iter()
        .filter(|credential| credential.state == CredentialState::Active)
        .map(|credential| (last_seen(credential), credential.id))
        .filter(|(seen, _)| *seen <= now.minus(LONG))
        .collect();
    unused.sort_unstable();
    unused.into_iter().take(MOST).map(|(_, id)| id).collect()
}
