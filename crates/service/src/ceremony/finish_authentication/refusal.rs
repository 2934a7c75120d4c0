//! What a refused login is answered with beside its reason.

use keystead_domain::{CredentialId, Reason};

use super::{super::attempt::Attempt, FinishAuthentication};
use crate::{Error, Refused, Service, Signals, signals};

impl Service {
    /// The answer of a refusal that was recorded, now or before.
    pub(super) async fn login_refused(
        &self,
        command: &FinishAuthentication,
        attempt: &Attempt,
        reason: Reason,
        credential: Option<CredentialId>,
    ) -> Result<Error, Error> {
        let mut refused = Refused::new(reason);
        match (reason, credential) {
            (Reason::CredentialUnknown, _) => refused.signals = self.unknown(command, attempt).await?,
            (Reason::WrongRp, Some(credential)) => {
                let rp_id = self.correct_rp_id(attempt, credential).await?;
                refused.metadata.extend(rp_id.map(|rp_id| ("correct_rp_id", rp_id)));
            }
            _ => {}
        }
        Ok(refused.into())
    }

    /// Asks once more: the credential may have been registered since, above all where this answer is a repeat, and the signal
    /// would hide it for good.
    async fn unknown(&self, command: &FinishAuthentication, attempt: &Attempt) -> Result<Signals, Error> {
        let Some(id) = command.response.webauthn_id() else { return Ok(Signals::default()) };
        let rows = self.store.reader().within(attempt.opened.tenant).find_anywhere(&id).await?;
        Ok(match rows.as_slice() {
            [] => signals::unknown_credential(&attempt.opened.relying_party.rp_id, &id),
            _ => Signals::default(),
        })
    }

    /// Where the credential does log in.
    async fn correct_rp_id(
        &self,
        attempt: &Attempt,
        credential: CredentialId,
    ) -> Result<Option<String>, Error> {
        let tenant = attempt.opened.tenant;
        let Some(credential) = self.store.reader().within(tenant).find_credential(credential).await? else {
            return Ok(None);
        };
        let relying_party = self.directory.relying_party(tenant, credential.relying_party_id).await?;
        Ok(relying_party.map(|relying_party| relying_party.rp_id.as_str().to_owned()))
    }
}
