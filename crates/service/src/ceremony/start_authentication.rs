//! Starting a login: writes nothing, and reads nothing unless a user is named.

use keystead_ceremony::{Asked, AskedAuthentication, RequestOptions, Subject, binding_hash};
use keystead_domain::{Hint, Mediation, Reason, RpId, SessionBinding, UserRef, UserVerification};

use super::{Started, seal::Begun};
use crate::{Call, Error, Service};

/// Asks for a login.
#[derive(Debug)]
pub struct StartAuthentication {
    /// Who logs in; `None`: whoever owns the passkey that answers.
    pub user: Option<UserRef>,
    /// The RP ID; `None`: the tenant's default.
    pub rp_id: Option<RpId>,
    /// User verification; `None`: required without a user, preferred with one.
    pub user_verification: Option<UserVerification>,
    /// How the page will ask.
    pub mediation: Mediation,
    /// Hints for the browser's dialog.
    pub hints: Vec<Hint>,
    /// The caller's secret for this browser session; may be empty.
    pub session_binding: SessionBinding,
}

impl Service {
    /// Starts a login. For an unknown user, and one without keys, `allowCredentials` is empty; Finish refuses.
    ///
    /// # Errors
    /// [`Reason::RelyingPartyNotFound`]; a fault where the directory, the store or the keys are away.
    pub async fn start_authentication(
        &self,
        call: &Call,
        command: StartAuthentication,
    ) -> Result<Started<RequestOptions>, Error> {
        let tenant = call.tenant()?;
        let known = self.known_tenant(tenant).await?;
        let relying_party = known
            .relying_party(command.rp_id.as_ref())
            .ok_or(Error::Rejected(Reason::RelyingPartyNotFound))?;
        let (subject, allow) = match &command.user {
            None => (Subject::Anyone, Vec::new()),
            Some(user) => {
                match self.store.reader().within(tenant).find_named(relying_party.id, user).await? {
                    Some(named) => (Subject::User { id: named.user_id, epoch: named.epoch }, named.allow),
                    None => (Subject::Unknown, Vec::new()),
                }
            }
        };
        let user_verification = command.user_verification.unwrap_or(match command.user {
            None => UserVerification::Required,
            Some(_) => UserVerification::Preferred,
        });
        let begun = Begun {
            tenant,
            relying_party,
            subject,
            binding: binding_hash(command.session_binding.as_str()),
            asked: Asked::Authentication(AskedAuthentication {
                user_verification,
                mediation: command.mediation,
            }),
        };
        self.seal(call, begun, |challenge| RequestOptions {
            challenge,
            timeout: relying_party.ceremony_lifetime,
            rp_id: relying_party.rp_id.clone(),
            allow,
            user_verification,
            hints: command.hints,
        })
        .await
    }
}
