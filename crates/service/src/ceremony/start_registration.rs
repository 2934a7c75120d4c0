//! Starting a registration: stores nothing but the user's handle for the RP, once in his life.

use keystead_ceremony::{Asked, AskedRegistration, CreationOptions, Subject, binding_hash};
use keystead_domain::{
    Challenge, Grant, Mediation, Name, Reason, RegistrationOverrides, RegistrationProfile, RegistrationTerms,
    RelyingParty, RpId, SessionBinding, TenantId, UserHandle, UserRef,
};
use keystead_store::Registrant;

use super::{Started, seal::Begun};
use crate::{Call, Error, Fault, Service};

/// Asks for a registration.
#[derive(Debug)]
pub struct StartRegistration {
    /// Who registers.
    pub user: UserRef,
    /// The RP ID; `None`: the tenant's default.
    pub rp_id: Option<RpId>,
    /// The registration profile; `None`: `default`.
    pub profile: Option<Name>,
    /// What to ask for instead of what the profile says.
    pub overrides: RegistrationOverrides,
    /// How the page will ask. Conditional: without a dialog.
    pub mediation: Mediation,
    /// The caller's secret for this browser session; may be empty.
    pub session_binding: SessionBinding,
}

impl Service {
    /// Starts a registration.
    ///
    /// # Errors
    /// A field of `overrides`, or `mediation`, that the profile does not allow; [`Reason::RelyingPartyNotFound`],
    /// [`Reason::ProfileNotFound`], [`Reason::UserNotFound`]; refused with [`Reason::AccountDeactivated`],
    /// [`Reason::AccountDormant`], [`Reason::FlowRequired`] or [`Reason::CredentialLimit`]; a fault where the directory, the
    /// store or the keys are away.
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
        let profile = command.profile.unwrap_or_else(Name::default_profile);
        let profile = known.profile(&profile).ok_or(Error::Rejected(Reason::ProfileNotFound))?;
        let terms = profile
            .terms(&command.overrides, command.mediation)
            .map_err(|error| Error::invalid(error.field(), error))?;
        let registrant = self
            .store
            .reader()
            .within(tenant)
            .find_registrant(relying_party.id, &command.user)
            .await?
            .ok_or(Error::Rejected(Reason::UserNotFound))?;
        self.admit(call, tenant, profile, &registrant).await?;
        let user_handle = self.handle(tenant, relying_party, &registrant).await?;
        let begun = Begun {
            tenant,
            relying_party,
            subject: Subject::User { id: registrant.user.id, epoch: registrant.user.epoch },
            binding: binding_hash(command.session_binding.as_str()),
            asked: Asked::Registration(AskedRegistration { terms: terms.clone() }),
        };
        self.seal(call, begun, |challenge| options(relying_party, registrant, user_handle, terms, challenge))
            .await
    }

    /// Whether this user may register one more. Finish judges it again.
    async fn admit(
        &self,
        call: &Call,
        tenant: TenantId,
        profile: &RegistrationProfile,
        registrant: &Registrant,
    ) -> Result<(), Error> {
        registrant.user.lifecycle.may_register().map_err(Error::refused)?;
        if registrant.usable > 0 && !call.caller.may(Grant::CeremonyRegisterUnattended) {
            return Err(Error::refused(Reason::FlowRequired));
        }
        if registrant.user.credential_count >= profile.max_credentials {
            return Err(self
                .registration_refused(tenant, registrant.user.id, Reason::CredentialLimit)
                .await?);
        }
        Ok(())
    }

    /// The user's handle at the relying party: made once, and never derived from anything.
    async fn handle(
        &self,
        tenant: TenantId,
        relying_party: &RelyingParty,
        registrant: &Registrant,
    ) -> Result<UserHandle, Error> {
        if let Some(handle) = &registrant.handle {
            return Ok(handle.clone());
        }
        let fresh = UserHandle::new(self.environment.random::<64>())
            .map_err(|_| Fault::Inconsistent("a user handle has 64 bytes"))?;
        let now = self.environment.now();
        let (rp, user) = (relying_party.id, registrant.user.id);
        Ok(self.store.claim_user_handle(tenant, rp, user, &fresh, now).await?)
    }
}

fn options(
    relying_party: &RelyingParty,
    registrant: Registrant,
    user_handle: UserHandle,
    terms: RegistrationTerms,
    challenge: Challenge,
) -> CreationOptions {
    let name = registrant.user.shown_name();
    CreationOptions {
        rp_id: relying_party.rp_id.clone(),
        rp_name: relying_party.name.clone(),
        user_handle,
        user_name: name.to_owned(),
        user_display_name: name.to_owned(),
        challenge,
        algorithms: terms.algorithms,
        timeout: relying_party.ceremony_lifetime,
        exclude: registrant.exclude,
        attachment: terms.attachment,
        resident_key: terms.resident_key,
        user_verification: terms.user_verification,
        hints: terms.hints,
        attestation: terms.attestation,
    }
}
