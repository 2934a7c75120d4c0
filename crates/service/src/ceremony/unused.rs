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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::any_credential;

    const DAY: Duration = Duration::from_hours(24);
    const NOW: Timestamp = Timestamp::from_micros(2_000_000_000_000_000);

    fn credential(id: u8, days_old: u32, days_unused: Option<u32>) -> Credential {
        Credential {
            id: CredentialId::from_bytes([id; 16]),
            created_at: NOW.minus(DAY * days_old),
            last_used_at: days_unused.map(|days| NOW.minus(DAY * days)),
            ..any_credential()
        }
    }

    #[test]
    fn active_keys_neither_made_nor_used_for_180_days_are_named_longest_unused_first() {
        let his = [
            credential(1, 300, Some(179)),
            credential(2, 300, Some(180)),
            credential(3, 179, None),
            credential(4, 200, None),
            credential(5, 900, Some(250)),
            Credential { state: CredentialState::Suspended, ..credential(6, 900, None) },
            Credential { state: CredentialState::Superseded, ..credential(7, 900, None) },
        ];
        let expected = [5, 4, 2].map(|id| CredentialId::from_bytes([id; 16]));
        assert_eq!(unused(&his, NOW), expected);
    }

    #[test]
    fn at_most_ten_are_named() {
        let his: Vec<Credential> = (0..20).map(|id| credential(id, 400, None)).collect();
        assert_eq!(unused(&his, NOW).len(), MOST);
    }
}
