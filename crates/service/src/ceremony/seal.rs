//! Sealing what Finish will need into a token.

use keystead_ceremony::{Asked, Sealed, Subject};
use keystead_domain::{CeremonyId, Challenge, RelyingParty, TenantId};
use keystead_keyring::{Context, Purpose};

use super::{Started, Token};
use crate::{Call, Error, Fault, Service};

/// What a Start decided.
pub(super) struct Begun<'a> {
    pub(super) tenant: TenantId,
    pub(super) relying_party: &'a RelyingParty,
    pub(super) subject: Subject,
    pub(super) binding: Option<[u8; 32]>,
    pub(super) asked: Asked,
}

impl Service {
    /// Draws the ceremony's id and challenge, and seals it. Stores nothing.
    pub(super) async fn seal<Options>(
        &self,
        call: &Call,
        begun: Begun<'_>,
        options: impl FnOnce(Challenge) -> Options,
    ) -> Result<Started<Options>, Error> {
        let now = self.environment.now();
        let challenge = Challenge(self.environment.random());
        let sealed = Sealed {
            ceremony_id: CeremonyId::new(now, self.environment.random()),
            relying_party_id: begun.relying_party.id,
            caller_id: call.caller.id,
            challenge,
            subject: begun.subject,
            binding: begun.binding,
            asked: begun.asked,
            sealed_at: now,
            expires_at: now.plus(begun.relying_party.ceremony_lifetime),
        };
        let instance = self.directory.instance().await?;
        let context = Context {
            purpose: Purpose::Ceremony(sealed.kind()),
            instance_id: instance.id,
            restore_epoch: instance.restore_epoch,
            tenant_id: Some(begun.tenant),
            label: b"",
        };
        let nonce = self.environment.random();
        let token = self.keyring.seal(&context, &sealed.encode(), nonce, now).map_err(Fault::from)?;
        Ok(Started {
            ceremony_id: sealed.ceremony_id,
            token: Token::new(token),
            options: options(challenge),
            expires_at: sealed.expires_at,
        })
    }
}
