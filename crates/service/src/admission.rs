//! Admission: an API key becomes a caller.

use std::sync::Arc;

use keystead_domain::{Caller, CallerState, Reason};
use keystead_keyring::api_key;

use crate::{Error, Service};

impl Service {
    /// The caller that this API key (`ks_…`) authenticates.
    ///
    /// # Errors
    /// [`Reason::CallerUnauthenticated`] for a missing, malformed, unknown or revoked key and for a disabled caller, with
    /// no difference between them; a fault where the directory cannot be read.
    pub async fn authenticate(&self, presented: Option<&str>) -> Result<Arc<Caller>, Error> {
        let stranger = || Error::Rejected(Reason::CallerUnauthenticated);
        let presented = presented.and_then(api_key::parse).ok_or_else(stranger)?;
        let known = self.directory.key(presented.id).await?.ok_or_else(stranger)?;
        let admitted = presented.matches(&known.hash)
            && known.key.revoked_at.is_none()
            && known.caller.state == CallerState::Active;
        if admitted { Ok(known.caller.clone()) } else { Err(stranger()) }
    }
}
