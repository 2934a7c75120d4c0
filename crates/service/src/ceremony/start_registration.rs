//! Starting a registration: stores nothing but the user's handle for the RP, once in his life.

use keystead_ceremony::{Asked, AskedRegistration, CreationOptions, Subject, binding_hash};
use keystead_domain::{
    Algorithm, Attachment, Grant, Reason, ResidentKey, RpId, SessionBinding, UserHandle, UserRef,
    UserVerification,
};

use super::{MAX_CREDENTIALS, Started, seal::Begun};
use crate::{Call, Error, Fault, Service};

/// Asks for a registration.
#[derive(Debug)]
pub struct StartRegistration {
    /// Who registers.
    pub user: UserRef,
    /// The RP ID; `None`: the tenant's default.
    pub rp_id: Option<RpId>,
    /// User verification; `None`: required.
    pub user_verification: Option<UserVerification>,
    /// Discoverability; `None`: preferred.
    pub resident_key: Option<ResidentKey>,
    /// Where the authenticator sits; `None`: anywhere.
    pub attachment: Option<Attachment>,
    /// The caller's secret for this browser session; may be empty.
    pub session_binding: SessionBinding,
}

impl Service {
    /// Starts a registration.
    ///
    /// # Errors
    /// [`Reason::RelyingPartyNotFound`], [`Reason::UserNotFound`]; refused with [`Reason::FlowRequired`] or
    /// [`Reason::CredentialLimit`]; a fault where the directory, the store or the keys are away.
    pub async fn start_registration(
        &self,
        call: &Call,
        command: StartRegistration,
    ) -> Result<Started<CreationOptions>, Error> {
        let tenant = call.tenant()?;
        let known = self.known_tenant(tenant).await?;
        let relying_party = known
            .relying_party(command.rp_id.as_ref())
            .ok_or(Error::Rejected(Reason::RelyingPartyNotFound))?;
        let session = self.store.reader();
        let registrant = session
            .within(tenant)
            .find_registrant(relying_party.id, &command.user)
            .await?
            .ok_or(Error::Rejected(Reason::UserNotFound))?;
        if registrant.usable > 0 && !call.caller.may(Grant::CeremonyRegisterUnattended) {
            return Err(Error::refused(Reason::FlowRequired));
        }
        if registrant.user.credential_count >= MAX_CREDENTIALS {
            return Err(Error::refused(Reason::CredentialLimit));
        }
        let user = registrant.user;
        let user_handle = if let Some(handle) = registrant.handle {
            handle
        } else {
            let fresh = UserHandle::new(self.environment.random::<64>())
                .map_err(|_| Fault::Inconsistent("a user handle has 64 bytes"))?;
            let now = self.environment.now();
            self.store.claim_user_handle(tenant, relying_party.id, user.id, &fresh, now).await?
        };
        let asked = AskedRegistration {
            user_verification: command.user_verification.unwrap_or(UserVerification::Required),
            resident_key: command.resident_key.unwrap_or(ResidentKey::Preferred),
            attachment: command.attachment,
            algorithms: Algorithm::ALL.to_vec(),
        };
        let begun = Begun {
            tenant,
            relying_party,
            subject: Subject::User { id: user.id, epoch: user.epoch },
            binding: binding_hash(command.session_binding.as_str()),
            asked: Asked::Registration(asked.clone()),
        };
        self.seal(call, begun, |challenge| CreationOptions {
            rp_id: relying_party.rp_id.clone(),
            rp_name: relying_party.name.clone(),
            user_handle,
            user_name: user.shown_name().to_owned(),
            user_display_name: user.shown_name().to_owned(),
            challenge,
            algorithms: asked.algorithms,
            timeout: relying_party.ceremony_lifetime,
            exclude: registrant.exclude,
            attachment: asked.attachment,
            resident_key: asked.resident_key,
            user_verification: asked.user_verification,
        })
        .await
    }
}
