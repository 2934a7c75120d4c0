//! Taking a credential into use again.

use keystead_domain::{ActingUser, CredentialAction, CredentialId, EventKind};

use super::{
    Managed,
    change::{Act, Change, LastWayIn},
};
use crate::{Call, Error, Service};

const RESUME: Act =
    Act { method: "ResumeCredential", action: CredentialAction::Resume, event: EventKind::CredentialResumed };

impl Service {
    /// Takes a credential that was suspended, quarantined or reported lost into use again; another stays as it is.
    ///
    /// # Errors
    /// [`Reason::CredentialNotFound`](keystead_domain::Reason::CredentialNotFound),
    /// [`Reason::RequestIdReused`](keystead_domain::Reason::RequestIdReused); refused as
    /// [`Reason::CredentialRevoked`](keystead_domain::Reason::CredentialRevoked); a fault where the store is away.
    pub async fn resume_credential(
        &self,
        call: &Call,
        id: CredentialId,
        acting_user: Option<ActingUser>,
    ) -> Result<Managed, Error> {
        let change =
            Change { id, act: RESUME, acting_user, last_way_in: LastWayIn::Regardless, payload: Vec::new() };
        self.change_credential(call, change).await
    }
}
