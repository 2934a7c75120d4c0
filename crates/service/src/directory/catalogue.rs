//! The AAGUID catalogue as it is read: what operators put over what is built in.

use std::collections::HashMap;

use keystead_domain::{Aaguid, AuthenticatorModel};

/// What people call models of authenticators. For names in lists: nothing is decided by it.
#[derive(Debug, Default)]
pub(crate) struct Catalogue(HashMap<Aaguid, AuthenticatorModel>);

impl Catalogue {
    /// A catalogue of these; of two entries about one model the later counts.
    pub(super) fn new(models: impl IntoIterator<Item = AuthenticatorModel>) -> Self {
        Self(models.into_iter().map(|model| (model.aaguid, model)).collect())
    }

    /// The entry about a model.
    pub(crate) fn model(&self, aaguid: Aaguid) -> Option<&AuthenticatorModel> {
        self.0.get(&aaguid)
    }
}
