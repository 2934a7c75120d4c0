//! What an authenticator and its user decide before anything is signed.

use crate::{
    Algorithm, Authenticator, Credential, Error, Fault,
    options::{CreationOptions, RequestOptions, ResidentKey},
};

impl Authenticator {
    pub(super) fn judge_creation(&self, options: &CreationOptions, rp_id: &str) -> Result<(), Error> {
        let is_excluded = |credential: &Credential| {
            credential.rp_id == rp_id
                && options.exclude_credentials.iter().any(|excluded| excluded.names(&credential.id))
        };
        if self.credentials.iter().any(is_excluded) {
            return Err(Error::InvalidState);
        }
        if options.requires_user_verification() && !self.settings.user_verification {
            return Err(Error::NotAllowed("it cannot verify users"));
        }
        match (&options.authenticator_selection.authenticator_attachment, self.settings.attachment) {
            (Some(asked), Some(attachment)) if asked != attachment.as_str() => {
                Err(Error::NotAllowed("it sits elsewhere"))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn makes_discoverable(&self, options: &CreationOptions) -> Result<bool, Error> {
        match options.resident_key() {
            ResidentKey::Required if !self.settings.resident_keys => {
                Err(Error::NotAllowed("it makes no discoverable credentials"))
            }
            ResidentKey::Required | ResidentKey::Preferred => Ok(self.settings.resident_keys),
            ResidentKey::Discouraged => Ok(false),
        }
    }

    pub(super) fn choose_algorithm(&self, offered: &[i64], fault: Option<Fault>) -> Result<Algorithm, Error> {
        let is_offered = |algorithm: &Algorithm| offered.contains(&algorithm.cose());
        if let Some(fault @ Fault::AlgorithmNotOffered) = fault {
            let another = Algorithm::ALL.iter().find(|algorithm| !is_offered(algorithm));
            return another.copied().ok_or(Error::FaultDoesNotApply(fault));
        }
        let preferred = self.settings.preferred_algorithm.filter(is_offered);
        let first = || offered.iter().find_map(|number| Algorithm::from_cose(*number));
        preferred.or_else(first).ok_or(Error::NotSupported)
    }

    pub(super) fn choose_credential(&self, options: &RequestOptions, rp_id: &str) -> Result<usize, Error> {
        let allowed = &options.allow_credentials;
        let fits = |credential: &Credential| {
            credential.rp_id == rp_id
                && if allowed.is_empty() {
                    credential.discoverable
                } else {
                    allowed.iter().any(|allowed| allowed.names(&credential.id))
                }
        };
        let fitting = || self.credentials.iter().enumerate().filter(|(_, credential)| fits(credential));
        let preferred = self.settings.preferred_credential.as_deref();
        fitting()
            .find(|(_, credential)| preferred == Some(credential.id()))
            .or_else(|| fitting().next_back())
            .map(|(at, _)| at)
            .ok_or(Error::NotAllowed("it has no such credential"))
    }
}
