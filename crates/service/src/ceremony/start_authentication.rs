//! Starting a login: writes nothing, and reads nothing unless a user is named.

use keystead_ceremony::{Asked, AskedAuthentication, RequestOptions, Subject, binding_hash};
use keystead_domain::{
    Descriptor, Hint, Mediation, Reason, RelyingParty, RpId, SessionBinding, Transport, UserRef,
    UserVerification, WebauthnId,
};
use keystead_keyring::decoy::{Decoy, decoys};
use keystead_store::Named;

use super::{Started, seal::Begun};
use crate::{Call, Error, Service, directory::KnownTenant};

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
    /// Starts a login. For an unknown user, and one without usable keys, `allowCredentials` names decoys; Finish refuses.
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
                let named = self.store.reader().within(tenant).find_named(relying_party.id, user).await?;
                named_subject(&known, relying_party, user, named)
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

/// Whom the ceremony is for, and the credentials that may answer. Decoys are drawn for everybody, so that a name takes the
/// same time whoever has it.
fn named_subject(
    known: &KnownTenant,
    relying_party: &RelyingParty,
    user: &UserRef,
    named: Option<Named>,
) -> (Subject, Vec<Descriptor>) {
    let decoys = decoys_of(known, relying_party, user);
    let (subject, usable) = match named {
        Some(named) => {
            let subject = Subject::User { id: named.user_id, epoch: named.epoch };
            (subject, usable(known, named))
        }
        None => (Subject::Unknown, Vec::new()),
    };
    let mut allow = if usable.is_empty() { decoys } else { usable };
    // In the order of their bytes: theirs would tell which was registered first.
    allow.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    (subject, allow)
}

/// What the rules in force accept. Keys that show presence alone are among it: they are one factor.
fn usable(known: &KnownTenant, named: Named) -> Vec<Descriptor> {
    let accepted = named.allow.into_iter().filter(|allowed| {
        known.profile(&allowed.profile).is_none_or(|profile| profile.aaguids.accepts_use(allowed.aaguid))
    });
    accepted.map(|allowed| allowed.descriptor).collect()
}

/// The decoys of a name, as it was given.
fn decoys_of(known: &KnownTenant, relying_party: &RelyingParty, user: &UserRef) -> Vec<Descriptor> {
    let name = match user {
        UserRef::Id(id) => &id.as_bytes()[..],
        UserRef::External(id) => id.as_str().as_bytes(),
    };
    let drawn = decoys(known.decoy_key(), known.tenant.id, &relying_party.rp_id, name);
    let descriptor = |decoy: Decoy| {
        let transports = decoy.transports.iter().filter_map(|word| Transport::new(word)).collect();
        WebauthnId::new(decoy.id).ok().map(|id| Descriptor { id, transports })
    };
    drawn.into_iter().filter_map(descriptor).collect()
}
